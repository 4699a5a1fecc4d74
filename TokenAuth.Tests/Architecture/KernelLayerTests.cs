using Mono.Cecil;

namespace TokenAuth.Tests.Architecture;

/// <summary>The kernel's folders form an ordered list, and a folder uses only those before it.</summary>
public sealed class KernelLayerTests
{
    private static readonly string[] Order =
    [
        "Faults", "Formats", "Languages", "Configuration", "Telemetry", "Http", "Signing", "Secrets", "Storage",
        "DataProtection", "Events", "Limits", "Mail", "Applications", "Accounts", "Sessions", "Schema", "Calls", "XmlRpc",
        "Pages", "Operations", "Hosting",
    ];

    [Fact]
    public void The_list_names_every_folder_of_the_kernel() => Assert.Equal(
        Order.Order(StringComparer.Ordinal),
        KernelTypes().Select(FolderOf).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));

    [Fact]
    public void A_folder_uses_only_folders_before_it()
    {
        var upward =
            from type in KernelTypes()
            let own = Array.IndexOf(Order, FolderOf(type))
            from used in References.Of(type)
            where Layers.Of(used) == Layers.Kernel && Array.IndexOf(Order, FolderOf(used)) > own
            select $"{type.FullName} -> {used.FullName}";

        Assert.Empty(upward);
    }

    [Fact]
    public void References_between_folders_are_seen()
    {
        var down = KernelTypes().SelectMany(type => References.Of(type)
            .Where(used => Layers.Of(used) == Layers.Kernel && FolderOf(used) != FolderOf(type)));

        Assert.True(down.Count() > 100);
    }

    private static IEnumerable<TypeDefinition> KernelTypes() =>
        Layers.Types.Where(type => Layers.Of(type) == Layers.Kernel);

    /// <summary>
    /// The folder of a type. Data Protection has written the name of one class into every store, so that class keeps
    /// its former namespace; compiled Razor pages have none.
    /// </summary>
    private static string FolderOf(TypeReference type) => Layers.Outermost(type) switch
    {
        { Name: "WrappingDecryptor" } => "DataProtection",
        { Namespace: "AspNetCoreGeneratedDocument" } => "Pages",
        var outermost => outermost.Namespace.Split('.')[2],
    };
}
