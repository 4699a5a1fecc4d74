using System.Runtime.CompilerServices;

namespace TokenAuth.Tests.Architecture;

/// <summary>The folders of TokenAuth.Web as layers: the kernel, each feature, and the program.</summary>
internal static class Layers
{
    public const string Kernel = "Kernel";
    public const string Commands = "Commands";
    public const string Program = "Program";

    private const string RazorNamespace = "AspNetCoreGeneratedDocument";

    public static IReadOnlyList<Type> Types { get; } =
        [.. typeof(TokenAuth.Program).Assembly.GetTypes().Where(type => Of(type) is not null)];

    /// <summary>
    /// Every layer except the kernel and the program. No feature is named here, so a new one is checked too.
    /// </summary>
    public static IReadOnlyList<string> Features { get; } =
        [
            .. Types.Select(type => Of(type)!)
                .Distinct(StringComparer.Ordinal)
                .Where(layer => layer is not (Kernel or Program)),
        ];

    /// <summary>The first part of the namespace, or the folder of a compiled page. Null for foreign types.</summary>
    public static string? Of(Type type)
    {
        if (type.Namespace == RazorNamespace)
            return Outermost(type).Name.Split('_') is [{ Length: > 0 } folder, ..] ? folder : null;
        return (type.Namespace ?? "").Split('.') switch
        {
            ["TokenAuth"] => Outermost(type) == typeof(TokenAuth.Program) ? Program : null,
            ["TokenAuth", "Migrations", ..] => null,
            ["TokenAuth", var layer, ..] => layer,
            _ => null,
        };
    }

    public static bool IsWritten(Type type) =>
        type.Namespace != RazorNamespace
        && !type.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false)
        && !type.Name.Contains('<', StringComparison.Ordinal)
        && (type.DeclaringType is null || IsWritten(type.DeclaringType));

    private static Type Outermost(Type type) => type.DeclaringType is { } outer ? Outermost(outer) : type;
}
