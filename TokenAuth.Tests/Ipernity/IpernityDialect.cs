using TokenAuth.Ipernity;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Ipernity;

internal static class IpernityDialect
{
    public static readonly TestDialect Tested = new(
        new IpernityFeature(),
        "/api/test.hello",
        [
            Column("ipernity", Binding.Rest),
            Column("ipernity soap", Binding.Soap),
            Column("ipernity xml-rpc", Binding.XmlRpc),
        ],
        (world, _) => world.Gallery,
        async (world, _) =>
        {
            using var client = new IpernityClient(world);
            using var oauth = new OAuthClient(world.Server);
            return
            [
                (IpernityFeature.Dialect, await client.TokenAsync(world.Gallery, world.Alice, "doc=write,blog=read")),
                ("ipernity by OAuth", (await oauth.AccessTokenAsync(world, world.Gallery, world.Alice)).Text),
            ];
        });

    private static FaultColumn Column(string name, Binding binding) => new(
        name, fault => (IpernityFaults.Of(fault, binding).Code.ToString(), IpernityFaults.Of(fault, binding).Message));
}
