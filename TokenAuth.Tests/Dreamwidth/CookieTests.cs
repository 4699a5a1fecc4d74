using System.Net;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Tests.MediaPost;

namespace TokenAuth.Tests.Dreamwidth;

/// <summary>The session's text as a cookie, in all the forms that old clients send.</summary>
public sealed class CookieTests(DreamwidthWorld shared) : IClassFixture<DreamwidthWorld>
{
    /// <summary>
    /// A is Alice's session, B is Bob's, and X is an unknown one. Small letters are the same, percent-encoded.
    /// </summary>
    [Theory]
    [InlineData("ljsession=A", "Alice")]
    [InlineData("ljsession=a", "Alice")]
    [InlineData("ljsession=\"A\"", "Alice")]
    [InlineData("ljsession=\"a\"", "Alice")]
    [InlineData("  ljsession = A ", "Alice")]
    [InlineData("ljmastersession=A", "Alice")]
    [InlineData("ljsession=A&more=1", "Alice")]
    [InlineData("ljsession=A&", "Alice")]
    [InlineData("x=1; ljsession=A; y=2", "Alice")]
    [InlineData("x=1,ljsession=A,y=2", "Alice")]
    [InlineData("ljsession=X; ljsession=A", "Alice")]
    [InlineData("ljsession=A; ljsession=B", "Alice")]
    [InlineData("ljsession=B; ljsession=A", "bob_2")]
    [InlineData("ljsession=; ljsession=B", "bob_2")]
    [InlineData("ljmastersession=X; ljmastersession=B", "bob_2")]
    [InlineData("ljsession=A; ljmastersession=B", "bob_2")]
    [InlineData("ljmastersession=B; ljloggedin=u1:s9; ljsession=A", "bob_2")]
    [InlineData("ljsession=A; ljloggedin=u99:s99", "Alice")]
    [InlineData("ljmastersession=X; ljsession=A", "Alice")]
    [InlineData("ljmastersession=; ljsession=A", "Alice")]
    [InlineData("ljmastersession=foreign; ljsession=A", "Alice")]
    [InlineData("ljmastersession=X; ljsession=X; ljmastersession=B; ljsession=A", "bob_2")]
    [InlineData("ljmastersession=X; ljsession=X", null)]
    [InlineData("ljloggedin=A", null)]
    [InlineData("LJSESSION=A", null)]
    [InlineData("ljsession=X", null)]
    [InlineData("ljsession", null)]
    [InlineData("ljsession=", null)]
    [InlineData("=A", null)]
    [InlineData("A", null)]
    [InlineData("ljsession=%", null)]
    [InlineData("ljsession=AA", null)]
    [InlineData("ljsession=A:1", null)]
    [InlineData("ljsession=&A", null)]
    public async Task The_first_valid_cookie_wins(string cookies, string? login)
    {
        var (alices, bobs) = (
            await shared.Client.SessionAsync(DreamwidthWorld.Alice),
            await shared.Client.SessionAsync(DreamwidthWorld.Bob));
        var values = new Dictionary<char, string>
        {
            ['A'] = alices,
            ['B'] = bobs,
            ['X'] = "ws:alice:1:" + new string('x', 22),
        };
        var sent = string.Concat(cookies.Select((c, i) =>
            values.TryGetValue(c, out var value) && IsAlone(cookies, i) ? value
            : c == 'a' && IsAlone(cookies, i) ? Uri.EscapeDataString(alices)
            : c.ToString()));

        Assert.Equal(login, await shared.Client.VerifyAsync(sent));
    }

    /// <summary>Each cookie is looked up in the store, and a request has room for hundreds.</summary>
    [Theory]
    [InlineData(7, "Alice")]
    [InlineData(8, null)]
    public async Task At_most_eight_cookies_are_looked_up(int others, string? login)
    {
        var session = await shared.Client.SessionAsync(DreamwidthWorld.Alice);
        var cookies = string.Concat(
            Enumerable.Range(0, others).Select(i => $"ljsession=ws:alice:{i}:x; ljsession=junk; "));

        Assert.Equal(login, await shared.Client.VerifyAsync(cookies + "ljsession=" + session));
    }

    /// <summary>Both names share the limit of eight.</summary>
    [Theory]
    [InlineData(7, "Alice")]
    [InlineData(8, null)]
    public async Task Cookies_of_both_names_count_towards_the_limit(int others, string? login)
    {
        var session = await shared.Client.SessionAsync(DreamwidthWorld.Alice);
        var cookies = string.Concat(Enumerable.Range(0, others).Select(i => $"ljmastersession=ws:alice:{i}:x; "));

        Assert.Equal(login, await shared.Client.VerifyAsync($"ljsession={session}; {cookies}"));
    }

