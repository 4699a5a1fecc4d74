using Microsoft.Playwright;
using TokenAuth.Kernel.Pages;

namespace TokenAuth.Tests.Browser.Dreamwidth;

/// <summary>The page of API keys, in every state that looks different.</summary>
internal static class KeysPageStates
{
    private const string Route = "account/keys";
    private const string Heading = "API keys";

    public static readonly IReadOnlyDictionary<string, PageState> All =
        new Dictionary<string, PageState>(StringComparer.Ordinal)
        {
            ["keys-empty"] = new(Route, Heading, "main form", fixture => fixture.OpenKeysAsync("alice")),
            ["keys"] = new(Route, Heading, ".notice[role=status]", async fixture =>
            {
                foreach (var name in new[]
                {
                PageStates.LongName, "Back-up on the old laptop", new string('W', 100), "Telephone",
                })
                    await fixture.KeyAsync(fixture.World.Alice, name);
                await fixture.OpenKeysAsync("alice");
                await fixture.Page.Button("Revoke Telephone").ClickAsync();
            }),
            ["keys-made"] = new(Route, Heading, "#key", async fixture =>
            {
                await fixture.OpenKeysAsync("alice");
                await fixture.Page.MakeKeyAsync(PageStates.LongName);
            }),
            ["keys-proof"] = new(Route, "Confirm that it is you", "#proof", async fixture =>
            {
                await fixture.OpenKeysAsync("alice");
                fixture.World.Clock.Advance(FreshProof.GoodFor);
                await fixture.Page.MakeKeyAsync(PageStates.LongName);
            }),
            ["keys-proof-error"] = new(Route, "Confirm that it is you", ".error[role=alert]", async fixture =>
            {
                await fixture.OpenKeysAsync("alice");
                fixture.World.Clock.Advance(FreshProof.GoodFor);
                await fixture.Page.MakeKeyAsync("Telephone");
                await fixture.Page.ProveAsync("wrong password");
            }),
            ["keys-error"] = new(Route, Heading, ".error[role=alert]", async fixture =>
            {
                await fixture.KeyAsync(fixture.World.Alice, "Telephone");
                await fixture.OpenKeysAsync("alice");
                await fixture.Page.MakeKeyWithoutChecksAsync(" ");
            }),
        };
}
