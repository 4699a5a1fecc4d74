using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Sessions;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Ipernity;
using TokenAuth.Tests.MediaPost;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Introspection;

/// <summary>The answer that a reverse proxy gets about the client that requests a page.</summary>
public sealed class VerifyTests : IAsyncLifetime
{
    private readonly HttpClient _http = LiveServer.CreateClient();
    private IpernityWorld _own = null!;
    private EverySession _sessions = null!;

    private TestWorld World => _own.World;

    public async ValueTask InitializeAsync()
    {
        _own = await IpernityWorld.StartAsync("--TokenAuth:Proxies=127.0.0.1");
        _sessions = await EverySession.OpenAsync(_own);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _own.DisposeAsync();
    }

    [Fact]
    public async Task A_bearer_session_of_any_dialect_identifies_its_person_or_user()
    {
        foreach (var (kind, text) in _sessions.Texts)
        {
            var expected = kind == "wetpaint" ? "204 mywiki:bob%20b.  registered" : $"204 Alice {World.Alice.Id} ";
            Assert.Equal(expected, await AskAsync(("Authorization", $"Bearer {text}")));
            Assert.Equal("401   ", await AskAsync(("Authorization", $"Bearer {text}x")));
        }
    }

    [Fact]
    public async Task Dreamwidths_cookie_identifies_its_person() =>
        Assert.Equal(
            $"204 Alice {World.Alice.Id} ", await AskAsync(("Cookie", $"ljsession={_sessions.Texts["dreamwidth"]}")));

    [Fact]
    public async Task A_foreign_master_session_hides_no_other_cookie()
    {
        var good = $"ljsession={_sessions.Texts["dreamwidth"]}";
        foreach (var foreign in new[] { "v2:u1:s9:elsewhere", "ws:somebody:1:elsewhere", await EndedAsync() })
        {
            Assert.Equal(
                $"204 Alice {World.Alice.Id} ", await AskAsync(("Cookie", $"ljmastersession={foreign}; {good}")));
        }
    }

    [Fact]
    public async Task A_signed_in_browser_identifies_its_person()
    {
        using var browser = await FormBrowser.SignedInAsync(World.Server, World.Bob);

        Assert.Equal($"204 bob_2 {World.Bob.Id} ", await AskAsync(("Cookie", browser.CookieHeader)));
        Assert.Equal($"204 Alice {World.Alice.Id} ", await AskAsync(
            ("Cookie", browser.CookieHeader), ("Authorization", $"Bearer {_sessions.Texts["ipernity"]}")));
    }

    /// <summary>
    /// A is Alice's valid session, B is Bob's, X is a foreign text, E is Alice's ended session, F is Bob's session that
    /// is valid from another address only, and M is a banned user's. The flag says whether Bob is signed in with the
    /// browser.
    /// </summary>
    [Theory]
    [InlineData("Bearer A", "", false, "Alice")]
    [InlineData("Bearer A", "B", true, "Alice")]
    [InlineData("Bearer B", "A", false, "bob_2")]
    [InlineData("Bearer X", "A", false, "Alice")]
    [InlineData("Bearer X", "A", true, "Alice")]
    [InlineData("Bearer X", "X", true, "bob_2")]
    [InlineData("Bearer X", "", true, "bob_2")]
    [InlineData("Bearer E", "B", false, "bob_2")]
    [InlineData("Bearer F", "A", false, "Alice")]
    [InlineData("Bearer", "A", false, "Alice")]
    [InlineData("Bearer ", "A", false, "Alice")]
    [InlineData("Basic eDp4", "A", false, "Alice")]
    [InlineData("Basic eDp4", "", true, "bob_2")]
    [InlineData("Digest username=\"x\"", "E", true, "bob_2")]
    [InlineData("Basic eDp4|Bearer A", "", false, "Alice")]
    [InlineData("Bearer X|Bearer A", "B", false, "Alice")]
    [InlineData("Bearer M", "", false, null)]
    [InlineData("Bearer M", "A", true, null)]
    [InlineData("Bearer X|Bearer M", "A", true, null)]
    [InlineData("", "F", true, "bob_2")]
    [InlineData("Bearer X", "X", false, "")]
    [InlineData("Bearer E", "F", false, "")]
    [InlineData("Basic eDp4", "E", false, "")]
    public async Task The_first_valid_credential_wins_and_an_invalid_one_hides_no_other(
        string authorization, string cookie, bool hasBrowser, string? login)
    {
        var key = await World.Server.Services.GetRequiredService<AccountKeys>().AddAsync(
            World.Bob.Id, "script", null, default);
        var bobs = await EverySession.PostAsync(
            World, "/interface/flat", ("mode", "sessiongenerate"), ("user", "bob-2"), ("password", key));
        var texts = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["A"] = _sessions.Texts["dreamwidth"],
            ["B"] = bobs.Split('\n')[1],
            ["X"] = "ws:somebody:1:elsewhere",
            ["E"] = await EndedAsync(),
            ["F"] = await EverySession.BoundAsync(World, "2001:db8::1"),
            ["M"] = await EverySession.TicketAsync(World, _sessions.Wiki, "mallory", "banned"),
            [""] = "",
        };
        using var browser = hasBrowser
            ? await FormBrowser.SignedInAsync(World.Server, World.Bob) : new FormBrowser(World.Server.Http);
        List<(string, string)> headers =
            [("Cookie", $"{(cookie.Length > 0 ? $"ljsession={texts[cookie]}; " : "")}{browser.CookieHeader}")];
        headers.AddRange(authorization.Split('|').Select(header =>
            ("Authorization", header.Split(' ', 2) is ["Bearer", var text] ? $"Bearer {texts[text]}" : header)));

