using TokenAuth.Kernel.Applications;
using TokenAuth.Tests.OpenId;

namespace TokenAuth.Tests.Browser.OpenId;

/// <summary>The pages of OpenID Connect in the states that look different.</summary>
internal static class OpenIdPageStates
{
    private const string Device = "device";

    public static readonly IReadOnlyDictionary<string, PageState> All =
        new Dictionary<string, PageState>(StringComparer.Ordinal)
        {
            ["oidc-consent"] = new("connect/authorize", $"Allow {PageStates.LongName}?", "main li", async fixture =>
            {
                using var client = await OpenIdClient.RegisterAsync(fixture.World.Server, PageStates.LongName);
                await fixture.ArriveSignedInAsync("alice");
                await fixture.Page.GotoAsync(fixture.Address(
                    client.Link("openid profile email offline_access ipernity:doc.delete")));
            }),
            ["oidc-wrong-link"] = new(
                "connect/authorize", "This link does not work", "main p",
                fixture => fixture.Page.GotoAsync(fixture.Address("/connect/authorize?client_id=1"))),
            ["device"] = new(Device, "Connect a device", "#user_code", async fixture =>
            {
                await fixture.ArriveSignedInAsync("alice");
                await fixture.Page.GotoAsync(fixture.Address("/device"));
            }),
            ["device-wrong-code"] = new(Device, "Connect a device", ".error[role=alert]", async fixture =>
            {
                await fixture.ArriveSignedInAsync("alice");
                await fixture.Page.GotoAsync(fixture.Address("/device"));
                await fixture.Page.GetByLabel("Code").FillAsync("0000-0000-0000");
                await fixture.Page.Button("Continue").ClickAsync();
            }),
            ["device-consent"] = new(Device, "Allow Television?", "main form", ArriveAtDeviceAsync),
            ["device-allowed"] = new(Device, "Your device is connected", "main p", async fixture =>
            {
                await ArriveAtDeviceAsync(fixture);
                await fixture.Page.Button("Allow").ClickAsync();
            }),
            ["oidc-sign-out"] = new("connect/logout", "Sign out?", "main button", async fixture =>
            {
                using var client = await OpenIdClient.RegisterAsync(fixture.World.Server, PageStates.LongName);
                await fixture.ArriveSignedInAsync("alice");
                await fixture.Page.GotoAsync(fixture.Address($"/connect/logout?client_id={client.App.ApiKey}"));
            }),
        };

    private static async Task ArriveAtDeviceAsync(BrowserFixture fixture)
    {
        using var client = await OpenIdClient.RegisterAsync(
            fixture.World.Server, "Television", new OpenIdChange(IsPublic: true));
        var (_, started) = await client.PostAsync("/connect/device", ("scope", "openid offline_access"));
        await fixture.ArriveSignedInAsync("alice");
        await fixture.Page.GotoAsync(fixture.Address("/device"));
        await fixture.Page.GetByLabel("Code").FillAsync(started.GetProperty("user_code").GetString()!);
        await fixture.Page.Button("Continue").ClickAsync();
    }
}
