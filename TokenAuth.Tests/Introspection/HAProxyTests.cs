using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Introspection;

public sealed class HAProxyTests : ProxyRecipe
{
    private const string Script = "/etc/haproxy/tokenauth.lua";

    protected override string Program => "haproxy";

    private protected override Task<ProxyServer> StartAsync() => HAProxy.StartAsync(
        new Dictionary<string, string>(StringComparer.Ordinal) { ["tokenauth.lua"] = Recipe("lua", $"-- {Script}") },
        (directory, bind) => Recipe("haproxy").Replace(":8080", bind, StringComparison.Ordinal)
            .Replace(Script, $"{directory}/tokenauth.lua", StringComparison.Ordinal));
}
