using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Introspection;

public sealed class ApacheTests : ProxyRecipe
{
    private const string Script = "/etc/apache2/tokenauth.lua";

    protected override string Program => "apache2";

    private protected override Task<ProxyServer> StartAsync()
    {
        Tool.NeedFile("/usr/share/lua/5.3/socket/http.lua", "lua-socket");
        var modules = Recipe("sh", "apt-get install apache2").Split("a2enmod ")[1].Trim().Split(' ');
        return Apache.StartAsync(
            modules,
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["tokenauth.lua"] = Recipe("lua", $"-- {Script}"),
            },
            (directory, listen) => Recipe("apache").Replace("*:8080", listen, StringComparison.Ordinal)
                .Replace(Script, $"{directory}/tokenauth.lua", StringComparison.Ordinal));
    }
}
