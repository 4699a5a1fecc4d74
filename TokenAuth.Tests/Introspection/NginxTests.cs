using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Introspection;

public sealed class NginxTests : ProxyRecipe
{
    protected override string Program => "nginx";

    private protected override Task<ProxyServer> StartAsync() =>
        Nginx.StartAsync(
            listen => Recipe("nginx").Replace("listen 8080", $"listen {listen}", StringComparison.Ordinal));
}
