using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Browser.Ipernity;

/// <summary>The states of the two authorize pages that look different, and the account page with tokens of this dialect.</summary>
internal static class IpernityTour
{
    private const string Page = "apps/authorize";
    private const string OAuthPage = "apps/oauth/authorize";

    public static readonly IReadOnlyDictionary<string, PageStop> Stops = new Dictionary<string, PageStop>(StringComparer.Ordinal)
    {
        ["ipernity-consent"] = new(Page, "Allow Gallery?", "main form", async scene =>
        {
            await scene.ArriveSignedInAsync("alice");
            await scene.Page.GotoAsync(scene.AuthorizeLink(scene.World.Gallery));
        }),
        ["ipernity-consent-everything"] = new(Page, $"Allow {PageTour.LongName}?", "main li", async scene =>
        {
            var application = await scene.RegisterAsync(PageTour.LongName, scene.Gallery.Callback);
            var frob = await scene.OpenHandshakeFromElsewhereAsync("ipernity", application, $"{application.Id}-{new string('7', 32)}");
            await scene.ArriveSignedInAsync("alice");
            await scene.Page.GotoAsync(scene.AuthorizeLink(application, [("frob", frob), .. IpernityFixture.Everything]));
        }),
        ["ipernity-close-the-window"] = new(Page, "You are signed in", "div.ok", async scene =>
        {
            await scene.ArriveSignedInAsync("alice");
            await scene.AllowUploaderAsync();
        }),
        ["ipernity-denied"] = new(Page, "Not allowed", "main p", async scene =>
        {
            await scene.ArriveSignedInAsync("alice");
            await scene.Page.GotoAsync(scene.AuthorizeLink(scene.World.Uploader, ("frob", await scene.Ipernity.FrobAsync(scene.World.Uploader))));
            await scene.Page.Button("Deny").ClickAsync();
        }),
        ["ipernity-wrong-link"] = new(Page, "This link does not work", "main p", scene => scene.Page.GotoAsync(scene.AuthorizeLink(scene.World.Retired))),
        ["ipernity-oauth-consent"] = new(OAuthPage, "Allow Gallery?", "main li", async scene =>
        {
            await scene.ArriveSignedInAsync("alice");
            await scene.Page.GotoAsync(scene.OAuthLink(await scene.OAuth.RequestTokenAsync(scene.World.Gallery), ("perm_doc", "write"), ("perm_blog", "read")));
        }),
        ["ipernity-oauth-out-of-band"] = new(OAuthPage, "Allow Gallery?", "main form", async scene =>
        {
            await scene.ArriveSignedInAsync("alice");
            await scene.Page.GotoAsync(scene.OAuthLink(await scene.OAuth.RequestTokenAsync(scene.World.Gallery, ("oauth_callback", "oob"))));
        }),
        ["ipernity-oauth-verifier"] = new(OAuthPage, "You are signed in", "main code", async scene =>
        {
            await scene.ArriveSignedInAsync("alice");
            await scene.Page.GotoAsync(scene.OAuthLink(await scene.OAuth.RequestTokenAsync(scene.World.Gallery, ("oauth_callback", "oob"))));
            await scene.Page.AllowAsync();
        }),
        ["ipernity-oauth-wrong-link"] = new(OAuthPage, "This link does not work", "main p", scene => scene.Page.GotoAsync(scene.Address("/apps/oauth/authorize"))),
        ["ipernity-account"] = new("account", "Your account", "#applications + p + .rows", async scene =>
        {
            await scene.ArriveSignedInAsync("alice");
            await scene.AllowUploaderAsync(IpernityFixture.Everything);
            await scene.Page.GotoAsync(scene.Address("/account"));
        }),
    };
}
