using Microsoft.Playwright;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Browser;

/// <summary>A person comes from a program on their own machine, which waits for them to close the window.</summary>
public sealed class DesktopFlowTests(BrowserRun run) : IAsyncLifetime
{
    private readonly BrowserFixture _scene = new(run);

    public ValueTask InitializeAsync() => _scene.OpenAsync();

    public ValueTask DisposeAsync() => _scene.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_person_allows_closes_the_window_and_the_program_gets_its_session(bool overHttps)
    {
        var (world, page) = (_scene.World, _scene.Page);
        var token = await _scene.CreateTokenAsync(world.Uploader);
        var link = overHttps
            ? _scene.SecureLoginLink(world.Uploader, BrowserFixture.Carrying(token)) : _scene.LoginLink(world.Uploader, BrowserFixture.Carrying(token));

        await page.GotoAsync(link);
        await page.SeesAsync("Sign in");
        await page.SignInAsync("alice");
        await page.SeesAsync("Allow Uploader?");
        await page.AllowAsync();
        await page.SeesAsync("You are signed in");

        await Assertions.Expect(page.Locator("main")).ToContainTextAsync(
            "You are signed in to Uploader. You may close this window and return to the application.");
        Assert.Equal(link, page.Url);
        var session = await _scene.GetSessionAsync(world.Uploader, token);
        Assert.Equal(world.Alice.Id.ToString(), session.GetProperty("uid").GetString());
        Assert.Equal(world.Clock.GetUtcNow().AddHours(24).ToUnixTimeSeconds(), session.GetProperty("expires").GetInt64());
        var user = await _scene.Client.CallSecurelyAsync(
            world.Uploader, session.GetProperty("secret").GetString()!, "users.getLoggedInUser",
            ("session_key", session.GetProperty("session_key").GetString()!), ("format", "JSON"));
        Assert.Equal($"\"{world.Alice.Id}\"", user);
    }

    [Fact]
    public async Task On_https_every_cookie_is_secure_and_the_one_that_signs_in_belongs_to_this_host_alone()
    {
        var (uploader, page) = (_scene.World.Uploader, _scene.Page);
        await page.GotoAsync(_scene.SecureLoginLink(uploader, BrowserFixture.Carrying(await _scene.CreateTokenAsync(uploader))));
        await page.SignInAsync("alice");
        await page.SeesAsync("Allow Uploader?");

        var cookie = await _scene.Window.SignInCookieAsync();
        Assert.Equal("__Host-TokenAuth", cookie.Name);
        Assert.Equal("/", cookie.Path);
        var cookies = await _scene.Window.CookiesAsync();
        Assert.Equal(3, cookies.Count);
        Assert.All(cookies, each => Assert.True(each is { Secure: true, HttpOnly: true, SameSite: SameSiteAttribute.Lax }, each.Name));
    }

    [Fact]
    public async Task Who_chooses_to_stay_logged_in_gives_the_program_a_session_without_end()
    {
        var (uploader, page) = (_scene.World.Uploader, _scene.Page);
        var token = await _scene.CreateTokenAsync(uploader);
        await _scene.ArriveSignedInAsync("alice");

        await page.GotoAsync(_scene.LoginLink(uploader, BrowserFixture.Carrying(token)));
        await page.GetByLabel("Keep me logged in to Uploader").CheckAsync();
        await page.AllowAsync();
        await page.SeesAsync("You are signed in");

        Assert.Equal(0, (await _scene.GetSessionAsync(uploader, token)).GetProperty("expires").GetInt64());
    }

    [Fact]
    public async Task A_link_does_not_choose_that_in_the_place_of_the_person()
    {
        var (world, page) = (_scene.World, _scene.Page);
        var token = await _scene.CreateTokenAsync(world.Uploader);
        await _scene.ArriveSignedInAsync("alice");

        await page.GotoAsync(_scene.LoginLink(world.Uploader, BrowserFixture.Carrying(token), ("keep", "1")));
        await page.AllowAsync();
        await page.SeesAsync("You are signed in");

        Assert.Equal(
            world.Clock.GetUtcNow().AddHours(24).ToUnixTimeSeconds(),
            (await _scene.GetSessionAsync(world.Uploader, token)).GetProperty("expires").GetInt64());
    }

    [Fact]
    public async Task With_hide_checkbox_there_is_no_box_and_a_forged_one_counts_for_nothing()
    {
        var (world, page) = (_scene.World, _scene.Page);
        var token = await _scene.CreateTokenAsync(world.Uploader);
        await _scene.ArriveSignedInAsync("alice");

        await page.GotoAsync(_scene.LoginLink(world.Uploader, BrowserFixture.Carrying(token), ("hide_checkbox", "")));
        await page.SeesAsync("Allow Uploader?");
        await Assertions.Expect(page.GetByRole(AriaRole.Checkbox)).ToHaveCountAsync(0);
        await page.EvaluateAsync(
            "document.querySelector('main form').insertAdjacentHTML('beforeend', '<input type=hidden name=keep value=1>')");
        await page.AllowAsync();
        await page.SeesAsync("You are signed in");

        Assert.Equal(
            world.Clock.GetUtcNow().AddHours(24).ToUnixTimeSeconds(),
            (await _scene.GetSessionAsync(world.Uploader, token)).GetProperty("expires").GetInt64());
    }
}
