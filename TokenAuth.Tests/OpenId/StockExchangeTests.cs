using System.Text.Json;
using TokenAuth.Kernel.Applications;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.OpenId;

/// <summary>
/// The token of an old client becomes a JWT, and a person's access token becomes the token of an old client. The old
/// client is curl; openid-client and Authlib exchange, and their libraries check the JWT.
/// </summary>
public sealed class StockExchangeTests : IAsyncLifetime
{
    private const string Audience = "https://api.example.test";

    private const string Redirect = "https://photos.example.test/oidc";

    private SecureWorld _secure = null!;
    private FormBrowser _browser = null!;
    private OpenIdClient _gateway = null!;

    public async ValueTask InitializeAsync()
    {
        _secure = await SecureWorld.StartAsync();
        _browser = await _secure.AliceAsync();
        _gateway = await OpenIdClient.RegisterAsync(
            _secure.World.Server, "Gateway",
            new OpenIdChange(Redirects: [Redirect], MayExchange: true, Audiences: [Audience]));
    }

    public async ValueTask DisposeAsync()
    {
        _gateway.Dispose();
        _browser.Dispose();
        await _secure.DisposeAsync();
    }

    [Fact]
    public async Task A_token_of_curl_is_exchanged_by_openid_client()
    {
        var node = StockProgram.NeedNode();

        AssertExchanged(await RunAsync(
            node, StockProgram.PathOf("openid-client/exchange.mjs"),
            [.. Gateway, "from-session", await OldTokenAsync(), Audience]));
    }

    [Fact]
    public async Task A_token_of_curl_is_exchanged_by_Authlib()
    {
        var python = await Tool.NeedWithAsync("python3", "-c", "import authlib, requests");

        AssertExchanged(await RunAsync(
            python, StockProgram.PathOf("authlib_exchange.py"), [.. Gateway, await OldTokenAsync(), Audience]));
    }

    [Fact]
    public async Task An_access_token_of_openid_client_becomes_a_token_that_curl_checks()
    {
        var node = StockProgram.NeedNode();
        var uploader = _secure.World.Uploader.ApiKey;
        using var site = await OpenIdClient.RegisterAsync(
            _secure.World.Server, "New site",
            new OpenIdChange(Redirects: [Redirect], MayExchange: true, Audiences: [$"ipernity:{uploader}"]));

        var issued = await RunAsync(
            node, StockProgram.PathOf("openid-client/exchange.mjs"),
            [
                _secure.Address.ToString(), site.App.ApiKey, site.App.Secret, "to-session", Redirect,
                $"ipernity:{uploader}",
            ]);

        Assert.Equal("urn:tokenauth:token-type:ipernity", issued.GetProperty("type").GetString());
        var known = JsonDocument.Parse(await Tool.RunAsync(
            Tool.Need("bash"),
            [StockProgram.PathOf("ipernity.sh"), "check", issued.GetProperty("token").GetString()!], Uploader))
            .RootElement.GetProperty("auth");
        Assert.Equal("Alice", known.GetProperty("user").GetProperty("username").GetString());
        Assert.Equal("write", known.GetProperty("permissions").GetProperty("doc").GetString());
        Assert.Equal("read", known.GetProperty("permissions").GetProperty("blog").GetString());
    }

    private string[] Gateway => [_secure.Address.ToString(), _gateway.App.ApiKey, _gateway.App.Secret];

    private Dictionary<string, string> Uploader => new(_secure.Trust, StringComparer.Ordinal)
    {
        ["TOKENAUTH_URL"] = _secure.Address.GetLeftPart(UriPartial.Authority),
        ["TOKENAUTH_KEY"] = _secure.World.Uploader.ApiKey,
        ["TOKENAUTH_SECRET"] = _secure.World.Uploader.Secret,
    };

    private async Task<string> OldTokenAsync()
    {
        Tool.Need("curl");
        var result = await StockProgram.RunAsync(
            Tool.Need("bash"), [StockProgram.PathOf("ipernity.sh"), "token"], Uploader, async address =>
            {
                await _browser.PressAsync(address, "allow");
                return "";
            });
        return result.GetProperty("token").GetString()!;
    }

    private Task<JsonElement> RunAsync(string program, string file, string[] arguments) =>
        StockProgram.RunAsync(program, [file, .. arguments], _secure.Trust, StockProgram.PersonIn(_browser));

    private void AssertExchanged(JsonElement result)
    {
        var claims = result.GetProperty("payload");
        Assert.Equal(_secure.World.Alice.Id.ToString(), claims.GetProperty("sub").GetString());
        Assert.Equal(_gateway.App.ApiKey, claims.GetProperty("act").GetProperty("sub").GetString());
        Assert.Equal(
            ["ipernity:blog.read", "ipernity:doc.read", "ipernity:doc.write"],
            claims.GetProperty("scope").GetString()!.Split(' ').Order(StringComparer.Ordinal),
            StringComparer.Ordinal);
        Assert.Equal("urn:ietf:params:oauth:token-type:access_token", result.GetProperty("type").GetString());
    }
}
