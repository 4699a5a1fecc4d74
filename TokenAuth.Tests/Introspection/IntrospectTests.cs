using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Tokens;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Ipernity;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Introspection;

/// <summary>RFC 7662 for the sessions of all dialects.</summary>
public sealed class IntrospectTests : IAsyncLifetime
{
    private readonly HttpClient _http = TestServer.CreateClient();
    private IpernityWorld _own = null!;
    private EverySession _sessions = null!;

    private TestWorld World => _own.World;

    public async ValueTask InitializeAsync()
    {
        _own = await IpernityWorld.StartAsync();
        _sessions = await EverySession.OpenAsync(_own);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _own.DisposeAsync();
    }

    [Fact]
    public async Task A_service_is_told_of_every_session_what_its_dialect_knows()
    {
        var start = World.Clock.GetUtcNow().ToUnixTimeSeconds();
        foreach (var (kind, text) in _sessions.Texts)
        {
            var told = await ToldAsync(World.Janitor, text);
            Assert.Equal(kind.Split(' ')[0], Text(told, "dialect"));
            Assert.Equal(start, told.GetProperty("iat").GetInt64());
            if (kind == "wetpaint")
            {
                Assert.Equal(("bob b.", "mywiki", "registered", "Bob ☃"), (Text(told, "username"), Text(told, "ns"), Text(told, "role"), Text(told, "displayName")));
                Assert.Equal(start + 36_000, told.GetProperty("exp").GetInt64());
                Assert.False(told.TryGetProperty("uid", out _));
            }
            else
            {
                Assert.Equal(("Alice", World.Alice.Id), (Text(told, "username"), told.GetProperty("uid").GetInt64()));
            }
        }

        Assert.Equal("doc=write,blog=read", Text(await ToldAsync(World.Janitor, _sessions.Texts["ipernity"]), "permissions"));
        Assert.Equal(World.Gallery.ApiKey, Text(await ToldAsync(World.Janitor, _sessions.Texts["ipernity"]), "client_id"));
        Assert.False((await ToldAsync(World.Janitor, _sessions.Texts["ipernity"])).TryGetProperty("exp", out _));
    }

    [Fact]
    public async Task An_application_sees_its_own_sessions_and_no_others()
    {
        foreach (var (kind, text) in _sessions.Texts)
        {
            Assert.Equal(kind is "mediapost" or "ipernity" or "ipernity by OAuth", IsActive(await ToldAsync(World.Gallery, text)));
            Assert.Equal(kind == "wetpaint", IsActive(await ToldAsync(_sessions.Wiki, text)));
            Assert.False(IsActive(await ToldAsync(World.Uploader, text)));
        }
    }

    [Fact]
    public async Task What_is_over_is_not_active_and_says_no_more()
    {
        World.Clock.Advance(TimeSpan.FromDays(400));
        foreach (var (kind, text) in _sessions.Texts)
        {
            var answer = await AskAsync(World.Janitor, ("token", text));
            Assert.Equal(kind.StartsWith("ipernity", StringComparison.Ordinal), IsActive(JsonDocument.Parse(answer.Body).RootElement));
            Assert.True(kind.StartsWith("ipernity", StringComparison.Ordinal) || answer.Body == "{\"active\":false}", answer.Body);
        }

        await _own.SetStateAsync(World.Alice, AccountState.Suspended);
        Assert.False(IsActive(await ToldAsync(World.Janitor, _sessions.Texts["ipernity"])));
    }

    [Fact]
    public async Task A_ban_shows_at_once_on_every_live_ticket()
    {
        var first = _sessions.Texts["wetpaint"];
        World.Clock.Advance(TimeSpan.FromSeconds(1));
        var second = await EverySession.TicketAsync(World, _sessions.Wiki, "bob b.", "banned");
        var other = await EverySession.TicketAsync(World, _sessions.Wiki, "carol");

        foreach (var (ticket, role) in new[] { (first, "banned"), (second, "banned"), (other, "registered") })
            Assert.Equal(role, Text(await ToldAsync(World.Janitor, ticket), "role"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("ws:alice:1:x")]
    [InlineData("%")]
    [InlineData("%00")]
    public async Task What_is_no_session_is_not_active(string text) =>
        Assert.Equal(text.Length == 0 ? "{\"error\":\"invalid_request\"}" : "{\"active\":false}", (await AskAsync(World.Janitor, ("token", text))).Body);

    [Fact]
    public async Task Neither_handshakes_nor_a_browser_s_sign_in_are_sessions_here()
    {
        var frob = await _own.Client.FrobAsync(World.Gallery);
        var browser = TokenText.Hex(32);
        await World.Server.Services.GetRequiredService<Sessions>().IssueAsync(
            new NewSession("browser", browser, null, null, World.Alice.Id, "", TimeSpan.FromHours(1), Slides: false, IPAddress.Loopback), default);

        Assert.False(IsActive(await ToldAsync(World.Janitor, frob)));
        Assert.False(IsActive(await ToldAsync(World.Janitor, browser)));
    }

    [Fact]
    public async Task A_cookie_may_be_given_as_it_was_sent() =>
        Assert.True(IsActive(await ToldAsync(World.Janitor, Uri.EscapeDataString(_sessions.Texts["dreamwidth"]))));

    [Fact]
    public async Task Who_is_not_known_gets_401_and_who_asks_nothing_400()
    {
        foreach (var caller in new[] { World.Janitor with { Secret = "guess" }, World.Janitor with { ApiKey = "nobody" }, World.Retired })
            Assert.Equal((HttpStatusCode.Unauthorized, "{\"error\":\"invalid_client\"}"), await AskAsync(caller, ("token", "x")));
        Assert.Equal(HttpStatusCode.Forbidden, (await AskAsync(World.Fenced, ("token", "x"))).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await AskAsync(World.Janitor)).Status);
        foreach (var header in new[] { null, "", "Basic", "Basic ?", "Basic " + Convert.ToBase64String("x"u8), "Bearer x" })
        {
            var request = new HttpRequestMessage(HttpMethod.Post, new Uri(World.Server.Http, "/introspect")) { Content = new FormUrlEncodedContent([new("token", "x")]) };
            if (header is not null)
                request.Headers.TryAddWithoutValidation("Authorization", header);
            using var response = await _http.SendAsync(request);
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
            Assert.Equal("Basic", Assert.Single(response.Headers.WwwAuthenticate).Scheme);
        }
    }

    private async Task<JsonElement> ToldAsync(App caller, string token)
    {
        var (status, body) = await AskAsync(caller, ("token", token));
        Assert.True(status == HttpStatusCode.OK, body);
        return JsonDocument.Parse(body).RootElement;
    }

    private async Task<(HttpStatusCode Status, string Body)> AskAsync(App caller, params (string Name, string Value)[] fields)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(World.Server.Http, "/introspect"))
        {
            Content = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))),
            Headers = { Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{caller.ApiKey}:{caller.Secret}"))) },
        };
        using var response = await _http.SendAsync(request);
        Assert.Equal("no-store", response.Headers.CacheControl?.ToString());
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private static bool IsActive(JsonElement told) => told.GetProperty("active").GetBoolean();

    private static string? Text(JsonElement told, string name) => told.GetProperty(name).GetString();
}
