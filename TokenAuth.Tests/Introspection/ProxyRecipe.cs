using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Ipernity;
using TokenAuth.Tests.MediaPost;
using TokenAuth.Tests.World;
using Recipes = TokenAuth.Tests.Documentation.Page;

namespace TokenAuth.Tests.Introspection;

/// <summary>
/// A configuration from docs/introspection.md in the real proxy, before an application that reports the request it
/// received. These are the guarantees that every recipe gives.
/// </summary>
public abstract class ProxyRecipe : IAsyncLifetime
{
    private const string Document = "introspection.md";

    /// <summary>An address that no test client has.</summary>
    private const string Elsewhere = "198.51.100.9";

    /// <summary>The headers that the recipes promise.</summary>
    private static readonly string[] Promised = ["X-Auth-Login", "X-Auth-Uid", "X-Auth-Role"];

    private readonly HttpClient _http = LiveServer.CreateClient();
    private IpernityWorld? _own;
    private EverySession _sessions = null!;
    private WebApplication? _application;
    private ProxyServer? _proxy;

    private TestWorld World => _own!.World;

    private string Alices => $"X-Auth-Login=Alice X-Auth-Uid={World.Alice.Id}";

    private string Host => _proxy!.Address.Authority;

    private string Cookie => "ljsession=" + _sessions.Texts["dreamwidth"];

    /// <summary>The proxy's program. The tests are skipped without it.</summary>
    protected abstract string Program { get; }

