using System.Runtime.CompilerServices;

namespace TokenAuth.Tests.Architecture;

/// <summary>The folders of TokenAuth.Web as the walls between its types: the kernel, each feature, and the program.</summary>
internal static class Layers
{
    public const string Kernel = "Kernel";
    public const string Commands = "Commands";
    public const string Program = "Program";

    private const string RazorNamespace = "AspNetCoreGeneratedDocument";

    public static IReadOnlyList<Type> Types { get; } = [.. typeof(TokenAuth.Program).Assembly.GetTypes().Where(type => Of(type) is not null)];

    /// <summary>Everything but the kernel and the program; none is known by name here, so that a new one is held, too.</summary>
    public static IReadOnlyList<string> Features { get; } =
        [.. Types.Select(type => Of(type)!).Distinct(StringComparer.Ordinal).Where(house => house is not (Kernel or Program))];

    /// <summary>The first part of the namespace; of a compiled page, the folder that it stands in. Null for what is not ours.</summary>
    public static string? Of(Type type)
    {
        if (type.Namespace == RazorNamespace)
            return Outermost(type).Name.Split('_') is [{ Length: > 0 } folder, ..] ? folder : null;
        return (type.Namespace ?? "").Split('.') switch
        {
            ["TokenAuth"] => Outermost(type) == typeof(TokenAuth.Program) ? Program : null,
            ["TokenAuth", "Migrations", ..] => null,
            ["TokenAuth", var house, ..] => house,
            _ => null,
        };
    }

    public static bool IsWritten(Type type) =>
        type.Namespace != RazorNamespace && !type.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false) && !type.Name.Contains('<', StringComparison.Ordinal)
        && (type.DeclaringType is null || IsWritten(type.DeclaringType));

    private static Type Outermost(Type type) => type.DeclaringType is { } outer ? Outermost(outer) : type;
}
