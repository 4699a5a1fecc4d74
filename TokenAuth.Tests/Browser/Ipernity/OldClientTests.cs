using Microsoft.Playwright;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Ipernity;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Browser.Ipernity;

/// <summary>
/// Old clients parse the consent page's markup, with the cookies of the person's browser, and submit it without a
/// button.
/// </summary>
public sealed class OldClientTests(BrowserRun run) : BrowserTests(run)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_page_has_one_form_whose_hidden_inputs_are_the_link_and_one_token(bool isOAuth)
    {
        var page = _fixture.Page;
        var (link, _) = await OpenAsync(isOAuth);
        await _fixture.ArriveSignedInAsync("alice");

        await page.GotoAsync(link);

        await Assertions.Expect(page.ConsentForm).ToHaveCountAsync(1);
        await Assertions.Expect(page.Locator("form[name=fa]")).ToHaveCountAsync(1);
        await Assertions.Expect(page.Success).ToHaveCountAsync(0);
        Assert.Equal(link, await page.EvaluateAsync<string>("document.forms.fa.action"));
        Assert.Equal(
            "application/x-www-form-urlencoded", await page.EvaluateAsync<string>("document.forms.fa.enctype"));
        var inputs = await page.EvaluateAsync<string[]>("[...document.querySelectorAll('form[name=fa] "
            + "input')].map(i => `${i.type} ${i.name}=${encodeURIComponent(i.value)}`)");
        var asked = new Uri(link).Query.TrimStart('?').Split('&').Select(pair => "hidden " + pair);
        Assert.Equal(
            asked,
            inputs.Where(input => !input.StartsWith("hidden __RequestVerificationToken=", StringComparison.Ordinal)),
            StringComparer.Ordinal);
        Assert.Equal(asked.Count() + 1, inputs.Length);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Submitting_only_the_hidden_inputs_allows_the_application(bool isOAuth)
    {
        var (world, page) = (_fixture.World, _fixture.Page);
        var (link, request) = await OpenAsync(isOAuth);
        using var script = await ScriptAsync();

        var answer = await script.SubmitAsync(link);

        Assert.True(answer is { IsDone: true, Asks: false, Location: null }, answer.Html);
        if (isOAuth)
            OAuthClient.TokenIn(
                await _fixture.OAuth.AskAsync(new OAuthCall(world.Uploader, request, "/apps/oauth/access")));
        else
            Assert.Equal(world.Alice.Id.ToString(), (await _fixture.ExchangeAsync(world.Uploader, request.Text)).Text(
                "auth", "user", "user_id"));
        Assert.Equal(400, (await page.GotoAsync(link))!.Status);
    }

    [Fact]
    public async Task Submitting_the_form_of_a_web_application_redirects_to_its_callback_with_a_frob()
    {
        var gallery = _fixture.World.Gallery;
        using var script = await ScriptAsync();

        var answer = await script.SubmitAsync(_fixture.AuthorizeLink(gallery, ("perm_doc", "read"), ("lg", "en")));

        Assert.StartsWith(_fixture.Gallery.Callback + "?frob=", answer.Location?.AbsoluteUri, StringComparison.Ordinal);
        Assert.Equal(
            "doc=read,blog=none,network=none,profile=none,post=none",
            (await _fixture.ExchangeAsync(gallery, answer.Sent("frob")!)).Permissions());
    }

    /// <summary>A script with the cookies of a real browser in which the person signed in.</summary>
    private async Task<FormBrowser> ScriptAsync()
    {
        await _fixture.Page.GotoAsync(_fixture.Address("/signin"));
        await _fixture.Page.SignInAsync("alice");
        await _fixture.Page.SeesAsync("Your account");
        var script = new FormBrowser(_fixture.World.Server.Http);
        foreach (var cookie in await _fixture.Window.CookiesAsync())
            script.Cookies[cookie.Name] = cookie.Value;
        return script;
    }

    private async Task<(string Link, OAuthToken Request)> OpenAsync(bool isOAuth)
    {
        var uploader = _fixture.World.Uploader;
        var request = isOAuth
            ? await _fixture.OAuth.RequestTokenAsync(uploader)
            : new OAuthToken(await _fixture.Ipernity.FrobAsync(uploader), "");
        (string, string)[] permissions = [("perm_doc", "write"), ("lg", "en")];
        var link = isOAuth
            ? _fixture.OAuthLink(request, permissions)
            : _fixture.AuthorizeLink(uploader, [("frob", request.Text), .. permissions]);
        return (link, request);
    }
}