        var expected = login switch
        {
            null => "403   ",
            "" => "401   ",
            _ => $"204 {login} {(login == "Alice" ? World.Alice : World.Bob).Id} ",
        };
        Assert.Equal(expected, await AskAsync([.. headers]));
    }

    /// <summary>Each bearer is looked up in the store, and a header has room for hundreds.</summary>
    [Theory]
    [InlineData(7, 204)]
    [InlineData(8, 401)]
    public async Task At_most_eight_bearers_are_looked_up(int others, int status)
    {
        var bearers = Enumerable.Range(0, others).Select(i => $"Bearer {i}, Basic eDp4, ");
        var header = string.Concat(bearers) + $"Bearer {_sessions.Texts["ipernity"]}";

        Assert.StartsWith($"{status} ", await AskAsync(("Authorization", header)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Other_verbs_get_the_list_of_allowed_verbs()
    {
        using var response = await _http.PostAsync(new Uri(World.Server.Http, "/auth/verify"), content: null);

        Assert.Equal(405, (int)response.StatusCode);
        Assert.Equal(["GET", "HEAD"], response.Content.Headers.Allow);
    }

    [Fact]
    public async Task Headers_cannot_identify_a_client_without_a_session()
    {
        Assert.Equal("401   ", await AskAsync());
        Assert.Equal("401   ", await AskAsync(
            ("X-Auth-Login", "Alice"),
            ("X-Auth-Uid", "1"),
            ("Authorization", "Basic eDp4"),
            ("Cookie", "ljsession=; TokenAuth=x")));
    }

    [Fact]
    public async Task A_banned_user_is_forbidden_and_a_suspended_persons_session_is_unauthorized()
    {
        World.Clock.Advance(TimeSpan.FromSeconds(1));
        await EverySession.TicketAsync(World, _sessions.Wiki, "bob b.", "banned");
        Assert.Equal("403   ", await AskAsync(("Authorization", $"Bearer {_sessions.Texts["wetpaint"]}")));

        await _own.SetStateAsync(World.Alice, AccountState.Suspended);
        Assert.Equal("401   ", await AskAsync(("Authorization", $"Bearer {_sessions.Texts["peopleaggregator"]}")));
    }

    [Fact]
    public async Task A_bound_session_is_valid_from_its_own_address_only()
    {
        var text = await EverySession.BoundAsync(World, "2001:db8::1");

        foreach (var (from, status) in new[]
        {
            ("2001:db8::1", 204), ("2001:db8:0::1", 204), ("2001:db8::2", 401), ("192.0.2.1", 401),
        })
        {
            Assert.StartsWith(
                $"{status}",
                await AskAsync(("X-Forwarded-For", from), ("Authorization", $"Bearer {text}")),
                StringComparison.Ordinal);
            Assert.StartsWith(
                $"{status}",
                await AskAsync(("X-Forwarded-For", from), ("Cookie", $"ljsession={text}")),
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Verification_extends_a_sliding_session_and_introspection_does_not()
    {
        var text = await EverySession.MediaPostAsync(World, World.Uploader, slides: true);
        var end = await EndAsync(text);
        World.Clock.Advance(TimeSpan.FromSeconds(59));
        await AskAsync(("Authorization", $"Bearer {text}"));
        Assert.Equal(end, await EndAsync(text));
        World.Clock.Advance(TimeSpan.FromSeconds(1));
        await AskAsync(("Authorization", $"Bearer {text}"));
        Assert.Equal(end + 60, await EndAsync(text));

        for (var day = 0; day < 3; day++)
        {
            World.Clock.Advance(TimeSpan.FromHours(23));
            Assert.Equal($"204 Alice {World.Alice.Id} ", await AskAsync(("Authorization", $"Bearer {text}")));
        }

        World.Clock.Advance(TimeSpan.FromHours(23));
        await EndAsync(text);
        World.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal("401   ", await AskAsync(("Authorization", $"Bearer {text}")));
    }

    [Theory]
    [InlineData(
        "text/html,*/*;q=0.8", "GET", "/a/%C3%9C?b=1&c=%26", "/signin?return=%2Fa%2F%25C3%259C%3Fb%3D1%26c%3D%2526")]
    [InlineData("TEXT/HTML", "HEAD", "/", "/signin?return=%2F")]
    [InlineData("text/html", "", "/a", "/signin?return=%2Fa")]
    [InlineData("text/html", "GET", "", "/signin")]
    [InlineData("text/html", "GET", "//elsewhere.test/", "/signin")]
    [InlineData("text/html", "GET", "/\\elsewhere.test/", "/signin")]
    [InlineData("text/html", "GET", "https://elsewhere.test/", "/signin")]
    [InlineData("text/html", "GET", "javascript:alert(1)", "/signin")]
    [InlineData("text/html", "GET", "/2000", "/signin")]
    [InlineData("text/html", "POST", "/a", null)]
    [InlineData("application/json", "GET", "/a", null)]
    [InlineData("*/*", "GET", "/a", null)]
    [InlineData("", "GET", "/a", null)]
    public async Task A_browser_that_requests_a_page_gets_the_address_of_the_sign_in_page(
        string accept, string method, string uri, string? location)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(World.Server.Http, "/auth/verify"));
        request.Headers.TryAddWithoutValidation("Accept", accept);
        request.Headers.TryAddWithoutValidation("X-Forwarded-Method", method);
        request.Headers.TryAddWithoutValidation("X-Forwarded-Uri", uri == "/2000" ? "/" + new string('a', 2000) : uri);
        using var response = await _http.SendAsync(request);

        Assert.Equal((401, location), ((int)response.StatusCode, response.Headers.Location?.OriginalString));
    }

    [Fact]
    public async Task Another_applications_cookie_may_contain_any_bytes()
    {
        using var browser = await FormBrowser.SignedInAsync(World.Server, World.Bob);
        foreach (var own in new[]
        {
            browser.CookieHeader, $"ljsession={await EverySession.BoundAsync(World, "127.0.0.1")}",
        })
        {
            foreach (var cookies in new[] { $"name=M\u00FCller; {own}", $"{own}; \u00FF\u00FE=\u00C3" })
            {
                var answer = await RawHttp.AskAsync(
                    World.Server.Http,
                    $"GET /auth/verify HTTP/1.1\nHost: localhost\nConnection: close\nCookie: {cookies}");
                Assert.Contains("X-Auth-Login: bob_2\r\n", answer, StringComparison.Ordinal);
            }
        }
    }

    /// <summary>nginx, for example, turns an unknown status into a 500. A page would have no reader.</summary>
    [Fact]
    public async Task While_the_store_is_unavailable_the_answer_is_a_503_without_a_page()
    {
        using var browser = await FormBrowser.SignedInAsync(World.Server, World.Bob);
        await World.ChangeStoreAsync("ALTER TABLE sessions RENAME TO lost");

        Assert.Equal("503   ", await AskAsync(("Authorization", $"Bearer {_sessions.Texts["wetpaint"]}")));
        Assert.Equal("503   ", await AskAsync(
            ("Cookie", $"ljsession={_sessions.Texts["dreamwidth"]}"), ("Accept", "text/html")));
        Assert.Equal("503   ", await AskAsync(("Cookie", browser.CookieHeader), ("Accept", "text/html")));
        Assert.Equal("401   ", await AskAsync());
    }

    [Fact]
    public async Task Maintenance_does_not_affect_verification_and_HEAD_is_answered_like_GET()
    {
        await using var closed = await TestWorld.StartAsync("--TokenAuth:Maintenance=true");
        using var browser = await FormBrowser.SignedInAsync(closed.Server, closed.Bob);
        foreach (var verb in new[] { HttpMethod.Get, HttpMethod.Head })
        {
            using var request = new HttpRequestMessage(verb, new Uri(closed.Server.Http, "/auth/verify"));
            request.Headers.Add("Cookie", browser.CookieHeader);
            using var response = await _http.SendAsync(request);
            Assert.Equal(
                (204, "bob_2"), ((int)response.StatusCode, response.Headers.GetValues("X-Auth-Login").Single()));
        }
    }

    /// <summary>A session of Alice's that has ended.</summary>
    private async Task<string> EndedAsync()
    {
        var text = await EverySession.MediaPostAsync(World, World.Gallery, slides: false);
        var sessions = World.Server.Services.GetRequiredService<SessionStore>();
        var session = (await sessions.CheckAsync("mediapost", World.Gallery.Id, text, default)).Value!;
        Assert.True(await sessions.EndAsync(session.Id, World.Alice.Id, null, default));
        return text;
    }

    /// <summary>The end of a session, in seconds since 1970.</summary>
    private async Task<long> EndAsync(string text)
    {
        var told = await EverySession.IntrospectAsync(World.Server.Http, World.Janitor, text);
        return JsonDocument.Parse(told).RootElement.GetProperty("exp").GetInt64();
    }

    private async Task<string> AskAsync(params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(World.Server.Http, "/auth/verify"));
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await _http.SendAsync(request);
        Assert.Equal("no-store", response.Headers.CacheControl?.ToString());
        Assert.Equal("", await response.Content.ReadAsStringAsync());
        string Told(string name) => response.Headers.TryGetValues(name, out var values) ? string.Join(',', values) : "";
        return $"{(int)response.StatusCode} {Told("X-Auth-Login")} {Told("X-Auth-Uid")} {Told("X-Auth-Role")}";
    }
}
