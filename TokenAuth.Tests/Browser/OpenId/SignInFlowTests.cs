using System.Net;
using TokenAuth.Kernel.Applications;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.OpenId;

namespace TokenAuth.Tests.Browser.OpenId;

/// <summary>A person comes from an application of OpenID Connect, returns to it, and signs out.</summary>
public sealed class SignInFlowTests(BrowserRun run) : BrowserTests(run)
{
    [Fact]
    public async Task A_person_signs_in_allows_returns_and_signs_out()
    {
        var (world, page) = (_fixture.World, _fixture.Page);
        using var client = await OpenIdClient.RegisterAsync(
            world.Server, "Photos",
            new OpenIdChange(
                Redirects: [_fixture.Gallery.Callback], SignOutRedirects: [_fixture.Gallery.Callback]));

        await page.GotoAsync(_fixture.Address(client.Link("openid profile")));
        await page.SeesAsync("Sign in");
        await page.SignInAsync("alice");
        await page.SeesAsync("Allow Photos?");
        await page.AllowAsync();
        await page.SeesAsync("Welcome to the gallery");

        var (status, tokens) = await client.RedeemAsync(OpenIdClient.QueryOf(new Uri(page.Url))["code"]);
        Assert.Equal(HttpStatusCode.OK, status);
        await page.GotoAsync(_fixture.Address(
            $"/connect/logout?id_token_hint={tokens.GetProperty("id_token").GetString()}"
            + $"&post_logout_redirect_uri={Uri.EscapeDataString(_fixture.Gallery.Callback)}"));
        await page.SeesAsync("Sign out?");
        await page.Locator("main").GetByRole(Microsoft.Playwright.AriaRole.Button).ClickAsync();
        await page.SeesAsync("Welcome to the gallery");
        await page.GotoAsync(_fixture.Address("/account"));
        await page.SeesAsync("Sign in");
    }
}
