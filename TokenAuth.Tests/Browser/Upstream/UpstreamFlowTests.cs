using Microsoft.Playwright;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Login.Upstream;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Browser.Upstream;

/// <summary>A person goes through node-oidc-provider's pages in Chromium, and links an account.</summary>
public sealed class UpstreamFlowTests(BrowserRun run) : BrowserTests(run)
{
    [Fact]
    public async Task A_person_links_an_account_and_signs_in_with_it()
    {
        var port = Tool.FreePort();
        await using var provider = await NodeProvider.StartAsync($"http://127.0.0.1:{port}/signin/upstream");
        await _fixture.RestartAsync(
            [.. provider.Settings, $"--urls=http://127.0.0.1:{port};https://127.0.0.1:{Tool.FreePort()}"]);
        _fixture.World.Clock.Advance(TimeProvider.System.GetUtcNow() - _fixture.World.Clock.GetUtcNow());
        var page = _fixture.Page;
        _fixture.ComplaintsAreMeant = true; // one of them, see below

        await page.GotoAsync(_fixture.Address("/signin?return=%2Faccount%2Fkeys"));
        await page.Button("Sign in with Example ID").ClickAsync();
        await page.Locator("input[name=login]").FillAsync("jane");
        await page.Locator("input[name=password]").FillAsync("any");
        await page.Locator("button[type=submit]").ClickAsync();
        await page.Locator("button[type=submit]").ClickAsync(); // its consent
        await page.SeesAsync("Link your account");
        await page.GetByText("Sign in to link").ClickAsync();
        await page.SignInAsync("alice");
        await page.SeesAsync("Link your account");
        await page.Button("Link to Alice").ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync(_fixture.Address("/account/keys"));

        await page.Context.ClearCookiesAsync(new() { Name = "TokenAuth" });
        await page.GotoAsync(_fixture.Address("/signin"));
        await page.Button("Sign in with Example ID").ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync(_fixture.Address("/account"));

        // The provider's own pages ask for a font elsewhere.
        Assert.All(
            _fixture.Window.Complaints,
            complaint => Assert.Contains("fonts.googleapis.com", complaint, StringComparison.Ordinal));
    }
}