    [Fact]
    public async Task An_ended_master_session_hides_no_other_session()
    {
        await using var own = await DreamwidthWorld.StartAsync();
        var ended = await own.Client.SessionAsync(DreamwidthWorld.Bob);
        var good = await own.Client.SessionAsync(DreamwidthWorld.Alice);
        var cookies = $"ljmastersession={ended}; ljsession={good}";
        Assert.Equal("bob_2", await own.Client.VerifyAsync(cookies));

        await own.Client.AskAsync("sessionexpire", [.. DreamwidthWorld.Bob, ("expireall", "1")]);

        Assert.Equal("Alice", await own.Client.VerifyAsync(cookies));
    }

    [Theory]
    [InlineData("Cookie: x=1\nCookie: ljsession=A", true)]
    [InlineData("Cookie: ljsession=x\nCookie: ljsession=A", true)]
    [InlineData("Cookie: ljmastersession=x\nCookie: ljsession=A", true)]
    [InlineData("COOKIE: ljsession=A", true)]
    [InlineData("X-Cookie: ljsession=A", false)]
    public async Task Cookies_may_come_in_several_headers(string headers, bool good)
    {
        var session = await shared.Client.SessionAsync(DreamwidthWorld.Alice);

        var answer = await RawHttp.AskAsync(
            shared.World.Server.Http, "GET /auth/verify HTTP/1.1\nHost: localhost\n"
                + $"Connection: close\n{headers.Replace("=A", "=" + session, StringComparison.Ordinal)}");

        Assert.StartsWith(good ? "HTTP/1.1 204" : "HTTP/1.1 401", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_reverse_proxys_endpoint_names_the_person_and_answers_nothing_more()
    {
        var answer = await shared.Client.AskAsync(shared.Client.Get("/auth/verify").With(
            "Cookie", "ljsession=" + await shared.Client.SessionAsync(DreamwidthWorld.Alice)));

        Assert.Equal(
            (HttpStatusCode.NoContent, "Alice", shared.World.Alice.Id.ToString(), ""),
            (answer.Status, answer.Head("X-Auth-Login"), answer.Head("X-Auth-Uid"), answer.Body));
        var nobody = await shared.Client.AskAsync(
            shared.Client.Get("/auth/verify").With("X-Auth-Login", "Alice").With("X-Auth-Uid", "1"));
        Assert.Equal(
            (HttpStatusCode.Unauthorized, null, null),
            (nobody.Status, nobody.Head("X-Auth-Login"), nobody.Head("X-Auth-Uid")));
        Assert.Equal("no-store", nobody.Head("Cache-Control"));
    }

    [Fact]
    public async Task A_session_text_with_any_character_changed_is_refused()
    {
        var session = await shared.Client.SessionAsync(DreamwidthWorld.Alice);
        for (var i = 0; i < session.Length; i++)
            Assert.Null(await shared.Client.VerifyAsync(
                $"ljsession={session[..i]}{(session[i] == 'a' ? 'b' : 'a')}{session[(i + 1)..]}"));

        Assert.Null(await shared.Client.VerifyAsync("ljsession=" + session.ToUpperInvariant()));
        Assert.Null(await shared.Client.VerifyAsync(
            "ljsession=" + session.Replace("alice", "Alice", StringComparison.Ordinal)));
        Assert.Null(await shared.Client.VerifyAsync(
            "ljsession=" + session.Replace("alice", "bob_2", StringComparison.Ordinal)));
        Assert.Equal("Alice", await shared.Client.VerifyAsync("ljsession=" + session));
    }

    [Theory]
    [InlineData("Suspended")]
    [InlineData("Locked")]
    [InlineData("Memorial")]
    [InlineData("Deleted")]
    public async Task A_closed_accounts_cookie_is_refused_immediately(string state)
    {
        await using var own = await DreamwidthWorld.StartAsync();
        var cookie = "ljsession=" + await own.Client.SessionAsync(DreamwidthWorld.Alice);
        Assert.Equal("Alice", await own.Client.VerifyAsync(cookie));

        await own.SetStateAsync(own.World.Alice, Enum.Parse<AccountState>(state));

        Assert.Null(await own.Client.VerifyAsync(cookie));
        Assert.Equal(
            HttpStatusCode.Redirect,
            (await own.Client.AskAsync(own.Client.Get("/export_comments").With("Cookie", cookie))).Status);
    }

    /// <summary>Whether the letter is a placeholder for a session and not part of a word.</summary>
    private static bool IsAlone(string text, int at) =>
        (at == 0 || !char.IsAsciiLetter(text[at - 1]) || text[at - 1] == text[at])
            && (at == text.Length - 1 || !char.IsAsciiLetter(text[at + 1]) || text[at + 1] == text[at]);
}
