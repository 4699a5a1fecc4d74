using Microsoft.Playwright;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Browser;

/// <summary>
/// A person comes from a program on the same machine, which waits until the person closes the window.
/// </summary>
public sealed class DesktopFlowTests(BrowserRun run) : BrowserTests(run)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_person_allows_and_closes_the_window_and_the_program_gets_its_session(bool overHttps)
    {
        var (world, page) = (_fixture.World, _fixture.Page);
        var token = await _fixture.CreateTokenAsync(world.Uploader);
        var link = overHttps
            ? _fixture.SecureLoginLink(world.Uploader, BrowserFixture.Carrying(token)) : _fixture.LoginLink(
                world.Uploader, BrowserFixture.Carrying(token));

        await page.GotoAsync(link);
        await page.SeesAsync("Sign in");
        await page.SignInAsync("alice");
        await page.SeesAsync("Allow Uploader?");
        await page.AllowAsync();
        await page.SeesAsync("You are signed in");

        await Assertions.Expect(page.Locator("main")).ToContainTextAsync(
            "You are signed in to Uploader.");
        Assert.Equal(link, page.Url);
        var session = await _fixture.GetSessionAsync(world.Uploader, token);
        Assert.Equal(world.Alice.Id.ToString(), session.GetProperty("uid").GetString());
        Assert.Equal(
            world.Clock.GetUtcNow().AddHours(24).ToUnixTimeSeconds(), session.GetProperty("expires").GetInt64());
        var user = await _fixture.Client.CallSecurelyAsync(
            world.Uploader, session.GetProperty("secret").GetString()!, "users.getLoggedInUser",
            ("session_key", session.GetProperty("session_key").GetString()!), ("format", "JSON"));
        Assert.Equal($"\"{world.Alice.Id}\"", user);
    }

    [Fact]
    public async Task On_https_every_cookie_is_secure_and_the_session_cookie_is_bound_to_this_host()
    {
        var (uploader, page) = (_fixture.World.Uploader, _fixture.Page);
        await page.GotoAsync(
            _fixture.SecureLoginLink(uploader, BrowserFixture.Carrying(await _fixture.CreateTokenAsync(uploader))));
        await page.SignInAsync("alice");
        await page.SeesAsync("Allow Uploader?");

        var cookie = await _fixture.Window.SignInCookieAsync();
        Assert.Equal("__Host-TokenAuth", cookie.Name);
        Assert.Equal("/", cookie.Path);
        var cookies = await _fixture.Window.CookiesAsync();
        Assert.Equal(3, cookies.Count);
        Assert.All(cookies, each => Assert.True(
            each is { Secure: true, HttpOnly: true, SameSite: SameSiteAttribute.Lax }, each.Name));
    }

    [Fact]
    public async Task A_person_who_chooses_to_stay_logged_in_gives_the_program_a_session_without_end()
    {
        var (uploader, page) = (_fixture.World.Uploader, _fixture.Page);
        var token = await _fixture.CreateTokenAsync(uploader);
        await _fixture.ArriveSignedInAsync("alice");

        await page.GotoAsync(_fixture.LoginLink(uploader, BrowserFixture.Carrying(token)));
        await page.GetByLabel("Keep me signed in to Uploader").CheckAsync();
        await page.AllowAsync();
        await page.SeesAsync("You are signed in");

        Assert.Equal(0, (await _fixture.GetSessionAsync(uploader, token)).GetProperty("expires").GetInt64());
    }

    [Fact]
    public async Task A_link_cannot_choose_to_stay_logged_in_on_the_persons_behalf()
    {
        var (world, page) = (_fixture.World, _fixture.Page);
        var token = await _fixture.CreateTokenAsync(world.Uploader);
        await _fixture.ArriveSignedInAsync("alice");

        await page.GotoAsync(_fixture.LoginLink(world.Uploader, BrowserFixture.Carrying(token), ("keep", "1")));
        await page.AllowAsync();
        await page.SeesAsync("You are signed in");

        Assert.Equal(
            world.Clock.GetUtcNow().AddHours(24).ToUnixTimeSeconds(),
            (await _fixture.GetSessionAsync(world.Uploader, token)).GetProperty("expires").GetInt64());
    }

    [Fact]
    public async Task Hide_checkbox_removes_the_box_and_a_forged_one_is_ignored()
    {
        var (world, page) = (_fixture.World, _fixture.Page);
        var token = await _fixture.CreateTokenAsync(world.Uploader);
        await _fixture.ArriveSignedInAsync("alice");

        await page.GotoAsync(_fixture.LoginLink(world.Uploader, BrowserFixture.Carrying(token), ("hide_checkbox", "")));
        await page.SeesAsync("Allow Uploader?");
        await Assertions.Expect(page.GetByRole(AriaRole.Checkbox)).ToHaveCountAsync(0);
        await page.EvaluateAsync(
            "document.querySelector('main form').insertAdjacentHTML('beforeend', '<input "
                + "type=hidden name=keep value=1>')");
        await page.AllowAsync();
        await page.SeesAsync("You are signed in");

        Assert.Equal(
            world.Clock.GetUtcNow().AddHours(24).ToUnixTimeSeconds(),
            (await _fixture.GetSessionAsync(world.Uploader, token)).GetProperty("expires").GetInt64());
    }
}
