using System.Net;
using Microsoft.Playwright;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Ipernity;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Browser.Ipernity;

/// <summary>Somebody wants the person to confirm a handshake of theirs.</summary>
public sealed class ForgeryTests(BrowserRun run) : IAsyncLifetime
{
    private readonly BrowserFixture _scene = new(run);

    public ValueTask InitializeAsync() => _scene.OpenAsync();

    public ValueTask DisposeAsync() => _scene.DisposeAsync();

    [Theory]
    [InlineData("ipernity")]
    [InlineData("ipernity.oauth")]
    public async Task A_handshake_that_was_opened_elsewhere_says_where_and_when(string dialect)
    {
        var (uploader, page) = (_scene.World.Uploader, _scene.Page);
        var text = await _scene.OpenHandshakeFromElsewhereAsync(dialect, uploader, $"{uploader.Id}-{new string('7', 32)}");
        var own = dialect == "ipernity" ? await _scene.Ipernity.FrobAsync(uploader) : (await _scene.OAuth.RequestTokenAsync(uploader)).Text;
        await _scene.ArriveSignedInAsync("alice");

        await page.GotoAsync(Link(text));
        await Assertions.Expect(page.Locator(".notice")).ToContainTextAsync(
            "The request was made on 1 March 2026 at 12:00 UTC from the address 203.0.113.9, which is not yours.");

        await page.GotoAsync(Link(own));
        await Assertions.Expect(page.Locator(".notice")).ToContainTextAsync("Did you start this?");
        await Assertions.Expect(page.Locator(".notice")).Not.ToContainTextAsync("which is not yours");

        string Link(string token) => dialect == "ipernity" ? _scene.AuthorizeLink(uploader, ("frob", token)) : _scene.OAuthLink(new OAuthToken(token, ""));
    }

    [Theory]
    [InlineData("")]
    [InlineData("<input name=__RequestVerificationToken value=CfDJ8forged>")]
    public async Task Another_sites_form_confirms_nothing(string field)
    {
        var (uploader, page) = (_scene.World.Uploader, _scene.Page);
        var frob = await _scene.Ipernity.FrobAsync(uploader);
        var request = await _scene.OAuth.RequestTokenAsync(uploader);
        await _scene.ArriveSignedInAsync("alice");

        foreach (var link in new[] { _scene.AuthorizeLink(uploader, ("frob", frob)), _scene.OAuthLink(request) })
        {
            await page.GotoAsync(_scene.Gallery.Serve("/trap", $"<form method=post action='{WebUtility.HtmlEncode(link)}'>{field}<button>Win</button></form>"));
            var answer = await page.PressAsync("Win");
            Assert.Equal(403, answer.Status);
            // Ports share cookies, so the person's arrived with the form: it was not refused for want of them.
            Assert.Contains("TokenAuth=", (await answer.Request.AllHeadersAsync())["cookie"], StringComparison.Ordinal);
            await page.SeesAsync("This form came from another site");
        }

        Assert.Equal(2, (await _scene.ExchangeAsync(uploader, frob)).Code);
        var access = await _scene.OAuth.AskAsync(new OAuthCall(uploader, request, "/apps/oauth/access"));
        Assert.StartsWith("107 ", access.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_consent_pages_may_be_framed_by_nobody()
    {
        var uploader = _scene.World.Uploader;
        await _scene.ArriveSignedInAsync("alice");

        foreach (var link in new[]
        {
            _scene.AuthorizeLink(uploader, ("frob", await _scene.Ipernity.FrobAsync(uploader))), _scene.OAuthLink(await _scene.OAuth.RequestTokenAsync(uploader)),
        })
        {
            var answer = (await _scene.Page.GotoAsync(link))!;
            Assert.Equal(200, answer.Status);
            Assert.Contains("frame-ancestors 'none'", answer.Headers["content-security-policy"], StringComparison.Ordinal);
        }
    }
}
