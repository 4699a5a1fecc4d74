using Microsoft.Extensions.DependencyInjection;
using TokenAuth.Kernel.Accounts.Identities;
using TokenAuth.Kernel.Pages;
using TokenAuth.Tests.Browser.Security;

namespace TokenAuth.Tests.Browser.Upstream;

/// <summary>The pages of the sign-in through the upstream provider in the states that look different.</summary>
internal static class UpstreamPageStates
{
    private const string SignIn = "Sign in with Example ID";

    public static readonly IReadOnlyDictionary<string, PageState> All =
        new Dictionary<string, PageState>(StringComparer.Ordinal)
        {
            ["upstream-button"] = new("signin", "Sign in", "form[action='/signin/upstream'] button", async fixture =>
            {
                await fixture.UseProviderAsync();
                await fixture.Page.GotoAsync(fixture.Address("/signin"));
            }),
            ["upstream-down"] = new("signin/upstream", SignIn, ".error[role=alert]", async fixture =>
            {
                fixture.ComplaintsAreMeant = true; // the answer's status
                (await fixture.UseProviderAsync()).IsDown = true;
                await fixture.LeaveAsync();
            }),
            ["upstream-new"] = new("signin/link", "Link your account", "main .card", async fixture =>
            {
                await fixture.UseProviderAsync();
                await fixture.LeaveAsync();
            }),
            ["upstream-link"] = new("signin/link", "Link your account", "main form", ArriveAtLinkAsync),
            ["upstream-link-taken"] = new("signin/link", "Link your account", ".error[role=alert]", async fixture =>
            {
                await ArriveAtLinkAsync(fixture);
                await fixture.LinkAsync(fixture.World.Bob);
                await fixture.Page.Button("Link to Alice").ClickAsync();
            }),
            ["upstream-sign-up"] = new("signup", "Sign up", "input[name=upstream] ~ .field", async fixture =>
            {
                await fixture.UseProviderAsync();
                await fixture.LeaveAsync();
                await fixture.Page.GetByText("Create an account", new() { Exact = true }).ClickAsync();
            }),
            ["upstream-verify"] = new("signin/verify", "Confirm your sign-in", "#code", async fixture =>
            {
                await fixture.UseProviderAsync();
                await fixture.LinkAsync(fixture.World.Alice);
                await fixture.World.SetAuthenticatorAsync(fixture.World.Alice);
                await fixture.LeaveAsync();
            }),
            ["upstream-security"] = new("account/security", "Security", "#identities", async fixture =>
            {
                await fixture.UseProviderAsync();
                await fixture.LinkAsync(fixture.World.Alice);
                await fixture.OpenAsync("/account/security");
            }),
            ["upstream-security-off"] = new(
                "account/security", "Security", "form[action='/signin/upstream'] button", async fixture =>
                {
                    await fixture.UseProviderAsync();
                    await fixture.OpenAsync("/account/security");
                }),
            ["upstream-proof"] = new(
                "account/security", "Confirm that it is you", "form[action='/signin/upstream'] button",
                async fixture =>
                {
                    await fixture.UseProviderAsync();
                    await fixture.LinkAsync(fixture.World.Alice);
                    await fixture.OpenAsync("/account/security");
                    fixture.World.Clock.Advance(FreshProof.GoodFor);
                    await fixture.Page.Locator("button:has-text('jane')").ClickAsync();
                }),
            ["password-first"] = new("account/password", "Set a password", ".hint", async fixture =>
            {
                await fixture.UseProviderAsync();
                await fixture.OpenAsync("/account/password");
                await fixture.World.ChangeStoreAsync("UPDATE accounts SET password_hash = NULL");
                await fixture.Page.ReloadAsync();
            }),
        };

    extension(BrowserFixture fixture)
    {
        /// <summary>Presses the button of the provider on the sign-in page.</summary>
        private async Task LeaveAsync()
        {
            await fixture.Page.GotoAsync(fixture.Address("/signin"));
            await fixture.Page.Locator("form[action='/signin/upstream'] button").ClickAsync();
        }

        private Task<IdentityLink> LinkAsync(TokenAuth.Kernel.Accounts.Account account) =>
            fixture.World.Server.Services.GetRequiredService<AccountIdentities>().LinkAsync(
                account.Id,
                new NewIdentity(fixture.Provider!.Issuer, fixture.Provider.Subject, "jane"),
                System.Net.IPAddress.Loopback,
                default);
    }

    private static async Task ArriveAtLinkAsync(BrowserFixture fixture)
    {
        await fixture.UseProviderAsync();
        await fixture.ArriveSignedInAsync("alice");
        await fixture.Page.GotoAsync(fixture.Address("/account/security"));
        await fixture.Page.Locator("form[action='/signin/upstream'] button").ClickAsync();
    }
}
