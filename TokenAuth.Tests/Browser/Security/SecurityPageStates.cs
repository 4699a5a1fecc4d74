using Microsoft.Playwright;

namespace TokenAuth.Tests.Browser.Security;

/// <summary>The states of the security pages and of the second step of a sign-in.</summary>
internal static class SecurityPageStates
{
    private const string Verify = "signin/verify";

    public static readonly IReadOnlyDictionary<string, PageState> All = new Dictionary<string, PageState>(
        StringComparer.Ordinal)
    {
        ["sign-in-passkey"] = new("signin", "Sign in", "button:text('Sign in with a passkey')", async fixture =>
        {
            fixture.UsesName = true;
            await fixture.Page.GotoAsync(fixture.Address("/signin"));
        }),
        ["sign-in-passkey-error"] = new("signin", "Sign in", ".error[role=alert]", async fixture =>
        {
            fixture.UsesName = true;
            var device = await VirtualAuthenticator.AddAsync(fixture.Page);
            await device.AnswersAsync(false);
            await device.VerifiesAsync(false);
            await fixture.Page.GotoAsync(fixture.Address("/signin"));
            await device.AnswersAsync(true);
            await fixture.Page.Button("Sign in with a passkey").ClickAsync();
        }),
        ["verify"] = new(Verify, "Confirm your sign-in", "#code", async fixture =>
        {
            var device = await fixture.OpenSecurityAsync();
            await fixture.Page.AddPasskeyAsync("Phone");
            await device.AnswersAsync(false);
            await fixture.World.SetAuthenticatorAsync(fixture.World.Alice);
            await fixture.Page.Context.ClearCookiesAsync();
            await fixture.ArriveAtSecondStepAsync();
        }),
        ["verify-error"] = new(Verify, "Confirm your sign-in", ".error[role=alert]", async fixture =>
        {
            await fixture.World.SetAuthenticatorAsync(fixture.World.Alice);
            await fixture.ArriveAtSecondStepAsync();
            await fixture.Page.Code.FillAsync("000000");
            await fixture.Page.Button("Continue").ClickAsync();
        }),
        ["verify-recovery-error"] = new(Verify, "Confirm your sign-in", "#recovery[aria-invalid]", async fixture =>
        {
            await fixture.World.SetAuthenticatorAsync(fixture.World.Alice);
            await fixture.ArriveAtSecondStepAsync();
            await fixture.Page.GetByText("Use a recovery code").ClickAsync();
            await fixture.Page.GetByLabel("Recovery code", new() { Exact = true }).FillAsync("0000");
            await fixture.Page.Button("Use this code").ClickAsync();
        }),
        ["security-empty"] = new("account/security", "Security", ".empty", async fixture =>
        {
            await fixture.ArriveSignedInAsync("alice");
            await fixture.Page.GotoAsync(fixture.Address(SecurityPerson.Path));
        }),
        ["security"] = new("account/security", "Security", ".notice[role=status]", async fixture =>
        {
            await fixture.OpenSecurityAsync();
            await fixture.OpenSessionsAsync(fixture.World.Alice, 60);
            await fixture.World.SetAuthenticatorAsync(fixture.World.Alice);
            await fixture.Page.AddPasskeyAsync(PageStates.LongName);
        }),
        ["security-codes"] = new("account/security", "Security", ".codes", async fixture =>
        {
            await fixture.World.SetAuthenticatorAsync(fixture.World.Alice);
            await fixture.ArriveSignedInWithCodeAsync();
            await fixture.Page.GotoAsync(fixture.Address(SecurityPerson.Path));
            await fixture.Page.Button("Create new codes").ClickAsync();
        }),
        ["authenticator"] = new("account/authenticator", "Set up an authenticator app", "svg.qr", async fixture =>
        {
            await fixture.ArriveSignedInAsync("alice");
            await fixture.Page.GotoAsync(fixture.Address(SecurityPerson.Path));
            await fixture.Page.Button("Set up an authenticator app").ClickAsync();
        }),
        ["authenticator-error"] = new(
            "account/authenticator", "Set up an authenticator app", ".error[role=alert]", async fixture =>
        {
            await fixture.ArriveSignedInAsync("alice");
            await fixture.Page.GotoAsync(fixture.Address(SecurityPerson.Path));
            await fixture.Page.Button("Set up an authenticator app").ClickAsync();
            await fixture.Page.Code.FillAsync("000000");
            await fixture.Page.Button("Turn on").ClickAsync();
        }),
        ["authenticator-done"] = new(
            "account/authenticator", "Your authenticator app is set up", ".codes", async fixture =>
        {
            await fixture.ArriveSignedInAsync("alice");
            await fixture.Page.GotoAsync(fixture.Address(SecurityPerson.Path));
            await fixture.Page.SetUpAuthenticatorAsync(fixture.World);
        }),
        ["passkey"] = new(
            "account/passkey", "Add a passkey", "button:text('Create the passkey')", async fixture =>
        {
            await fixture.OpenSecurityAsync();
            await fixture.Page.Button("Add a passkey").ClickAsync();
        }),
        ["passkey-without"] = new("account/passkey", "Add a passkey", "[data-without-passkeys]", async fixture =>
        {
            await fixture.ArriveSignedInAsync("alice");
            await fixture.Page.GotoAsync(fixture.Address(SecurityPerson.Path));
            await fixture.Page.Button("Add a passkey").ClickAsync();
        }),
        ["passkey-proof"] = new(
            "account/security", "Confirm that it is you", "button:text('Use a passkey')", async fixture =>
        {
            await fixture.OpenSecurityAsync();
            await fixture.Page.AddPasskeyAsync("Phone");
            fixture.World.Clock.Advance(TimeSpan.FromMinutes(6));
            await fixture.Page.Button("Remove Phone").ClickAsync();
        }),
    };
}
