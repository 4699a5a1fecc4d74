namespace TokenAuth.Tests.Browser;

/// <summary>The pages of methods, live testing and the signing debugger, in every state that looks different.</summary>
internal static class ReferencePageStates
{
    private const string Method = "docs/{dialect}/{method}";
    private const string Trial = "docs/{dialect}/{method}/try";
    private const string Debugger = "docs/debugger";

    public static readonly IReadOnlyDictionary<string, PageState> All =
        new Dictionary<string, PageState>(StringComparer.Ordinal)
        {
            ["method"] = new(
                Method, "auth.getToken", "article .copy",
                fixture => fixture.Page.GotoAsync(fixture.Address("/docs/ipernity/auth.getToken"))),
            ["trial-without-application"] = new(
                Trial, "Live testing: test.hello", "main .notice",
                fixture => fixture.OpenAsync("/docs/ipernity/test.hello/try")),
            ["trial"] = new(
                Trial, "Live testing: auth.revokeAuthorization", "main form.card",
                fixture => fixture.DevelopAsync("/docs/mediapost/auth.revokeAuthorization/try")),
            ["trial-error"] = new(Trial, "Live testing: auth.checkToken", ".error[role=alert]", async fixture =>
            {
                await fixture.DevelopAsync("/docs/ipernity/auth.checkToken/try");
                await fixture.Page.Locator("#caller").SelectOptionAsync("token");
                await fixture.Page.Button("Call auth.checkToken").ClickAsync();
            }),
            ["trial-answer"] = new(Trial, "Live testing: auth.checkToken", ".notice[role=status]", async fixture =>
            {
                await fixture.DevelopAsync("/docs/ipernity/auth.checkToken/try");
                await fixture.Page.Button("Call auth.checkToken").ClickAsync();
            }),
            ["debugger"] = new(
                Debugger, "Signing debugger", "textarea", fixture => fixture.DevelopAsync("/docs/debugger")),
            ["debugger-error"] = new(
                Debugger, "Signing debugger", ".error[role=alert]", fixture => fixture.ExplainAsync("hello")),
            ["debugger-result"] = new(
                Debugger, "Signing debugger", ".signed .piece-secret", fixture => fixture.ExplainAsync(
                    $"curl '{fixture.Address("/api.php")}?method=auth.createToken&note=a%0Ab%20<i>"
                    + $"&api_key={fixture.World.Gallery.ApiKey}&sig=0'")),
        };

    extension(BrowserFixture fixture)
    {
        /// <summary>Opens a page as Alice, who owns the gallery.</summary>
        private async Task DevelopAsync(string path)
        {
            await fixture.World.ChangeStoreAsync(
                $"UPDATE applications SET owner_id = {fixture.World.Alice.Id} WHERE id = {fixture.World.Gallery.Id}");
            await fixture.OpenAsync(path);
        }

        private async Task ExplainAsync(string request)
        {
            await fixture.DevelopAsync("/docs/debugger");
            await fixture.Page.Locator("#dialect").SelectOptionAsync("mediapost");
            await fixture.Page.Locator("#request").FillAsync(request);
            await fixture.Page.Button("Explain the signature").ClickAsync();
        }
    }
}
