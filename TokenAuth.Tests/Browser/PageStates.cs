using Microsoft.Playwright;
using TokenAuth.Kernel.Languages;
using TokenAuth.Tests.Browser.Dreamwidth;
using TokenAuth.Tests.Browser.Ipernity;
using TokenAuth.Tests.Browser.OpenId;
using TokenAuth.Tests.Browser.Security;
using TokenAuth.Tests.Browser.Upstream;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Browser;

/// <summary>A page that the server shows, in one state that looks different from the others.</summary>
/// <param name="Route">The route as the page declares it. A test verifies that no page is missing.</param>
/// <param name="Shows">An element that must be visible. It proves that the right page was audited.</param>
internal sealed record PageState(string Route, string Heading, string Shows, Func<BrowserFixture, Task> ArriveAsync);

internal static class PageStates
{
    public const string LongName = "Photographs-of-everything-that-ever-grew-in-our-garden-and-beyond";

    private static readonly Dictionary<string, PageState> Own = new(StringComparer.Ordinal)
    {
        ["sign-in"] = new("signin", "Sign in", "label", fixture => fixture.Page.GotoAsync(fixture.Address("/signin"))),
        ["sign-in-error"] = new("signin", "Sign in", ".error[role=alert]", async fixture =>
        {
            await fixture.Page.GotoAsync(fixture.Address("/signin"));
            await fixture.Page.SignInAsync("alice", "wrong password");
        }),
        ["sign-up"] = new("signup", "Sign up", ".hint", fixture => fixture.Page.GotoAsync(fixture.Address("/signup"))),
        ["reference"] = new(
            "docs/{topic?}", "For developers", "main .rows", fixture => fixture.Page.GotoAsync(fixture.Address("/docs"))),
        ["reference-page"] = new(
            "docs/{topic?}", "ipernity", "article table",
            fixture => fixture.Page.GotoAsync(fixture.Address("/docs/ipernity"))),
        ["sign-up-errors"] = new("signup", "Sign up", "#login-error", async fixture =>
        {
            await fixture.Page.GotoAsync(fixture.Address("/signup"));
            await fixture.Page.EvaluateAsync("document.querySelector('main form').noValidate = true");
            await fixture.Page.SignUpAsync("a b", "nobody", "short");
        }),
        ["sign-out"] = new("signout", "Sign out?", "main button", async fixture =>
        {
            await fixture.ArriveSignedInAsync("alice");
            await fixture.Page.GotoAsync(fixture.Address("/signout"));
        }),
        ["signed-out"] = new(
            "signout", "You are signed out", "main a", fixture => fixture.Page.GotoAsync(fixture.Address("/signout"))),
        ["consent"] = new("login.php", "Allow Gallery?", "main form", async fixture =>
        {
            await fixture.ArriveSignedInAsync("alice");
            await fixture.Page.GotoAsync(fixture.LoginLink(fixture.World.Gallery));
        }),
        ["consent-logo"] = new("login.php", "Allow Gallery?", "img.logo", async fixture =>
        {
            await fixture.GiveLogoAsync(fixture.World.Gallery);
            await fixture.ArriveSignedInAsync("alice");
            await fixture.Page.GotoAsync(fixture.LoginLink(fixture.World.Gallery));
        }),
        ["consent-notice"] = new("login.php", $"Allow {LongName}?", ".notice", async fixture =>
        {
            var application = await fixture.RegisterAsync(LongName, callback: null);
            await fixture.ComeFromAsync("198.51.100.7");
            await fixture.ArriveSignedInAsync("alice");
            await fixture.Page.GotoAsync(fixture.LoginLink(
                application, BrowserFixture.Carrying(await fixture.OpenHandshakeFromElsewhereAsync(application))));
        }),
        ["close-the-window"] = new("login.php", "You are signed in", "main p", async fixture =>
        {
            await fixture.ArriveSignedInAsync("alice");
            await fixture.Page.GotoAsync(fixture.LoginLink(fixture.World.Uploader, BrowserFixture.Carrying(
                await fixture.CreateTokenAsync(fixture.World.Uploader))));
            await fixture.Page.AllowAsync();
        }),
        ["denied"] = new("login.php", "Not allowed", "main p", async fixture =>
        {
            await fixture.ArriveSignedInAsync("alice");
            await fixture.Page.GotoAsync(fixture.LoginLink(fixture.World.Gallery));
            await fixture.Page.Button("Deny").ClickAsync();
        }),
        ["code-consent"] = new("code_gen.php", "Allow Uploader?", "main form", async fixture =>
        {
            await fixture.ArriveSignedInAsync("alice");
            await fixture.Page.GotoAsync(fixture.CodeLink(fixture.World.Uploader));
        }),
        ["code"] = new("code_gen.php", $"Your code for {LongName}", "main code", async fixture =>
        {
            var application = await fixture.RegisterAsync(LongName, fixture.Gallery.Callback);
            await fixture.ArriveSignedInAsync("alice");
            await fixture.Page.GotoAsync(fixture.CodeLink(application));
            await fixture.Page.AllowAsync();
        }),
        ["code-wrong-link"] = new(
            "code_gen.php", "This link does not work", "main p", fixture => fixture.Page.GotoAsync(
                fixture.CodeLink(fixture.World.Retired))),
        ["wrong-link"] = new("login.php", "This link does not work", "main p", fixture => fixture.Page.GotoAsync(
            fixture.LoginLink(fixture.World.Retired))),
        ["activity"] = new("account/activity", "Recent activity", "main li", async fixture =>
        {
            await fixture.OpenSessionAsync(
                await fixture.RegisterAsync(LongName, fixture.Gallery.Callback), fixture.World.Alice);
            await fixture.ArriveSignedInAsync("alice");
            await fixture.Page.GotoAsync(fixture.Address("/account/activity"));
        }),
        ["activity-pages"] = new("account/activity", "Recent activity", "nav.pages", async fixture =>
        {
            await fixture.OpenSessionsAsync(fixture.World.Alice, 120);
            await fixture.ArriveSignedInAsync("alice");
            await fixture.Page.GotoAsync(fixture.Address("/account/activity"));
            await fixture.Page.GetByRole(AriaRole.Link, new() { Name = "Older entries" }).ClickAsync();
            await Assertions.Expect(
                fixture.Page.GetByRole(AriaRole.Link, new() { Name = "Newest entries" })).ToBeVisibleAsync();
        }),
        ["password"] = new("account/password", "Change your password", ".hint", async fixture =>
        {
            await fixture.ArriveSignedInAsync("alice");
            await fixture.Page.GotoAsync(fixture.Address("/account/password"));
        }),
        ["password-error"] = new("account/password", "Change your password", ".error[role=alert]", async fixture =>
        {
            await fixture.ArriveSignedInAsync("alice");
            await fixture.Page.GotoAsync(fixture.Address("/account/password"));
            await fixture.Page.ChangePasswordAsync("wrong password", "a much longer password");
        }),
        ["reset"] = new("reset", "Choose a new password", ".error[role=alert]", async fixture =>
        {
            await fixture.Page.GotoAsync(await fixture.ResetLinkAsync(fixture.World.Alice));
            await fixture.Page.GetByLabel("New password", new() { Exact = true }).FillAsync("password1");
            await fixture.Page.GetByLabel("Repeat new password").FillAsync("password1");
            await fixture.Page.Button("Set password").ClickAsync();
        }),
        ["reset-ended"] = new(
            "reset", "This link does not work", "main a",
            fixture => fixture.Page.GotoAsync(fixture.Address("/reset?token=0123456789abcdef0123456789abcdef"))),
        ["no-such-page"] = new(
            "error", "Page not found", "main p", fixture => fixture.Page.GotoAsync(fixture.Address("/nowhere"))),
        ["sign-in-again"] = new("signin", "Sign in", ".error[role=alert]", async fixture =>
        {
            await fixture.Page.GotoAsync(fixture.Address("/signin"));
            await fixture.Page.Context.ClearCookiesAsync();
            await fixture.Page.SignInAsync("alice");
        }),
        ["consent-again"] = new("login.php", "Allow Gallery?", ".error[role=alert]", async fixture =>
        {
            await fixture.ArriveSignedInAsync("alice");
            await fixture.Page.GotoAsync(fixture.LoginLink(fixture.World.Gallery));
            await fixture.Page.Context.ClearCookiesAsync(new() { Name = "TokenAuth.Form" });
            await fixture.Page.AllowAsync();
        }),
        ["old-form"] = new("error", "This form has expired", "main a", async fixture =>
        {
            await fixture.ArriveSignedInAsync("alice");
            await fixture.Page.GotoAsync(fixture.Address("/account/password"));
            await fixture.Page.Context.ClearCookiesAsync(new() { Name = "TokenAuth.Form" });
            await fixture.Page.ChangePasswordAsync("wrong password", "a much longer password");
        }),
        ["form-from-elsewhere"] = new(
            "error", "This form came from another site", "main a", async fixture =>
        {
            var trap = fixture.Gallery.Serve(
                "/trap", $"<form method=post action='{fixture.Address("/signin")}'><button>Win</button></form>");
            await fixture.Page.GotoAsync(trap);
            await fixture.Page.Button("Win").ClickAsync();
        }),
    };

