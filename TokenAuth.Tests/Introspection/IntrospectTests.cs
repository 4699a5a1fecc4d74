using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Sessions;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Ipernity;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Introspection;

/// <summary>RFC 7662 for the sessions of all dialects.</summary>
public sealed class IntrospectTests : IAsyncLifetime
{
    private readonly HttpClient _http = LiveServer.CreateClient();
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
    public async Task A_service_gets_the_details_of_every_dialects_session()
    {
        var start = World.Clock.GetUtcNow().ToUnixTimeSeconds();
        foreach (var (kind, text) in _sessions.Texts)
        {
            var told = await ToldAsync(World.Janitor, text);
            Assert.Equal(kind.Split(' ')[0], Text(told, "dialect"));
            Assert.Equal(start, told.GetProperty("iat").GetInt64());
            if (kind == "wetpaint")
            {
                Assert.Equal(("mywiki:bob%20b.", "mywiki:bob%20b."), (Text(told, "username"), Text(told, "sub")));
                Assert.Equal(("bob b.", "bob b."), (Text(told, "user_id"), Text(told, "userId")));
                Assert.Equal(
                    ("mywiki", "registered", "Bob ☃"),
                    (Text(told, "ns"), Text(told, "role"), Text(told, "displayName")));
                Assert.Equal(start + 36_000, told.GetProperty("exp").GetInt64());
                Assert.False(told.TryGetProperty("uid", out _));
            }
            else
            {
                Assert.Equal(("Alice", $"{World.Alice.Id}"), (Text(told, "username"), Text(told, "sub")));
                Assert.Equal(World.Alice.Id, told.GetProperty("uid").GetInt64());
                Assert.False(told.TryGetProperty("user_id", out _));
            }
        }

        Assert.Equal(
            "doc=write,blog=read", Text(await ToldAsync(World.Janitor, _sessions.Texts["ipernity"]), "permissions"));
        Assert.Equal(
            World.Gallery.ApiKey, Text(await ToldAsync(World.Janitor, _sessions.Texts["ipernity"]), "client_id"));
        Assert.False((await ToldAsync(World.Janitor, _sessions.Texts["ipernity"])).TryGetProperty("exp", out _));
    }

