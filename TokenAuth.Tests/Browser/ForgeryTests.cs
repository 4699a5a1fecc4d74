using Microsoft.Playwright;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Browser;

/// <summary>Another site's page tries to act for a person who is signed in here.</summary>
public sealed class ForgeryTests(BrowserRun run) : BrowserTests(run)
{
    [Theory]
    [InlineData("")]
    [InlineData("<input name=__RequestVerificationToken value=CfDJ8forged>")]
    public async Task Another_sites_form_confirms_nothing(string field)
    {
        var (gallery, page) = (_fixture.World.Gallery, _fixture.Page);
        var token = await _fixture.CreateTokenAsync(gallery);
        var link = _fixture.LoginLink(gallery, BrowserFixture.Carrying(token));
        await _fixture.ArriveSignedInAsync("alice");
        var trap = _fixture.Gallery.Serve(
            "/trap", $"<form method=post action='{System.Net.WebUtility.HtmlEncode(link)}'>{field}<input "
                + "name=decision value=allow><button>Win</button></form>");

        await page.GotoAsync(trap);
        var answer = await page.RunAndWaitForResponseAsync(
            () => page.Button("Win").ClickAsync(), response => response.Request.Method == "POST");

        Assert.Equal(403, answer.Status);
        // Ports share cookies, so the person's cookie arrived with the form. A missing cookie was not the reason for
        // the refusal.
        Assert.Contains("TokenAuth=", (await answer.Request.AllHeadersAsync())["cookie"], StringComparison.Ordinal);
        await page.SeesAsync("This form came from another site");
        Assert.Equal(100, (await _fixture.GetSessionAsync(gallery, token)).GetProperty("error_code").GetInt32());
        await page.GotoAsync(_fixture.LoginLink(gallery));
        await page.SeesAsync("Allow Gallery?");
    }

    [Theory]
    [InlineData("/account?handler=Remove")]
    [InlineData("/account?handler=End")]
    [InlineData("/signout")]
    [InlineData("/account/password")]
    [InlineData("/account/keys?handler=Make")]
    public async Task A_form_without_its_token_is_refused(string path)
    {
        await _fixture.ArriveSignedInAsync("alice");
        var fields = _fixture.Page.APIRequest.CreateFormData();
        fields.Set("id", 1).Set("name", "a key").Set("current", TestWorld.Password).Set("chosen", "another password");

        var answer = await _fixture.Page.APIRequest.PostAsync(_fixture.Address(path), new() { Form = fields });

        Assert.Equal(400, answer.Status);
        Assert.True(await _fixture.IsSignedInWithAsync(await _fixture.Window.SignInCookieAsync()));
    }

    [Fact]
    public async Task No_site_may_frame_the_consent_page()
    {
        _fixture.ComplaintsAreMeant = true;
        var (gallery, page) = (_fixture.World.Gallery, _fixture.Page);
        var link = _fixture.LoginLink(gallery);
        await _fixture.ArriveSignedInAsync("alice");
        var trap = _fixture.Gallery.Serve(
            "/trap", $"<iframe src='{System.Net.WebUtility.HtmlEncode(link)}'></iframe><iframe src='/plain'></iframe>");

        await page.GotoAsync(trap);

        await Assertions.Expect(page.Locator("iframe").Nth(1).ContentFrame.Locator("h1")).ToHaveTextAsync(
            "Welcome to the gallery");
        await Assertions.Expect(page.Locator("iframe").Nth(0).ContentFrame.GetByText("Gallery")).ToHaveCountAsync(0);
        Assert.Contains(_fixture.Window.Complaints, complaint => complaint.Contains(
            "frame-ancestors 'none'", StringComparison.Ordinal));
        var headers = (await page.GotoAsync(link))!.Headers;
        Assert.Contains("frame-ancestors 'none'", headers["content-security-policy"], StringComparison.Ordinal);
    }
}
