using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Introspection;

public sealed class CaddyTests : ProxyRecipe
{
    protected override string Program => "caddy";

    private protected override Task<ProxyServer> StartAsync() =>
        Caddy.StartAsync(address => Recipe("caddyfile").Replace(":8080", address, StringComparison.Ordinal));
}
