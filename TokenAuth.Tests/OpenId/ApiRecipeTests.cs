using System.Net;
using TokenAuth.Kernel.Applications;
using TokenAuth.Tests.Documentation;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Introspection;

namespace TokenAuth.Tests.OpenId;

/// <summary>
/// The three files of docs/openid.md, "An API behind nginx", with Debian's nginx, Flask and PyJWT: a client of 2008 and
/// a new one reach an API that only knows JWTs.
/// </summary>
public sealed class ApiRecipeTests : IAsyncLifetime
{
    private const string Document = "openid.md";

    private const string Audience = "https://api.example.org";

    private readonly HttpClient _http = LiveServer.CreateClient();
    private readonly List<ProxyServer> _servers = [];
    private SecureWorld _secure = null!;
    private Uri _site = null!;

    public async ValueTask InitializeAsync()
    {
        var python = await Tool.NeedWithAsync("python3", "-c", "import flask, jwt, cryptography, requests");
        _secure = await SecureWorld.StartAsync();
        using var gateway = await OpenIdClient.RegisterAsync(
            _secure.World.Server, "Gateway", new OpenIdChange(MayExchange: true, Audiences: [Audience]),
            kind: ApplicationKind.Service);
        var api = await StartAsync(python, "api", _secure.Trust);
        var exchange = await StartAsync(
            python, "gateway", new(_secure.Trust, StringComparer.Ordinal)
            {
                ["KEY"] = gateway.App.ApiKey,
                ["SECRET"] = gateway.App.Secret,
            });
        var nginx = await Nginx.StartAsync(listen => Page.Block(Document, "nginx")
            .Replace("listen 8080", $"listen {listen}", StringComparison.Ordinal)
            .Replace("127.0.0.1:9000", api.Authority, StringComparison.Ordinal)
            .Replace("127.0.0.1:9001", exchange.Authority, StringComparison.Ordinal));
        _servers.Add(nginx);
        _site = nginx.Address;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
            await server.DisposeAsync();
        _http.Dispose();
        if (_secure is not null)
            await _secure.DisposeAsync();
    }

    [Fact]
    public async Task A_client_of_2008_and_a_new_one_reach_an_API_that_only_knows_JWTs()
    {
        var world = _secure.World;
        var photos = $"{{\"photos of\":\"{world.Alice.Id}\"}}";
        var old = (await StockProgram.RunAsync(
            Tool.Need("bash"), [StockProgram.PathOf("ipernity.sh"), "token"],
            new Dictionary<string, string>(_secure.Trust, StringComparer.Ordinal)
            {
                ["TOKENAUTH_URL"] = _secure.Address.GetLeftPart(UriPartial.Authority),
                ["TOKENAUTH_KEY"] = world.Uploader.ApiKey,
                ["TOKENAUTH_SECRET"] = world.Uploader.Secret,
            },
            async address =>
            {
                using var alice = await _secure.AliceAsync();
                await alice.PressAsync(address, "allow");
                return "";
            })).GetProperty("token").GetString();

        Assert.Equal((HttpStatusCode.OK, photos), await AskAsync($"/photos?auth_token={old}"));
        Assert.Equal((HttpStatusCode.OK, photos), await AskAsync($"/photos?page=2&auth_token={old}&size=b"));
        Assert.Equal((HttpStatusCode.OK, photos), await AskAsync($"/photos?auth_token={old}", "Bearer forged"));
        Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync("/photos")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync("/photos?auth_token=")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync("/photos?auth_token=1-wrong")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync("/photos", "Bearer " + old)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await AskAsync("/exchange")).Status);

        // A session without the permission to read documents.
        var gallery = await EverySession.MediaPostAsync(world, world.Gallery, slides: false);
        Assert.Equal(HttpStatusCode.Forbidden, (await AskAsync($"/photos?auth_token={gallery}")).Status);

        // A new client, with an access token for the API.
        using var site = await OpenIdClient.RegisterAsync(
            world.Server, "New site", new OpenIdChange(Audiences: [Audience]));
        using var browser = await _secure.AliceAsync();
        using var here = site.On(_secure.Address);
        var tokens = await here.SignInAsync(browser, "openid ipernity:doc.read");
        var bearer = "Bearer " + tokens.GetProperty("access_token").GetString();
        Assert.Equal((HttpStatusCode.OK, photos), await AskAsync("/photos", bearer));

        // The old session ends: the old client is refused at once.
        await world.ChangeStoreAsync("DELETE FROM sessions WHERE dialect = 'ipernity'");
        Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync($"/photos?auth_token={old}")).Status);
    }

    private async Task<(HttpStatusCode Status, string Text)> AskAsync(string path, string? authorization = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_site, path));
        if (authorization is not null)
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        using var response = await _http.SendAsync(request);
        return (response.StatusCode, (await response.Content.ReadAsStringAsync()).Trim());
    }

    /// <summary>Starts one of the page's Python files on a free port.</summary>
    private async Task<Uri> StartAsync(string python, string name, Dictionary<string, string> environment)
    {
        var issuer = _secure.Address.GetLeftPart(UriPartial.Authority);
        var code = Page.Block(Document, "python", $"# {name}.py")
            .Replace("https://auth.example.org", issuer, StringComparison.Ordinal);
        var server = await ProxyServer.StartAsync(
            name, python, async (directory, port) =>
            {
                var file = Path.Combine(directory, name + ".py");
                await File.WriteAllTextAsync(file, code);
                return ["-m", "flask", "--app", file, "run", "--port", port.ToString()];
            },
            environment);
        _servers.Add(server);
        return server.Address;
    }
}
