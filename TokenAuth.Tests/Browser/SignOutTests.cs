using Microsoft.Playwright;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Browser;

/// <summary>A person signs out.</summary>
public sealed class SignOutTests(BrowserRun run) : BrowserTests(run)
{
    [Fact]
    public async Task Signing_out_removes_the_cookie_and_invalidates_every_copy_of_it()
    {
        var page = _fixture.Page;
        await _fixture.ArriveSignedInAsync("alice");
        await page.GotoAsync(_fixture.Address("/account"));
        var cookie = await _fixture.Window.SignInCookieAsync();
        Assert.True(await _fixture.IsSignedInWithAsync(cookie));

        await page.Button("Sign out").ClickAsync();
        await page.SeesAsync("You are signed out");

        Assert.DoesNotContain(await _fixture.Window.CookiesAsync(), each => each.Name == cookie.Name);
        Assert.False(await _fixture.IsSignedInWithAsync(cookie));
        await page.GotoAsync(_fixture.Address("/account"));
        await page.SeesAsync("Sign in");
    }

    [Fact]
    public async Task A_link_to_the_sign_out_page_asks_first()
    {
        var page = _fixture.Page;
        await _fixture.ArriveSignedInAsync("alice");

        await page.GotoAsync(_fixture.Address("/signout"));
        await page.SeesAsync("Sign out?");
        Assert.True(await _fixture.IsSignedInWithAsync(await _fixture.Window.SignInCookieAsync()));
        await page.Locator("main").GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();

        await page.SeesAsync("You are signed out");
    }
}
