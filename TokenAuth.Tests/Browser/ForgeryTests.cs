using Microsoft.Playwright;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Browser;

/// <summary>Somebody else's page tries to act for a person who is signed in here.</summary>
public sealed class ForgeryTests(BrowserRun run) : IAsyncLifetime
{
    private readonly BrowserFixture _scene = new(run);

    public ValueTask InitializeAsync() => _scene.OpenAsync();

    public ValueTask DisposeAsync() => _scene.DisposeAsync();

    [Theory]
    [InlineData("")]
    [InlineData("<input name=__RequestVerificationToken value=CfDJ8forged>")]
    public async Task Another_sites_form_confirms_nothing(string field)
    {
        var (gallery, page) = (_scene.World.Gallery, _scene.Page);
        var token = await _scene.CreateTokenAsync(gallery);
        var link = _scene.LoginLink(gallery, BrowserFixture.Carrying(token));
        await _scene.ArriveSignedInAsync("alice");
        var trap = _scene.Gallery.Serve(
            "/trap", $"<form method=post action='{System.Net.WebUtility.HtmlEncode(link)}'>{field}<input name=decision value=allow><button>Win</button></form>");

        await page.GotoAsync(trap);
        var answer = await page.RunAndWaitForResponseAsync(() => page.Button("Win").ClickAsync(), response => response.Request.Method == "POST");

        Assert.Equal(403, answer.Status);
        // Ports share cookies, so the person's arrived with the form: it was not refused for want of them.
        Assert.Contains("TokenAuth=", (await answer.Request.AllHeadersAsync())["cookie"], StringComparison.Ordinal);
        await page.SeesAsync("This form came from another site");
        Assert.Equal(100, (await _scene.GetSessionAsync(gallery, token)).GetProperty("error_code").GetInt32());
        await page.GotoAsync(_scene.LoginLink(gallery));
        await page.SeesAsync("Allow Gallery?");
    }

    [Theory]
    [InlineData("/account?handler=Remove")]
    [InlineData("/account?handler=End")]
    [InlineData("/signout")]
    [InlineData("/account/password")]
    [InlineData("/account/keys?handler=Make")]
    public async Task No_form_is_taken_without_its_token(string path)
    {
        await _scene.ArriveSignedInAsync("alice");
        var fields = _scene.Page.APIRequest.CreateFormData();
        fields.Set("id", 1).Set("name", "a key").Set("current", TestWorld.Password).Set("chosen", "another password");

        var answer = await _scene.Page.APIRequest.PostAsync(_scene.Address(path), new() { Form = fields });

        Assert.Equal(400, answer.Status);
        Assert.True(await _scene.IsSignedInWithAsync(await _scene.Window.SignInCookieAsync()));
    }

    [Fact]
    public async Task The_consent_page_is_shown_in_nobodys_frame()
    {
        _scene.ComplaintsAreMeant = true;
        var (gallery, page) = (_scene.World.Gallery, _scene.Page);
        var link = _scene.LoginLink(gallery);
        await _scene.ArriveSignedInAsync("alice");
        var trap = _scene.Gallery.Serve("/trap", $"<iframe src='{System.Net.WebUtility.HtmlEncode(link)}'></iframe><iframe src='/plain'></iframe>");

        await page.GotoAsync(trap);

        await Assertions.Expect(page.Locator("iframe").Nth(1).ContentFrame.Locator("h1")).ToHaveTextAsync("Welcome to the gallery");
        await Assertions.Expect(page.Locator("iframe").Nth(0).ContentFrame.GetByText("Gallery")).ToHaveCountAsync(0);
        Assert.Contains(_scene.Window.Complaints, complaint => complaint.Contains("frame-ancestors 'none'", StringComparison.Ordinal));
        var headers = (await page.GotoAsync(link))!.Headers;
        Assert.Contains("frame-ancestors 'none'", headers["content-security-policy"], StringComparison.Ordinal);
    }
}
