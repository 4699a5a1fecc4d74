using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;
using Mono.Cecil;

namespace TokenAuth.Tests.Architecture;

/// <summary>The folders of TokenAuth.Web as layers: the kernel, each feature, and the program.</summary>
internal static class Layers
{
    public const string Kernel = "Kernel";
    public const string Commands = "Commands";
    public const string Program = "Program";

    private const string RazorNamespace = "AspNetCoreGeneratedDocument";

    /// <summary>The compiled product.</summary>
    public static ModuleDefinition Module { get; } = Read();

    public static IReadOnlyList<TypeDefinition> Types { get; } =
        [.. Module.GetTypes().Where(type => Of(type) is not null)];

    /// <summary>
    /// Every layer except the kernel and the program. No feature is named here, so a new one is checked too.
    /// </summary>
    public static IReadOnlyList<string> Features { get; } =
        [
            .. Types.Select(type => Of(type)!)
                .Distinct(StringComparer.Ordinal)
                .Where(layer => layer is not (Kernel or Program)),
        ];

    public static TypeDefinition Find(Type type) => Module.GetType(type.FullName);

    /// <summary>The first part of the namespace, or the folder of a compiled page. Null for foreign types.</summary>
    public static string? Of(TypeReference type) => Outermost(type) switch
    {
        { Namespace: RazorNamespace, Name: var page } =>
            page.Split('_') is [{ Length: > 0 } folder, ..] ? folder : null,
        var outermost => outermost.Namespace.Split('.') switch
        {
            ["TokenAuth"] => outermost.Name == nameof(TokenAuth.Program) ? Program : null,
            ["TokenAuth", "Migrations", ..] => null,
            ["TokenAuth", var layer, ..] => layer,
            _ => null,
        },
    };

    public static bool IsWritten(TypeDefinition type) =>
        type.Namespace != RazorNamespace
        && type.CustomAttributes.All(
            attribute => attribute.AttributeType.FullName != typeof(CompilerGeneratedAttribute).FullName)
        && !type.Name.Contains('<', StringComparison.Ordinal)
        && (type.DeclaringType is null || IsWritten(type.DeclaringType));

    /// <summary>The type of a file: Cecil gives nested types no namespace.</summary>
    public static TypeReference Outermost(TypeReference type) =>
        type.DeclaringType is { } outer ? Outermost(outer) : type;

    /// <summary>Reads the module. Its attributes refer to enumerations of the framework, which must be found.</summary>
    private static ModuleDefinition Read()
    {
        var resolver = new DefaultAssemblyResolver();
        foreach (var known in new[] { typeof(object), typeof(WebApplication), typeof(TokenAuth.Program) })
            resolver.AddSearchDirectory(Path.GetDirectoryName(known.Assembly.Location));
        return ModuleDefinition.ReadModule(
            typeof(TokenAuth.Program).Assembly.Location, new ReaderParameters { AssemblyResolver = resolver });
    }
}
