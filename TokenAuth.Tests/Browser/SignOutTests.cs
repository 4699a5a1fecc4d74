using Microsoft.Playwright;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Browser;

/// <summary>A person leaves.</summary>
public sealed class SignOutTests(BrowserRun run) : IAsyncLifetime
{
    private readonly BrowserFixture _scene = new(run);

    public ValueTask InitializeAsync() => _scene.OpenAsync();

    public ValueTask DisposeAsync() => _scene.DisposeAsync();

    [Fact]
    public async Task The_cookie_is_gone_and_what_somebody_kept_of_it_is_worth_nothing()
    {
        var page = _scene.Page;
        await _scene.ArriveSignedInAsync("alice");
        await page.GotoAsync(_scene.Address("/account"));
        var cookie = await _scene.Window.SignInCookieAsync();
        Assert.True(await _scene.IsSignedInWithAsync(cookie));

        await page.Button("Sign out").ClickAsync();
        await page.SeesAsync("You are signed out");

        Assert.DoesNotContain(await _scene.Window.CookiesAsync(), each => each.Name == cookie.Name);
        Assert.False(await _scene.IsSignedInWithAsync(cookie));
        await page.GotoAsync(_scene.Address("/account"));
        await page.SeesAsync("Sign in");
    }

    [Fact]
    public async Task A_link_to_the_sign_out_page_asks_first()
    {
        var page = _scene.Page;
        await _scene.ArriveSignedInAsync("alice");

        await page.GotoAsync(_scene.Address("/signout"));
        await page.SeesAsync("Sign out?");
        Assert.True(await _scene.IsSignedInWithAsync(await _scene.Window.SignInCookieAsync()));
        await page.Locator("main").GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();

        await page.SeesAsync("You are signed out");
    }
}