    public async ValueTask InitializeAsync()
    {
        Tool.Need(Program);
        _own = await IpernityWorld.StartAsync("--TokenAuth:Proxies=127.0.0.1");
        _sessions = await EverySession.OpenAsync(_own);
        _application = await StartApplicationAsync();
        _proxy = await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_proxy is not null)
            await _proxy.DisposeAsync();
        if (_application is not null)
            await _application.DisposeAsync();
        if (_own is not null)
            await _own.DisposeAsync();
        _http.Dispose();
    }

    [Fact]
    public async Task The_application_learns_the_identity_and_no_other_client_gets_through()
    {
        var user = await EverySession.TicketAsync(World, _sessions.Wiki, "1", "moderator");
        var banned = await EverySession.TicketAsync(World, _sessions.Wiki, "mallory", "banned");

        Assert.Equal((HttpStatusCode.OK, Alices), await AskAsync(("Cookie", Cookie)));
        Assert.Equal((HttpStatusCode.OK, Alices), await AskAsync(Bearer(_sessions.Texts["mediapost"])));
        Assert.Equal((HttpStatusCode.OK, Alices), await AskAsync(("Cookie", Cookie), Bearer("another server's")));
        Assert.Equal((HttpStatusCode.OK, "X-Auth-Login=mywiki:1 X-Auth-Role=moderator"), await AskAsync(Bearer(user)));
        Assert.Equal(HttpStatusCode.Forbidden, (await AskAsync(Bearer(banned))).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync(("Cookie", Cookie + "x"))).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync()).Status);
    }

    /// <summary>
    /// For a person without a role, a user with one, and a client without a session; with the forged header before and
    /// after the credential.
    /// </summary>
    [Fact]
    public async Task A_client_can_neither_forge_nor_remove_a_header_in_any_spelling()
    {
        var user = await EverySession.TicketAsync(World, _sessions.Wiki, "1", "moderator");
        foreach (var (credential, expected) in new[]
        {
            ($"Cookie: {Cookie}", Alices),
            ($"Authorization: Bearer {user}", "X-Auth-Login=mywiki:1 X-Auth-Role=moderator"),
            ("X-Nobody: 1", ""),
        })
        {
            var passed = 0;
            foreach (var forged in Promised.SelectMany(Spellings).Prepend("X-Other: 1"))
            {
                foreach (var headers in new[] { $"{forged}\n{credential}", $"{credential}\n{forged}" })
                {
                    // An HTTP/1.0 connection is closed without a Connection header.
                    var answer = await RawHttp.AskAsync(
                        _proxy!.Address, $"GET /page HTTP/1.0\nHost: {Host}\nX-First: 1\n{headers}\nX-Last: 1");
                    var told = $"\r\n\r\nGET /page 0 127.0.0.1 [{expected}]";
                    var isThrough = answer.EndsWith(told, StringComparison.Ordinal);
                    passed += isThrough ? 1 : 0;
                    Assert.True(isThrough || answer.Split(' ')[1] is "400" or "401" or "403", $"{headers}\n{answer}");
                }
            }

            Assert.True(expected.Length == 0 ? passed == 0 : passed > 50, $"{passed} have reached the application");
        }
    }

    [Fact]
    public async Task A_person_is_sent_to_sign_in_and_returns_to_the_page()
    {
        const string Wanted = "/wiki/%C3%9Cber?a=1&b=%26&return=/x";
        using var cookies = new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false };
        using var browser = new HttpClient(cookies) { BaseAddress = _proxy!.Address };
        browser.DefaultRequestHeaders.Accept.ParseAdd("text/html,application/xhtml+xml,*/*;q=0.8");

        using var refused = await browser.GetAsync(Wanted);
        Assert.Equal(HttpStatusCode.Redirect, refused.StatusCode);
        Assert.Equal("/signin?return=" + Uri.EscapeDataString(Wanted), refused.Headers.Location?.OriginalString);
        using var shown = await browser.GetAsync(refused.Headers.Location);
        var page = await FormPage.ReadAsync(shown);
        Assert.Equal(HttpStatusCode.OK, page.Status);
        using var style = await browser.GetAsync(page.Html.Split("rel=\"stylesheet\" href=\"")[1].Split('"')[0]);
        Assert.Equal((HttpStatusCode.OK, "text/css"), (style.StatusCode, style.Content.Headers.ContentType?.MediaType));
        using var signedIn = await browser.PostAsync(
            refused.Headers.Location,
            new FormUrlEncodedContent(
            [
                .. page.Hidden.Select(field => KeyValuePair.Create(field.Name, field.Value)),
                new("login", "alice"), new("password", TestWorld.Password),
            ]));
        Assert.Equal(HttpStatusCode.Redirect, signedIn.StatusCode);
        Assert.Equal(Wanted, signedIn.Headers.Location?.OriginalString);
        Assert.Equal($"GET {Wanted} 0 127.0.0.1 [{Alices}]", await browser.GetStringAsync(signedIn.Headers.Location));
    }

    [Theory]
    [InlineData("POST", "/page", "text/html", null)]
    [InlineData("GET", "/page", "application/json", null)]
    [InlineData("GET", "//elsewhere.test/", "text/html", "/signin")]
    public async Task A_program_is_not_redirected_and_no_client_is_redirected_to_another_host(
        string verb, string target, string accept, string? location)
    {
        var answer = await RawHttp.AskAsync(
            _proxy!.Address,
            $"""
            {verb} {target} HTTP/1.1
            Host: {Host}
            Connection: close
            Content-Length: 0
            Accept: {accept}
            X-Forwarded-Method: GET
            X-Forwarded-Uri: /forged
            """);

        Assert.StartsWith(location is null ? "HTTP/1.1 401 " : "HTTP/1.1 302 ", answer, StringComparison.Ordinal);
        var sentTo = answer.Split("\r\n")
            .SingleOrDefault(line => line.StartsWith("location: ", StringComparison.OrdinalIgnoreCase));
        Assert.Equal(location, sentTo?["location: ".Length..]);
    }

    [Fact]
    public async Task A_body_reaches_the_application_whole_and_an_address_cannot_be_forged()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_proxy!.Address, "/page?q=%26"))
        {
            Content = new ByteArrayContent(Encoding.ASCII.GetBytes(new string('x', 100_000))),
            Headers =
                { { "Cookie", Cookie }, { "X-Forwarded-For", Elsewhere }, { "X-Forwarded-Host", "elsewhere.test" } },
        };
        using var response = await _http.SendAsync(request);

        Assert.Equal($"POST /page?q=%26 100000 127.0.0.1 [{Alices}]", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_session_that_is_bound_to_an_address_is_refused_from_another_whatever_headers_say()
    {
        var (foreign, own) =
            (await EverySession.BoundAsync(World, Elsewhere), await EverySession.BoundAsync(World, "127.0.0.1"));

        foreach (var (session, expected) in new[] { (foreign, HttpStatusCode.Unauthorized), (own, HttpStatusCode.OK) })
        {
            var (status, _) = await AskAsync(
                ("Cookie", $"ljsession={session}"), ("X-Forwarded-For", Elsewhere), ("Forwarded", $"for={Elsewhere}"));
            Assert.Equal(expected, status);
        }
    }

    [Fact]
    public async Task A_foreign_cookie_in_another_encoding_hides_no_session()
    {
        var answer = await RawHttp.AskAsync(
            _proxy!.Address,
            $"GET /page HTTP/1.1\nHost: {Host}\nConnection: close\nCookie: name=M\u00FCller; {Cookie}");

        Assert.StartsWith("HTTP/1.1 200 ", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_client_gets_through_while_TokenAuth_or_its_store_is_unavailable()
    {
        await _own!.ChangeStoreAsync("ALTER TABLE sessions RENAME TO lost");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await AskAsync(("Cookie", Cookie))).Status);

        await _own.DisposeAsync();
        _own = null;
        var (status, _) = await AskAsync(("Cookie", Cookie));
        Assert.InRange(status, HttpStatusCode.BadGateway, HttpStatusCode.ServiceUnavailable);
    }

    /// <summary>Starts the proxy with the documented configuration.</summary>
    private protected abstract Task<ProxyServer> StartAsync();

    /// <summary>A block of the document, adapted to this proxy, this application and this TokenAuth.</summary>
    private protected string Recipe(string language, string start = "") => Recipes.Block(Document, language, start)
        .Replace("127.0.0.1:9000", new Uri(_application!.Urls.Single()).Authority, StringComparison.Ordinal)
        .Replace("127.0.0.1:5080", World.Server.Http.Authority, StringComparison.Ordinal);

    private static (string Name, string Value) Bearer(string text) => ("Authorization", $"Bearer {text}");

    private static IEnumerable<string> Spellings(string name)
    {
        string[] names = [name, name.ToLowerInvariant(), name.ToUpperInvariant()];
        foreach (var same in names)
            yield return $"{same}: forged";
        foreach (var odd in "_.!~*$%&+^|'")
        {
            yield return $"{name.Replace('-', odd)}: forged";
            yield return $"X-Auth{odd}{name[7..]}: forged";
            yield return $"X{odd}{name[2..]}: forged";
        }

        yield return $"{name}:forged";
        yield return $"{name}: ";
        yield return $"{name}: forged\n{name}: twice";
        yield return $"{name} : forged";
        yield return $"{name}\t: forged";
        yield return $" {name}: forged";
        yield return $"{name}\u00A0: forged";
        yield return $"X-Folded: 1\n\t{name}: forged";
        yield return $"Connection: {name}";
        yield return $"Connection: close, {name.ToLowerInvariant()}";
        yield return $"Connection: {name}\n{name}: forged";
        yield return $"Connection: x, y\nConnection: {name}";
        yield return $"Keep-Alive: {name}";
        yield return $"Trailer: {name}";
    }

    /// <summary>The application's report of the headers, or the status.</summary>
    private async Task<(HttpStatusCode Status, string Told)> AskAsync(params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_proxy!.Address, "some/page"));
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await _http.SendAsync(request);
        var body = await response.Content.ReadAsStringAsync();
        return (response.StatusCode, response.IsSuccessStatusCode ? body.Split('[')[1].TrimEnd(']') : "");
    }

    /// <summary>
    /// Reports the received request: method, target, length of the body, address of the client, and every header that
    /// CGI or a similar interface could confuse with a promised one.
    /// </summary>
    private static async Task<WebApplication> StartApplicationAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.RequestHeaderEncodingSelector = _ => Encoding.Latin1);
        var application = builder.Build();
        application.Urls.Add("http://127.0.0.1:0");
        application.Run(async context =>
        {
            var request = context.Request;
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            var told = request.Headers
                .Select(header => (header.Key, Place: PlaceOf(header.Key), header.Value))
                .Where(header => Letters(header.Key).StartsWith("XAUTH", StringComparison.Ordinal))
                .OrderBy(header => header.Place)
                .Select(header => $"{(header.Place < 0 ? header.Key : Promised[header.Place])}={header.Value}");
            var target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
            var client = request.Headers["X-Forwarded-For"];
            var answer = $"{request.Method} {target} {body.Length} {client} [{string.Join(' ', told)}]";
            context.Response.ContentLength = answer.Length;
            await context.Response.WriteAsync(answer);
        });
        await application.StartAsync();
        return application;

        static int PlaceOf(string header) =>
            Array.FindIndex(Promised, name => name.Equals(header, StringComparison.OrdinalIgnoreCase));

        static string Letters(string header) =>
            string.Concat(header.Where(char.IsAsciiLetterOrDigit)).ToUpperInvariant();
    }
}
