using Microsoft.Playwright;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Ipernity;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Browser.Ipernity;

/// <summary>OAuth 1.0 with a person who answers the consent page.</summary>
public sealed class OAuthFlowTests(BrowserRun run) : BrowserTests(run)
{
    [Fact]
    public async Task A_web_application_gets_an_access_token_and_checks_it_with_only_oauth_parameters()
    {
        var (world, page) = (_fixture.World, _fixture.Page);
        var request = await _fixture.OAuth.RequestTokenAsync(
            world.Gallery, ("oauth_callback", _fixture.Gallery.Callback + "?id=5"));

        await page.GotoAsync(_fixture.OAuthLink(request, ("perm_doc", "write"), ("perm_profile", "read")));
        await page.SeesAsync("Sign in");
        await page.SignInAsync("alice");
        await page.SeesAsync("Allow Gallery?");
        await Assertions.Expect(page.AskedPermissions).ToHaveTextAsync(
            ["see, add and change your photos, videos and documents", "see your profile"]);
        await Assertions.Expect(page.Success).ToHaveCountAsync(0);
        await page.AllowAsync();
        await page.SeesAsync("Welcome to the gallery");

        Assert.StartsWith(
            $"{_fixture.Gallery.Callback}?id=5&oauth_token={request.Text}&oauth_verifier=",
            page.Url,
            StringComparison.Ordinal);
        Assert.Equal([new Uri(page.Url).PathAndQuery], _fixture.Gallery.Targets);
        Assert.StartsWith("131 ", (await ExchangeAsync(world.Gallery, request)).Body, StringComparison.Ordinal);
        var access = OAuthClient.TokenIn(
            await ExchangeAsync(world.Gallery, request, page.Url.Split("&oauth_verifier=")[1]));
        var check = await _fixture.OAuth.AskAsync(new OAuthCall(world.Gallery, access, "/api/auth.checkToken"));
        Assert.Equal("doc=write,blog=none,network=none,profile=read,post=none", check.Permissions());
        Assert.Equal(world.Alice.Id.ToString(), check.Text("auth", "user", "user_id"));
    }

    [Fact]
    public async Task An_application_without_a_callback_waits_while_the_person_closes_the_window()
    {
        var (world, page) = (_fixture.World, _fixture.Page);
        var request = await _fixture.OAuth.RequestTokenAsync(world.Uploader, ("oauth_callback", "oob"));
        await _fixture.ArriveSignedInAsync("alice");

        await page.GotoAsync(_fixture.OAuthLink(request));
        Assert.StartsWith("107 ", (await ExchangeAsync(world.Uploader, request)).Body, StringComparison.Ordinal);
        await page.AllowAsync();
        await page.SeesAsync("You are signed in");

        await Assertions.Expect(page.Success).ToHaveCountAsync(1);
        await Assertions.Expect(page.Success.Locator("code")).ToHaveTextAsync(
            new System.Text.RegularExpressions.Regex("^[0-9]{8}$"));
        await Assertions.Expect(page.ConsentForm).ToHaveCountAsync(0);
        OAuthClient.TokenIn(await ExchangeAsync(world.Uploader, request));
    }

    [Fact]
    public async Task Denying_redirects_back_with_an_error_and_the_request_token_is_useless()
    {
        var (gallery, page) = (_fixture.World.Gallery, _fixture.Page);
        var request = await _fixture.OAuth.RequestTokenAsync(gallery);
        await _fixture.ArriveSignedInAsync("alice");

        await page.GotoAsync(_fixture.OAuthLink(request));
        await page.Button("Deny").ClickAsync();
        await page.SeesAsync("Welcome to the gallery");

        Assert.Equal($"{_fixture.Gallery.Callback}?oauth_token={request.Text}&error=access_denied", page.Url);
        Assert.StartsWith("107 ", (await ExchangeAsync(gallery, request)).Body, StringComparison.Ordinal);
        Assert.Equal(400, (await page.GotoAsync(_fixture.OAuthLink(request)))!.Status);
    }

    [Fact]
    public async Task The_page_asks_every_time()
    {
        var (gallery, page) = (_fixture.World.Gallery, _fixture.Page);
        await _fixture.ArriveSignedInAsync("alice");

        for (var time = 0; time < 2; time++)
        {
            await page.GotoAsync(_fixture.OAuthLink(await _fixture.OAuth.RequestTokenAsync(gallery)));
            await page.SeesAsync("Allow Gallery?");
            await page.AllowAsync();
            await page.SeesAsync("Welcome to the gallery");
        }
    }

    private Task<IpernityAnswer> ExchangeAsync(App application, OAuthToken request, string? verifier = null) =>
        _fixture.OAuth.AskAsync(
            new OAuthCall(application, request, "/apps/oauth/access", ("oauth_verifier", verifier)));
}
