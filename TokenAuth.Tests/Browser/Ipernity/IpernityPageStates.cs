using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Browser.Ipernity;

/// <summary>
/// The states of the two authorize pages that look different, and the account page with this dialect's tokens.
/// </summary>
internal static class IpernityPageStates
{
    private const string Page = "apps/authorize";
    private const string OAuthPage = "apps/oauth/authorize";

    public static readonly IReadOnlyDictionary<string, PageState> All =
        new Dictionary<string, PageState>(StringComparer.Ordinal)
        {
            ["ipernity-consent"] = new(Page, "Allow Gallery?", "main form", async fixture =>
            {
                await fixture.ArriveSignedInAsync("alice");
                await fixture.Page.GotoAsync(fixture.AuthorizeLink(fixture.World.Gallery));
            }),
            ["ipernity-consent-everything"] = new(Page, $"Allow {PageStates.LongName}?", "main li", async fixture =>
            {
                var application = await fixture.RegisterAsync(PageStates.LongName, fixture.Gallery.Callback);
                var frob = await fixture.OpenHandshakeFromElsewhereAsync(
                    "ipernity", application, $"{application.Id}-{new string('7', 32)}");
                await fixture.ArriveSignedInAsync("alice");
                await fixture.Page.GotoAsync(
                    fixture.AuthorizeLink(application, [("frob", frob), .. IpernityFixture.Everything]));
            }),
            ["ipernity-close-the-window"] = new(Page, "You are signed in", "div.ok", async fixture =>
            {
                await fixture.ArriveSignedInAsync("alice");
                await fixture.AllowUploaderAsync();
            }),
            ["ipernity-denied"] = new(Page, "Not allowed", "main p", async fixture =>
            {
                await fixture.ArriveSignedInAsync("alice");
                await fixture.Page.GotoAsync(fixture.AuthorizeLink(
                    fixture.World.Uploader, ("frob", await fixture.Ipernity.FrobAsync(fixture.World.Uploader))));
                await fixture.Page.Button("Deny").ClickAsync();
            }),
            ["ipernity-wrong-link"] = new(Page, "This link does not work", "main p", fixture => fixture.Page.GotoAsync(
                fixture.AuthorizeLink(fixture.World.Retired))),
            ["ipernity-oauth-consent"] = new(OAuthPage, "Allow Gallery?", "main li", async fixture =>
            {
                await fixture.ArriveSignedInAsync("alice");
                await fixture.Page.GotoAsync(fixture.OAuthLink(await fixture.OAuth.RequestTokenAsync(
                    fixture.World.Gallery), ("perm_doc", "write"), ("perm_blog", "read")));
            }),
            ["ipernity-oauth-out-of-band"] = new(OAuthPage, "Allow Gallery?", "main form", async fixture =>
            {
                await fixture.ArriveSignedInAsync("alice");
                await fixture.Page.GotoAsync(fixture.OAuthLink(
                    await fixture.OAuth.RequestTokenAsync(fixture.World.Gallery, ("oauth_callback", "oob"))));
            }),
            ["ipernity-oauth-verifier"] = new(OAuthPage, "You are signed in", "main code", async fixture =>
            {
                await fixture.ArriveSignedInAsync("alice");
                await fixture.Page.GotoAsync(fixture.OAuthLink(
                    await fixture.OAuth.RequestTokenAsync(fixture.World.Gallery, ("oauth_callback", "oob"))));
                await fixture.Page.AllowAsync();
            }),
            ["ipernity-oauth-wrong-link"] = new(
            OAuthPage, "This link does not work", "main p", fixture => fixture.Page.GotoAsync(
                fixture.Address("/apps/oauth/authorize"))),
        };
}