    /// <summary>
    /// An account, users named after it, users with colons, and users of several applications that have a namespace of
    /// the same name.
    /// </summary>
    [Fact]
    public async Task No_two_people_have_the_same_subject_or_the_same_name()
    {
        var first = _sessions.Wiki;
        var other = await RegisterAsync("mywiki", "mywiki:a", "mywiki:a%3Ab");
        var third = await RegisterAsync("mywiki:a");
        (App Application, string Namespace, string User)[] users =
        [
            (first, "mywiki", $"{World.Alice.Id}"), (first, "mywiki", "Alice"), (first, "mywiki", "alice"),
            (first, "mywiki", "a:b"), (first, "mywiki", "a%3Ab"), (first, "mywiki", "mywiki:a"),
            (first, "mywiki", $"{other.ApiKey}:a"),
            (other, "mywiki", "Alice"), (other, "mywiki", "a:b"), (other, "mywiki:a", "b"),
            (other, "mywiki:a%3Ab", "b"),
            (third, "mywiki:a", "b"),
        ];
        var told = new List<JsonElement> { await ToldAsync(World.Janitor, _sessions.Texts["dreamwidth"]) };
        foreach (var (application, ns, user) in users)
        {
            World.Clock.Advance(TimeSpan.FromSeconds(1)); // a signature is valid for one namespace
            var ticket = await EverySession.TicketAsync(World, application, user, ns: ns);
            var one = await ToldAsync(World.Janitor, ticket);
            Assert.Equal((Text(one, "username"), user, ns), (Text(one, "sub"), Text(one, "user_id"), Text(one, "ns")));
            Assert.Equal(Text(one, "sub"), await LoginAsync(ticket));
            told.Add(one);
        }

        string[] subjects = [.. told.Select(one => Text(one, "sub")!)];
        string[] names = [.. told.Select(one => Text(one, "username")!)];
        Assert.Equal(users.Length + 1, subjects.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(users.Length + 1, names.Distinct(StringComparer.Ordinal).Count());
        Assert.All(names.Skip(1), name => Assert.Equal(1, name.Count(c => c == ':')));
        Assert.Equal([$"mywiki:{World.Alice.Id}", "mywiki:Alice"], names[1..3]);
        Assert.Equal($"mywiki@{other.ApiKey}:Alice", names[8]);
        Assert.Equal("mywiki%3Aa:b", names[10]);
        Assert.Equal($"mywiki%3Aa@{third.ApiKey}:b", names[12]);
    }

    [Fact]
    public async Task The_answer_names_the_address_that_a_session_is_bound_to()
    {
        await using var own = await IpernityWorld.StartAsync("--TokenAuth:Proxies=127.0.0.1");
        foreach (var (from, address) in new[]
        {
            ("198.51.100.9", "198.51.100.9"), ("2001:DB8:0::1", "2001:db8::1"), ("::ffff:198.51.100.9", "198.51.100.9"),
        })
        {
            var bound = await EverySession.BoundAsync(own.World, from);
            var answer = await EverySession.IntrospectAsync(own.World.Server.Http, own.World.Janitor, bound);
            var told = JsonDocument.Parse(answer).RootElement;
            Assert.Equal((true, address), (IsActive(told), Text(told, "bound_ip")));
        }

        foreach (var text in _sessions.Texts.Values)
            Assert.False((await ToldAsync(World.Janitor, text)).TryGetProperty("bound_ip", out _));
    }

    [Fact]
    public async Task An_application_sees_its_own_sessions_and_no_others()
    {
        foreach (var (kind, text) in _sessions.Texts)
        {
            var owner = _sessions.Owners[kind];
            Assert.Equal(owner == World.Gallery, IsActive(await ToldAsync(World.Gallery, text)));
            Assert.Equal(owner == _sessions.Wiki, IsActive(await ToldAsync(_sessions.Wiki, text)));
            Assert.False(IsActive(await ToldAsync(World.Uploader, text)));
        }
    }

    [Fact]
    public async Task An_ended_session_is_inactive_and_has_no_other_members()
    {
        World.Clock.Advance(TimeSpan.FromDays(400));
        foreach (var (kind, text) in _sessions.Texts)
        {
            var answer = await AskAsync(World.Janitor, ("token", text));
            Assert.Equal(kind.StartsWith("ipernity", StringComparison.Ordinal), IsActive(
                JsonDocument.Parse(answer.Body).RootElement));
            Assert.True(
                kind.StartsWith("ipernity", StringComparison.Ordinal) || answer.Body == "{\"active\":false}",
                answer.Body);
        }

        await _own.SetStateAsync(World.Alice, AccountState.Suspended);
        Assert.False(IsActive(await ToldAsync(World.Janitor, _sessions.Texts["ipernity"])));
    }

    [Fact]
    public async Task A_ban_applies_immediately_to_every_live_ticket()
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
    public async Task A_text_that_is_not_a_session_is_inactive(string text) =>
        Assert.Equal(
            text.Length == 0 ? "{\"error\":\"invalid_request\"}" : "{\"active\":false}",
            (await AskAsync(World.Janitor, ("token", text))).Body);

    [Fact]
    public async Task Handshakes_and_browser_sessions_are_inactive()
    {
        var frob = await _own.Client.FrobAsync(World.Gallery);
        var browser = RandomToken.Hex(32);
        await World.Server.Services.GetRequiredService<SessionStore>().IssueAsync(
            new NewSession(
                "browser",
                browser,
                null,
                null,
                World.Alice.Id,
                "",
                TimeSpan.FromHours(1),
                Slides: false,
                IPAddress.Loopback),
            default);

        Assert.False(IsActive(await ToldAsync(World.Janitor, frob)));
        Assert.False(IsActive(await ToldAsync(World.Janitor, browser)));
    }

    [Fact]
    public async Task A_cookie_may_be_sent_in_its_encoded_form() =>
        Assert.True(IsActive(await ToldAsync(World.Janitor, Uri.EscapeDataString(_sessions.Texts["dreamwidth"]))));

    [Fact]
    public async Task An_unknown_caller_gets_401_and_a_call_without_a_token_400()
    {
        foreach (var caller in new[]
        {
            World.Janitor with { Secret = "guess" },
            World.Janitor with { ApiKey = "nobody" },
            World.Retired,
        })
            Assert.Equal((HttpStatusCode.Unauthorized, "{\"error\":\"invalid_client\"}"), await AskAsync(
                caller, ("token", "x")));
        Assert.Equal(HttpStatusCode.Forbidden, (await AskAsync(World.Fenced, ("token", "x"))).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await AskAsync(World.Janitor)).Status);
        foreach (var header in new[]
        {
            null, "", "Basic", "Basic ?", "Basic " + Convert.ToBase64String("x"u8), "Bearer x",
        })
        {
            var request = new HttpRequestMessage(HttpMethod.Post, new Uri(World.Server.Http, "/introspect"))
            {
                Content = new FormUrlEncodedContent([new("token", "x")]),
            };
            if (header is not null)
                request.Headers.TryAddWithoutValidation("Authorization", header);
            using var response = await _http.SendAsync(request);
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
            Assert.Equal("Basic", Assert.Single(response.Headers.WwwAuthenticate).Scheme);
        }
    }

