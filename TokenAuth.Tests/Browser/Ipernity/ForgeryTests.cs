using System.Net;
using Microsoft.Playwright;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Ipernity;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Browser.Ipernity;

/// <summary>An attacker tries to make the person confirm the attacker's handshake.</summary>
public sealed class ForgeryTests(BrowserRun run) : BrowserTests(run)
{
    [Theory]
    [InlineData("ipernity")]
    [InlineData("ipernity.oauth")]
    public async Task The_consent_page_says_where_and_when_a_handshake_from_another_address_was_opened(string dialect)
    {
        var (uploader, page) = (_fixture.World.Uploader, _fixture.Page);
        var text = await _fixture.OpenHandshakeFromElsewhereAsync(
            dialect, uploader, $"{uploader.Id}-{new string('7', 32)}");
        var own = dialect == "ipernity"
            ? await _fixture.Ipernity.FrobAsync(uploader)
            : (await _fixture.OAuth.RequestTokenAsync(uploader)).Text;
        await _fixture.ComeFromAsync("198.51.100.7");
        await _fixture.ArriveSignedInAsync("alice");

        await page.GotoAsync(Link(text));
        await Assertions.Expect(page.Locator(".facts")).ToContainTextAsync("1 March 2026");
        await Assertions.Expect(page.Locator(".notice")).ToContainTextAsync(
            "The request came from the address 203.0.113.9, which is not yours.");

        await page.GotoAsync(Link(own));
        await Assertions.Expect(page.Locator(".notice")).ToContainTextAsync("Did you start this?");
        await Assertions.Expect(page.Locator(".notice")).Not.ToContainTextAsync("which is not yours");

        string Link(string token) => dialect == "ipernity"
            ? _fixture.AuthorizeLink(uploader, ("frob", token))
            : _fixture.OAuthLink(new OAuthToken(token, ""));
    }

    [Theory]
    [InlineData("")]
    [InlineData("<input name=__RequestVerificationToken value=CfDJ8forged>")]
    public async Task Another_sites_form_confirms_nothing(string field)
    {
        var (uploader, page) = (_fixture.World.Uploader, _fixture.Page);
        var frob = await _fixture.Ipernity.FrobAsync(uploader);
        var request = await _fixture.OAuth.RequestTokenAsync(uploader);
        await _fixture.ArriveSignedInAsync("alice");

        foreach (var link in new[] { _fixture.AuthorizeLink(uploader, ("frob", frob)), _fixture.OAuthLink(request) })
        {
            await page.GotoAsync(_fixture.Gallery.Serve(
                "/trap",
                $"<form method=post action='{WebUtility.HtmlEncode(link)}'>{field}<button>Win</button></form>"));
            var answer = await page.PressAsync("Win");
            Assert.Equal(403, answer.Status);
            // Ports share cookies, so the person's cookie arrived with the form. A missing cookie was not the reason
            // for the refusal.
            Assert.Contains("TokenAuth=", (await answer.Request.AllHeadersAsync())["cookie"], StringComparison.Ordinal);
            await page.SeesAsync("This form came from another site");
        }

        Assert.Equal(2, (await _fixture.ExchangeAsync(uploader, frob)).Code);
        var access = await _fixture.OAuth.AskAsync(new OAuthCall(uploader, request, "/apps/oauth/access"));
        Assert.StartsWith("107 ", access.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_site_may_frame_the_consent_pages()
    {
        var uploader = _fixture.World.Uploader;
        await _fixture.ArriveSignedInAsync("alice");

        foreach (var link in new[]
        {
            _fixture.AuthorizeLink(uploader, ("frob", await _fixture.Ipernity.FrobAsync(uploader))), _fixture.OAuthLink(
                await _fixture.OAuth.RequestTokenAsync(uploader)),
        })
        {
            var answer = (await _fixture.Page.GotoAsync(link))!;
            Assert.Equal(200, answer.Status);
            Assert.Contains(
                "frame-ancestors 'none'", answer.Headers["content-security-policy"], StringComparison.Ordinal);
        }
    }
}
