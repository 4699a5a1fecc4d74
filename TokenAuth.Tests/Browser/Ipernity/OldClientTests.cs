using Microsoft.Playwright;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Ipernity;
using TokenAuth.Tests.World;
using Script = TokenAuth.Tests.Ipernity.Browser;

namespace TokenAuth.Tests.Browser.Ipernity;

/// <summary>Clients of old read the consent page by its markup, with the cookies of the person's browser, and answer it without a button.</summary>
public sealed class OldClientTests(BrowserRun run) : IAsyncLifetime
{
    private readonly BrowserFixture _scene = new(run);

    public ValueTask InitializeAsync() => _scene.OpenAsync();

    public ValueTask DisposeAsync() => _scene.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task There_is_one_form_and_its_hidden_inputs_are_the_link_and_one_token(bool isOAuth)
    {
        var page = _scene.Page;
        var (link, _) = await OpenAsync(isOAuth);
        await _scene.ArriveSignedInAsync("alice");

        await page.GotoAsync(link);

        await Assertions.Expect(page.ConsentForm).ToHaveCountAsync(1);
        await Assertions.Expect(page.Locator("form[name=fa]")).ToHaveCountAsync(1);
        await Assertions.Expect(page.Success).ToHaveCountAsync(0);
        Assert.Equal(link, await page.EvaluateAsync<string>("document.forms.fa.action"));
        Assert.Equal("application/x-www-form-urlencoded", await page.EvaluateAsync<string>("document.forms.fa.enctype"));
        var inputs = await page.EvaluateAsync<string[]>("[...document.querySelectorAll('form[name=fa] input')].map(i => `${i.type} ${i.name}=${encodeURIComponent(i.value)}`)");
        var asked = new Uri(link).Query.TrimStart('?').Split('&').Select(pair => "hidden " + pair);
        Assert.Equal(asked, inputs.Where(input => !input.StartsWith("hidden __RequestVerificationToken=", StringComparison.Ordinal)), StringComparer.Ordinal);
        Assert.Equal(asked.Count() + 1, inputs.Length);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Sending_only_the_hidden_inputs_is_a_yes(bool isOAuth)
    {
        var (world, page) = (_scene.World, _scene.Page);
        var (link, request) = await OpenAsync(isOAuth);
        using var script = await ScriptAsync();

        var answer = await script.AllowAsync(link);

        Assert.True(answer is { IsDone: true, Asks: false, Location: null }, answer.Html);
        if (isOAuth)
            OAuthClient.TokenIn(await _scene.OAuth.AskAsync(new OAuthCall(world.Uploader, request, "/apps/oauth/access")));
        else
            Assert.Equal(world.Alice.Id.ToString(), (await _scene.ExchangeAsync(world.Uploader, request.Text)).Text("auth", "user", "user_id"));
        Assert.Equal(400, (await page.GotoAsync(link))!.Status);
    }

    [Fact]
    public async Task For_a_web_application_it_is_sent_to_the_callback_with_a_frob()
    {
        var gallery = _scene.World.Gallery;
        using var script = await ScriptAsync();

        var answer = await script.AllowAsync(_scene.AuthorizeLink(gallery, ("perm_doc", "read"), ("lg", "en")));

        Assert.StartsWith(_scene.Gallery.Callback + "?frob=", answer.Location?.AbsoluteUri, StringComparison.Ordinal);
        Assert.Equal("doc=read,blog=none,network=none,profile=none,post=none", (await _scene.ExchangeAsync(gallery, answer.Sent("frob")!)).Permissions());
    }

    /// <summary>With the cookies of a real browser, in which the person signed in.</summary>
    private async Task<Script> ScriptAsync()
    {
        await _scene.Page.GotoAsync(_scene.Address("/signin"));
        await _scene.Page.SignInAsync("alice");
        await _scene.Page.SeesAsync("Your account");
        return Script.With(_scene.World.Server, (await _scene.Window.CookiesAsync()).Select(cookie => (cookie.Name, cookie.Value)));
    }

    private async Task<(string Link, OAuthToken Request)> OpenAsync(bool isOAuth)
    {
        var uploader = _scene.World.Uploader;
        var request = isOAuth ? await _scene.OAuth.RequestTokenAsync(uploader) : new OAuthToken(await _scene.Ipernity.FrobAsync(uploader), "");
        (string, string)[] permissions = [("perm_doc", "write"), ("lg", "en")];
        return (isOAuth ? _scene.OAuthLink(request, permissions) : _scene.AuthorizeLink(uploader, [("frob", request.Text), .. permissions]), request);
    }
}
