using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Login.Upstream;

/// <summary>The way through node-oidc-provider over HTTP: a new person signs up, and signs in again with a proof.</summary>
public sealed class NodeProviderTests
{
    private Uri _issuer = null!;

    [Fact]
    public async Task A_person_signs_up_signs_in_and_proves_who_they_are()
    {
        var port = Tool.FreePort();
        await using var provider = await NodeProvider.StartAsync($"http://127.0.0.1:{port}/signin/upstream");
        await using var world = await TestWorld.StartAsync(
            [.. provider.Settings, $"--urls=http://127.0.0.1:{port};https://127.0.0.1:{Tool.FreePort()}"]);

        // The provider reads the machine's clock, so the server's clock must agree with it.
        world.Clock.Advance(TimeProvider.System.GetUtcNow() - world.Clock.GetUtcNow());
        using var browser = new FormBrowser(world.Server.Http);
        _issuer = new Uri(provider.Issuer);
        Assert.Equal("/signin/link", (await TripAsync(browser)).Header("Location"));
        Browse(browser, await browser.GetAsync("/signup?upstream=1"));
        Assert.True((await browser.PostAsync(
            "/signup", [("upstream", "1"), ("login", "jane"), ("email", "jane@example.org")])).IsRedirect);
        Assert.True(await browser.IsSignedInAsync());

        await browser.GetAsync("/signout");
        browser.Cookies.TryRemove("TokenAuth", out _);
        Assert.Equal("/account", (await TripAsync(browser)).Header("Location"));
        Assert.True(await browser.IsSignedInAsync());
        world.Clock.Advance(TimeSpan.FromMinutes(6));
        Browse(browser, await browser.GetAsync("/account/security"));
        Assert.Equal("Confirm that it is you", (await browser.PostAsync("/account/authenticator", [])).Heading);
        world.Clock.Advance(TimeSpan.FromMinutes(-6));
        Assert.Equal(
            "/account/security",
            (await TripAsync(browser, "Prove", "/account/security")).Header("Location"));
        Browse(browser, await browser.GetAsync("/account/security"));
        Assert.NotEqual(
            "Confirm that it is you",
            (await browser.PostAsync("/account/authenticator", [])).Heading,
            StringComparer.Ordinal);
    }

    private string Absolute(Uri link) => new Uri(_issuer, link).AbsoluteUri;

    private static void Browse(FormBrowser browser, FormPage page) => browser.Token = page.Token;

    /// <summary>
    /// Follows the provider's redirects, and answers its pages for development: any name and password sign in, and the
    /// next page asks for consent.
    /// </summary>
    private async Task<FormPage> TripAsync(FormBrowser browser, string purpose = "SignIn", string? back = null)
    {
        var page = await browser.LeaveAsync(
            purpose, back, from: purpose == "SignIn" ? "/signin" : "/account/security");
        for (var steps = 0; steps < 12; steps++)
        {
            if (page.Location?.OriginalString.Contains("/signin/upstream?", StringComparison.Ordinal) == true)
                return await browser.GetAsync(page.Location.AbsoluteUri);
            if (page.Location is not null)
            {
                page = await browser.GetAsync(Absolute(page.Location));
            }
            else
            {
                var action = Absolute(new Uri(page.Attribute("form", "action")!, UriKind.RelativeOrAbsolute));
                browser.Token = "";
                page = await browser.PostAsync(
                    action,
                    page.Attribute("input[name=login]", "name") is null
                        ? [("prompt", page.Attribute("input[name=prompt]", "value")!)]
                        : [("prompt", "login"), ("login", "jane"), ("password", "any")]);
            }
        }

        throw new InvalidOperationException(page.Html);
    }
}