    /// <summary>Logs record addresses.</summary>
    [Fact]
    public async Task A_token_is_read_from_the_body_and_not_from_the_address()
    {
        var token = _sessions.Texts["dreamwidth"];
        var query = $"?token={Uri.EscapeDataString(token)}";

        var (status, body) = await AskAsync(World.Janitor, query);
        Assert.Equal((HttpStatusCode.BadRequest, "{\"error\":\"invalid_request\"}"), (status, body));
        Assert.Equal("{\"active\":false}", (await AskAsync(World.Janitor, query, ("token", "x"))).Body);
        Assert.True(IsActive(await ToldAsync(World.Janitor, token)));
    }

    private Task<App> RegisterAsync(params string[] namespaces) => _own.RegisterAsync(
        new NewApplication("Another", ApplicationKind.Web, null, namespaces, [], null, Nonproduction: false));

    /// <summary>The answer that a reverse proxy gets.</summary>
    private async Task<string> LoginAsync(string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(World.Server.Http, "/auth/verify"));
        request.Headers.Authorization = new("Bearer", token);
        using var response = await _http.SendAsync(request);
        return response.Headers.GetValues("X-Auth-Login").Single();
    }

    private async Task<JsonElement> ToldAsync(App caller, string token)
    {
        var (status, body) = await AskAsync(caller, ("token", token));
        Assert.True(status == HttpStatusCode.OK, body);
        return JsonDocument.Parse(body).RootElement;
    }

    private Task<(HttpStatusCode Status, string Body)> AskAsync(
        App caller, params (string Name, string Value)[] fields) => AskAsync(caller, query: "", fields);

    private async Task<(HttpStatusCode Status, string Body)> AskAsync(
        App caller, string query, params (string Name, string Value)[] fields)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(World.Server.Http, "/introspect" + query))
        {
            Content = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))),
            Headers =
            {
                Authorization = new(
                    "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{caller.ApiKey}:{caller.Secret}"))),
            },
        };
        using var response = await _http.SendAsync(request);
        Assert.Equal("no-store", response.Headers.CacheControl?.ToString());
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private static bool IsActive(JsonElement told) => told.GetProperty("active").GetBoolean();

    private static string? Text(JsonElement told, string name) => told.GetProperty(name).GetString();
}