    public static readonly IReadOnlyDictionary<string, PageState> All = new Dictionary<string, PageState>(
        [
            .. Own, .. AccountPageStates.All, .. MailPageStates.All, .. SecurityPageStates.All,
            .. IpernityPageStates.All, .. KeysPageStates.All, .. OpenIdPageStates.All, .. ReferencePageStates.All,
            .. ConsolePageStates.All, .. UpstreamPageStates.All,
        ],
        StringComparer.Ordinal);

    /// <summary>What pages show in every language: names, addresses of hosts.</summary>
    public static IReadOnlyList<string> Data(BrowserFixture fixture) =>
    [
        "TokenAuth", LongName, new Uri(fixture.Gallery.Root).Authority, fixture.World.Alice.DisplayName,
        fixture.World.Alice.Login, fixture.World.Alice.Email!, fixture.World.Bob.Login, fixture.World.Gallery.Name,
        fixture.World.Uploader.Name, "Telephone", "Phone", "photos.example.test", "gallery.example.test", "Back-up on the old laptop", new string('W', 100),
        "Example ID", fixture.Provider?.Issuer ?? "Example ID", "jane",
        .. TimeZones.Names,
    ];

    public static async Task VisitAsync(this BrowserFixture fixture, string name)
    {
        var state = All[name];
        await state.ArriveAsync(fixture);
        await fixture.Page.SeesAsync(state.Heading);
        await Assertions.Expect(fixture.Page.Locator(state.Shows).First).ToBeVisibleAsync();
        // The text can be there before its style sheet. WaitForLoadStateAsync has missed the event on a busy machine.
        await fixture.Page.EvaluateAsync(
            """
            () => document.readyState === "complete"
              || new Promise(resolve => addEventListener("load", () => resolve(true)))
            """);
    }
}
