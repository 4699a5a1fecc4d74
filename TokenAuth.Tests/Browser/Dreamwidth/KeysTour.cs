using Microsoft.Playwright;
using TokenAuth.Kernel.Pages;

namespace TokenAuth.Tests.Browser.Dreamwidth;

/// <summary>The page of API keys, in every state that looks different.</summary>
internal static class KeysTour
{
    private const string Route = "account/keys";
    private const string Heading = "API keys";

    public static readonly IReadOnlyDictionary<string, PageStop> Stops = new Dictionary<string, PageStop>(StringComparer.Ordinal)
    {
        ["keys-empty"] = new(Route, Heading, "main form", scene => scene.OpenKeysAsync("alice")),
        ["keys"] = new(Route, Heading, ".notice[role=status]", async scene =>
        {
            foreach (var name in new[] { PageTour.LongName, "Back-up on the old laptop", new string('W', 100), "Telephone" })
                await scene.KeyAsync(scene.World.Alice, name);
            await scene.OpenKeysAsync("alice");
            await scene.Page.Button("Revoke Telephone").ClickAsync();
        }),
        ["keys-made"] = new(Route, Heading, "#key", async scene =>
        {
            await scene.OpenKeysAsync("alice");
            await scene.Page.MakeKeyAsync(PageTour.LongName);
        }),
        ["keys-proof"] = new(Route, "Confirm that it is you", "#proof", async scene =>
        {
            await scene.OpenKeysAsync("alice");
            scene.World.Clock.Advance(FreshProof.GoodFor);
            await scene.Page.MakeKeyAsync(PageTour.LongName);
        }),
        ["keys-proof-error"] = new(Route, "Confirm that it is you", ".error[role=alert]", async scene =>
        {
            await scene.OpenKeysAsync("alice");
            scene.World.Clock.Advance(FreshProof.GoodFor);
            await scene.Page.MakeKeyAsync("Telephone");
            await scene.Page.ProveAsync("wrong password");
        }),
        ["keys-error"] = new(Route, Heading, ".error[role=alert]", async scene =>
        {
            await scene.KeyAsync(scene.World.Alice, "Telephone");
            await scene.OpenKeysAsync("alice");
            await scene.Page.MakeKeyWithoutChecksAsync(" ");
        }),
    };
}
