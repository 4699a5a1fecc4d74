using Microsoft.Playwright;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Browser;

/// <summary>The link's <c>next</c> is untrusted input. It must not lead the browser away from the callback.</summary>
public sealed class NextTests(BrowserRun run) : BrowserTests(run)
{
    [Fact]
    public Task A_next_that_would_leave_the_callback_is_ignored() => ArrivesAsync(
        "/apps/gallery",
        from next in (string[])
        [
            "http://evil.example/",
            "https://127.0.0.1/apps/gallery",
            "HTTP://EVIL.EXAMPLE/apps/gallery",
            "//evil.example/apps/gallery",
            "///evil.example",
            "/../../evil",
            "/..",
            "/%2e%2e/evil",
            "/.%2E/evil",
            "/a/..%2f..%2fevil",
            "\\..\\evil",
            "\\\\evil.example",
            "/\\evil.example",
            "#frag",
            "?id=5#frag",
            "javascript:alert(document.domain)",
            "data:text/html,<h1>evil</h1>",
            "?auth_token=forged",
            "?id=5&AUTH_TOKEN=forged",
            "?id=5&auth%5Ftoken=forged",
            "?id=5\r\nSet-Cookie: TokenAuth=forged",
            "\r\n\r\n<h1>evil</h1>",
            "{callback}/../evil",
            "{callback}2",
            "{root}/apps",
            "{root}@evil.example/apps/gallery",
        ]
        select (next, "/apps/gallery?auth_token="));

    /// <summary>
    /// A callback without a path is the easiest to leave: text appended to it can still change its host.
    /// </summary>
    [Fact]
    public Task A_next_that_would_leave_a_callback_without_a_path_is_ignored() => ArrivesAsync(
        "",
        from next in (string[])
        [
            "@evil.example/",
            ":pw@evil.example/",
            ".evil.test/",
            ":81/",
            "1/",
            "evil.test",
            "//evil.example/..",
            "\\@evil.example",
            "\t.evil.test",
        ]
        select (next, "/?auth_token="));

    [Fact]
    public Task A_next_below_the_callback_is_where_the_person_arrives() => ArrivesAsync(
        "/apps/gallery",
        [
            ("?id=5", "/apps/gallery?id=5&auth_token="),
            ("?", "/apps/gallery?auth_token="),
            ("/page.php?id=5", "/apps/gallery/page.php?id=5&auth_token="),
            ("{callback}", "/apps/gallery?auth_token="),
            ("{callback}?id=5", "/apps/gallery?id=5&auth_token="),
            ("{callback}/album?title=M%C3%BCller+%26+Co", "/apps/gallery/album?title=M%C3%BCller+%26+Co&auth_token="),
        ]);

    [Fact]
    public Task A_next_is_appended_to_a_callback_that_ends_in_a_slash() =>
        ArrivesAsync("/apps/gallery/", [("page.php", "/apps/gallery/page.php?auth_token=")]);

    [Fact]
    public Task A_callback_with_a_query_keeps_it() =>
        ArrivesAsync(
            "/apps/gallery?app=7",
            [("", "/apps/gallery?app=7&auth_token="), ("&id=5", "/apps/gallery?app=7&id=5&auth_token=")]);

    /// <summary>The consent page and the silent redirect build the same address.</summary>
    [Theory]
    [InlineData("//evil.example/", "?auth_token=")]
    [InlineData("?auth_token=forged", "?auth_token=")]
    [InlineData("?id=5", "?id=5&auth_token=")]
    public async Task Next_is_interpreted_the_same_way_after_consent(string next, string end)
    {
        var page = _fixture.Page;
        var token = await _fixture.CreateTokenAsync(_fixture.World.Gallery);
        await _fixture.ArriveSignedInAsync("alice");

        await page.GotoAsync(
            _fixture.LoginLink(_fixture.World.Gallery, BrowserFixture.Carrying(token), ("next", next)));
        await page.AllowAsync();
        await page.SeesAsync("Welcome to the gallery");

        Assert.Equal(_fixture.Gallery.Callback + end + token, page.Url);
    }

    /// <summary>
    /// Each link passes silently, so the browser goes straight to the expected address, with one token: ours.
    /// </summary>
    private async Task ArrivesAsync(string callback, IEnumerable<(string Next, string Target)> links)
    {
        var (alice, page) = (_fixture.World.Alice, _fixture.Page);
        var application = await _fixture.RegisterAsync("Album", _fixture.Gallery.Root + callback);
        await _fixture.AllowQuietlyAsync(application, alice);
        await _fixture.ArriveSignedInAsync("alice");

        await Assert.AllAsync(links, async link =>
        {
            var next = link.Next.Replace("{callback}", _fixture.Gallery.Root + callback, StringComparison.Ordinal)
                .Replace("{root}", _fixture.Gallery.Root, StringComparison.Ordinal);
            await page.GotoAsync(_fixture.LoginLink(application, ("next", next)));
            await page.SeesAsync("Welcome to the gallery");

            var token = page.Url[^38..];
            Assert.Equal(_fixture.Gallery.Root + link.Target + token, page.Url);
            Assert.Equal(link.Target + token, _fixture.Gallery.Targets.Last());
            var session = await _fixture.GetSessionAsync(application, token);
            Assert.Equal(alice.Id.ToString(), session.GetProperty("uid").GetString());
        });
        Assert.Equal(links.Count(), _fixture.Gallery.Targets.Count);
    }
}
