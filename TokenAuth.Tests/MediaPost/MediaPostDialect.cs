using TokenAuth.MediaPost;
using TokenAuth.Tests.Introspection;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.MediaPost;

internal static class MediaPostDialect
{
    public static readonly TestDialect Tested = new(
        new MediaPostFeature(),
        "/api.php",
        [Column("mediapost seed", ParameterStyle.SnakeCase), Column("mediapost native", ParameterStyle.CamelCase)],
        (world, _) => world.Gallery,
        async (world, _) =>
            [(MediaPostFeature.Dialect, await EverySession.MediaPostAsync(world, world.Gallery, slides: false))]);

    private static FaultColumn Column(string name, ParameterStyle style) => new(
        name, fault => (MediaPostFaults.Of(style, fault).Code.ToString(), MediaPostFaults.Of(style, fault).Message));
}
