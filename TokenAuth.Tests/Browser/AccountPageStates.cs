using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using TokenAuth.Kernel.Limits;
using TokenAuth.Kernel.Pages;
using TokenAuth.Tests.Browser.Ipernity;

namespace TokenAuth.Tests.Browser;

/// <summary>The account pages for profile, applications, data and closing, in every state that looks different.</summary>
internal static class AccountPageStates
{
    public static readonly IReadOnlyDictionary<string, PageState> All =
        new Dictionary<string, PageState>(StringComparer.Ordinal)
        {
            ["profile"] = new("account", "Your account", "#name", fixture => fixture.OpenAsync("/account")),
            ["profile-saved"] = new("account", "Your account", ".notice[role=status]", async fixture =>
            {
                await fixture.OpenAsync("/account");
                await fixture.Page.GetByLabel("Time zone").FillAsync("Berlin");
                await fixture.Page.Button("Save").ClickAsync();
            }),
            ["profile-errors"] = new("account", "Your account", ".error[role=alert]", async fixture =>
            {
                await fixture.OpenAsync("/account");
                await fixture.Page.EvaluateAsync(
                    "document.getElementById('name').value = 'a\\u202Eb'; "
                    + "document.getElementById('language').options[1].value = 'tlh'");
                await fixture.Page.GetByLabel("Language").SelectOptionAsync("tlh");
                await fixture.Page.GetByLabel("Time zone").FillAsync("Europe/Berlim");
                await fixture.Page.Button("Save").ClickAsync();
            }),
            ["applications-empty"] = new(
                "account/applications", "Applications", ".empty", fixture => fixture.OpenAsync(
                    "/account/applications")),
            ["applications"] = new("account/applications", "Applications", ".asked ul", async fixture =>
            {
                var (world, long_) = (fixture.World, await fixture.RegisterAsync(
                    PageStates.LongName, fixture.Gallery.Callback));
                await fixture.OpenSessionAsync(long_, world.Alice);
                await fixture.AllowQuietlyAsync(world.Uploader, world.Alice);
                await fixture.Ipernity.TokenAsync(world.Gallery, world.Alice, "doc=delete,blog=write,network=read");
                await fixture.OpenAsync("/account/applications");
            }),
            ["applications-logo"] = new("account/applications", "Applications", "img.logo", async fixture =>
            {
                await fixture.GiveLogoAsync(fixture.World.Gallery);
                await fixture.OpenSessionAsync(fixture.World.Gallery, fixture.World.Alice);
                await fixture.OpenAsync("/account/applications");
            }),
            ["application-removal"] = new(
                "account/applications/{id:long}", $"Remove {PageStates.LongName}?", "button.danger", async fixture =>
            {
                var application = await fixture.RegisterAsync(PageStates.LongName, fixture.Gallery.Callback);
                await fixture.OpenSessionAsync(application, fixture.World.Alice);
                await fixture.OpenSessionAsync(application, fixture.World.Alice);
                await fixture.OpenAsync("/account/applications");
                await fixture.Page.GetByRole(
                    AriaRole.Link, new() { Name = $"Remove {PageStates.LongName}" }).ClickAsync();
            }),
            ["data"] = new("account/data", "Download your data", "main form", fixture => fixture.OpenAsync(
                "/account/data")),
            ["data-proved"] = new("account/data", "Download your data", ".notice[role=status]", async fixture =>
            {
                await fixture.OpenAsync("/account/data");
                fixture.World.Clock.Advance(FreshProof.GoodFor);
                await fixture.Page.Button("Download").ClickAsync();
                await fixture.Page.SeesAsync("Confirm that it is you");
                await fixture.Page.Password.FillAsync(World.TestWorld.Password);
                await fixture.Page.Keyboard.PressAsync("Enter");
            }),
            ["data-limited"] = new("account/data", "Download your data", ".error[role=alert]", async fixture =>
            {
                fixture.ComplaintsAreMeant = true; // the answer's status
                await fixture.OpenAsync("/account/data");
                var limit = fixture.World.Server.Services.GetRequiredService<DownloadLimit>();
                for (var i = 0; i < DownloadLimit.PerHour; i++)
                    await limit.TakeAsync(fixture.World.Alice.Id, default);
                await fixture.Page.Button("Download").ClickAsync();
            }),
            ["close"] = new("account/close", "Close your account", "button.danger", fixture => fixture.OpenAsync(
                "/account/close")),
            ["close-last-administrator"] = new(
                "account/close", "Close your account", ".error[role=alert]", async fixture =>
            {
                await fixture.World.ChangeStoreAsync(
                    $"UPDATE accounts SET is_admin = TRUE WHERE id = {fixture.World.Alice.Id}");
                await fixture.OpenAsync("/account/close");
                await fixture.Page.Button("Close my account").ClickAsync();
            }),
            ["closed"] = new("signin", "Sign in", ".notice[role=status]", fixture => fixture.CloseAccountAsync()),
            ["keep"] = new("account/keep", "Keep your account?", "main form", async fixture =>
            {
                await fixture.CloseAccountAsync();
                await fixture.Page.SignInAsync("alice");
            }),
        };

    extension(BrowserFixture fixture)
    {
        /// <summary>Opens a page of Alice's.</summary>
        public async Task OpenAsync(string path)
        {
            await fixture.ArriveSignedInAsync("alice");
            await fixture.Page.GotoAsync(fixture.Address(path));
        }

        public async Task CloseAccountAsync()
        {
            await fixture.OpenAsync("/account/close");
            await fixture.Page.Button("Close my account").ClickAsync();
            await fixture.Page.SeesAsync("Sign in");
        }
    }
}
