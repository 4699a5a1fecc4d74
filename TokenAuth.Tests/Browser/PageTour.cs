using Microsoft.Playwright;
using TokenAuth.Tests.Browser.Dreamwidth;
using TokenAuth.Tests.Browser.Ipernity;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Browser;

/// <summary>Every page that the server shows, in every state that looks different.</summary>
/// <param name="Route">As the page declares it: a test asks that none is missing.</param>
/// <param name="Shows">What must be there, so that it is really this page that was looked at.</param>
internal sealed record PageStop(string Route, string Heading, string Shows, Func<BrowserFixture, Task> ArriveAsync);

internal static class PageTour
{
    public const string LongName = "Photographs-of-everything-that-ever-grew-in-our-garden-and-beyond";

    private static readonly Dictionary<string, PageStop> Own = new(StringComparer.Ordinal)
    {
        ["sign-in"] = new("signin", "Sign in", "label", scene => scene.Page.GotoAsync(scene.Address("/signin"))),
        ["sign-in-error"] = new("signin", "Sign in", ".error[role=alert]", async scene =>
        {
            await scene.Page.GotoAsync(scene.Address("/signin"));
            await scene.Page.SignInAsync("alice", "wrong password");
        }),
        ["sign-up"] = new("signup", "Sign up", ".hint", scene => scene.Page.GotoAsync(scene.Address("/signup"))),
        ["sign-up-errors"] = new("signup", "Sign up", "#login-error", async scene =>
        {
            await scene.Page.GotoAsync(scene.Address("/signup"));
            await scene.Page.EvaluateAsync("document.querySelector('main form').noValidate = true");
            await scene.Page.SignUpAsync("a b", "nobody", "short");
        }),
        ["sign-out"] = new("signout", "Sign out?", "main button", async scene =>
        {
            await scene.ArriveSignedInAsync("alice");
            await scene.Page.GotoAsync(scene.Address("/signout"));
        }),
        ["signed-out"] = new("signout", "You are signed out", "main a", scene => scene.Page.GotoAsync(scene.Address("/signout"))),
        ["consent"] = new("login.php", "Allow Gallery?", "main form", async scene =>
        {
            await scene.ArriveSignedInAsync("alice");
            await scene.Page.GotoAsync(scene.LoginLink(scene.World.Gallery));
        }),
        ["consent-notice"] = new("login.php", $"Allow {LongName}?", ".notice", async scene =>
        {
            var application = await scene.RegisterAsync(LongName, scene.Gallery.Callback);
            await scene.ArriveSignedInAsync("alice");
            await scene.Page.GotoAsync(scene.LoginLink(application, BrowserFixture.Carrying(await scene.OpenHandshakeFromElsewhereAsync(application))));
        }),
        ["close-the-window"] = new("login.php", "You are signed in", "main p", async scene =>
        {
            await scene.ArriveSignedInAsync("alice");
            await scene.Page.GotoAsync(scene.LoginLink(scene.World.Uploader, BrowserFixture.Carrying(await scene.CreateTokenAsync(scene.World.Uploader))));
            await scene.Page.AllowAsync();
        }),
        ["denied"] = new("login.php", "Not allowed", "main p", async scene =>
        {
            await scene.ArriveSignedInAsync("alice");
            await scene.Page.GotoAsync(scene.LoginLink(scene.World.Gallery));
            await scene.Page.Button("Deny").ClickAsync();
        }),
        ["code-consent"] = new("code_gen.php", "Allow Uploader?", "main form", async scene =>
        {
            await scene.ArriveSignedInAsync("alice");
            await scene.Page.GotoAsync(scene.CodeLink(scene.World.Uploader));
        }),
        ["code"] = new("code_gen.php", $"Your code for {LongName}", "main code", async scene =>
        {
            var application = await scene.RegisterAsync(LongName, scene.Gallery.Callback);
            await scene.ArriveSignedInAsync("alice");
            await scene.Page.GotoAsync(scene.CodeLink(application));
            await scene.Page.AllowAsync();
        }),
        ["code-wrong-link"] = new("code_gen.php", "This link does not work", "main p", scene => scene.Page.GotoAsync(scene.CodeLink(scene.World.Retired))),
        ["wrong-link"] = new("login.php", "This link does not work", "main p", scene => scene.Page.GotoAsync(scene.LoginLink(scene.World.Retired))),
        ["account-empty"] = new("account", "Your account", "main", async scene =>
        {
            await scene.ArriveSignedInAsync("bob_2");
            await scene.Page.GotoAsync(scene.Address("/account"));
        }),
        ["account"] = new("account", "Your account", ".notice[role=status]", async scene =>
        {
            await scene.OpenSessionAsync(await scene.RegisterAsync(LongName, scene.Gallery.Callback), scene.World.Alice);
            await scene.OpenSessionAsync(scene.World.Gallery, scene.World.Alice);
            await (await scene.OpenOtherBrowserAsync()).Page.ArriveSignedInAsync(scene.World.Server.Http, "alice");
            await scene.ArriveSignedInAsync("alice");
            await scene.Page.GotoAsync(scene.Address("/account"));
            await scene.Page.Button("End the session of Gallery").ClickAsync();
        }),
        ["account-pages"] = new("account", "Your account", "nav.pages", async scene =>
        {
            await scene.OpenSessionsAsync(scene.World.Alice, 120);
            await scene.ArriveSignedInAsync("alice");
            await scene.Page.GotoAsync(scene.Address("/account?p=2"));
        }),
        ["activity"] = new("account/activity", "Recent activity", "main li", async scene =>
        {
            await scene.OpenSessionAsync(await scene.RegisterAsync(LongName, scene.Gallery.Callback), scene.World.Alice);
            await scene.ArriveSignedInAsync("alice");
            await scene.Page.GotoAsync(scene.Address("/account/activity"));
        }),
        ["activity-pages"] = new("account/activity", "Recent activity", "nav.pages", async scene =>
        {
            await scene.OpenSessionsAsync(scene.World.Alice, 120);
            await scene.ArriveSignedInAsync("alice");
            await scene.Page.GotoAsync(scene.Address("/account/activity"));
            await scene.Page.GetByRole(AriaRole.Link, new() { Name = "Earlier" }).ClickAsync();
            await Assertions.Expect(scene.Page.GetByRole(AriaRole.Link, new() { Name = "The latest" })).ToBeVisibleAsync();
        }),
        ["password"] = new("account/password", "Change your password", ".hint", async scene =>
        {
            await scene.ArriveSignedInAsync("alice");
            await scene.Page.GotoAsync(scene.Address("/account/password"));
        }),
        ["password-error"] = new("account/password", "Change your password", ".error[role=alert]", async scene =>
        {
            await scene.ArriveSignedInAsync("alice");
            await scene.Page.GotoAsync(scene.Address("/account/password"));
            await scene.Page.ChangePasswordAsync("wrong password", "a much longer password");
        }),
        ["no-such-page"] = new("error", "There is no such page", "main p", scene => scene.Page.GotoAsync(scene.Address("/nowhere"))),
        ["sign-in-again"] = new("signin", "Sign in", ".error[role=alert]", async scene =>
        {
            await scene.Page.GotoAsync(scene.Address("/signin"));
            await scene.Page.Context.ClearCookiesAsync();
            await scene.Page.SignInAsync("alice");
        }),
        ["consent-again"] = new("login.php", "Allow Gallery?", ".error[role=alert]", async scene =>
        {
            await scene.ArriveSignedInAsync("alice");
            await scene.Page.GotoAsync(scene.LoginLink(scene.World.Gallery));
            await scene.Page.Context.ClearCookiesAsync(new() { Name = "TokenAuth.Form" });
            await scene.Page.AllowAsync();
        }),
        ["old-form"] = new("error", "This form can no longer be used", "main a", async scene =>
        {
            await scene.ArriveSignedInAsync("alice");
            await scene.Page.GotoAsync(scene.Address("/account/password"));
            await scene.Page.Context.ClearCookiesAsync(new() { Name = "TokenAuth.Form" });
            await scene.Page.ChangePasswordAsync("wrong password", "a much longer password");
        }),
        ["form-from-elsewhere"] = new(
            "error", "This form came from another site", "main a", async scene =>
        {
            var trap = scene.Gallery.Serve(
                "/trap", $"<form method=post action='{scene.Address("/signin")}'><button>Win</button></form>");
            await scene.Page.GotoAsync(trap);
            await scene.Page.Button("Win").ClickAsync();
        }),
    };

    public static readonly IReadOnlyDictionary<string, PageStop> Stops = new Dictionary<string, PageStop>([.. Own, .. IpernityTour.Stops, .. KeysTour.Stops], StringComparer.Ordinal);

    public static async Task VisitAsync(this BrowserFixture scene, string name)
    {
        var stop = Stops[name];
        await stop.ArriveAsync(scene);
        await scene.Page.SeesAsync(stop.Heading);
        await Assertions.Expect(scene.Page.Locator(stop.Shows).First).ToBeVisibleAsync();
        await scene.Page.WaitForLoadStateAsync(); // its words can be there before its style sheet
    }
}
