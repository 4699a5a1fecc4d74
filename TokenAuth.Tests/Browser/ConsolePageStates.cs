using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Telemetry;
using TokenAuth.Tests.Developers;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Browser;

/// <summary>The pages of the developers' console, in every state that looks different.</summary>
internal static class ConsolePageStates
{
    private const string Overview = "console/{id:long}";

    public static readonly IReadOnlyDictionary<string, PageState> All =
        new Dictionary<string, PageState>(StringComparer.Ordinal)
        {
            ["console-empty"] = new("console", "Developers' console", ".empty", async fixture =>
            {
                fixture.LetRegister(ConsoleRegistration.Open);
                await fixture.OpenAsync("/console");
            }),
            ["console"] = new("console", "Developers' console", "#offers", async fixture =>
            {
                await fixture.OwnAsync(fixture.World.Gallery);
                await fixture.OwnAsync(await fixture.RegisterAsync(PageStates.LongName, fixture.Gallery.Callback));
                await fixture.World.ChangeStoreAsync(
                    $"UPDATE applications SET owner_id = {fixture.World.Bob.Id}, "
                    + $"offered_to = {fixture.World.Alice.Id}, "
                    + $"offered_at = {fixture.World.Clock.GetUtcNow().ToUnixTimeMilliseconds()} "
                    + $"WHERE id = {fixture.World.Uploader.Id}");
                await fixture.OpenAsync("/console");
            }),
            ["console-new"] = new("console/new", "Register an application", "#kind", async fixture =>
            {
                fixture.LetRegister(ConsoleRegistration.Approval);
                await fixture.OpenAsync("/console/new");
            }),
            ["console-new-errors"] = new("console/new", "Register an application", "#name-error", async fixture =>
            {
                fixture.LetRegister(ConsoleRegistration.Open);
                await fixture.OpenAsync("/console/new");
                await fixture.Page.GetByLabel("Name", new() { Exact = true }).FillAsync("Gallery\u202E");
                foreach (var label in new[] { "Home page", "Callback", "Networks", "Namespaces (Wetpaint)", "Another quota" })
                    await fixture.Page.GetByLabel(label).FillAsync("not valid: @");
                await fixture.Page.GetByLabel("Redirects (OpenID Connect)").FillAsync("no url");
                await fixture.Page.GetByLabel("It cannot keep a secret").CheckAsync();
                await fixture.Page.Button("Register").ClickAsync();
            }),
            ["console-registered"] = new(
                "console/new", $"{PageStates.LongName} is registered", "#secret", async fixture =>
            {
                fixture.LetRegister(ConsoleRegistration.Approval);
                await fixture.OpenAsync("/console/new");
                await fixture.Page.GetByLabel("Name", new() { Exact = true }).FillAsync(PageStates.LongName);
                await fixture.Page.Button("Register").ClickAsync();
            }),
            ["console-application"] = new(Overview, "Gallery", ".chart svg", async fixture =>
            {
                await fixture.OwnAsync(fixture.World.Gallery);
                await fixture.UseAsync(fixture.World.Gallery);
                await fixture.OpenAsync($"/console/{fixture.World.Gallery.Id}");
            }),
            ["console-refused"] = new(Overview, "Gallery", ".notice", async fixture =>
            {
                await fixture.OwnAsync(fixture.World.Gallery);
                await fixture.World.ChangeStoreAsync(
                    $"UPDATE applications SET enabled = FALSE, disabled_for = 3, refusal = '{PageStates.LongName}', "
                    + $"networks = '10.0.0.0/8 192.0.2.0/24' WHERE id = {fixture.World.Gallery.Id}");
                await fixture.OpenAsync($"/console/{fixture.World.Gallery.Id}");
            }),
            ["console-faults"] = new("console/{id:long}/faults", "Faults of Gallery", "table", async fixture =>
            {
                await fixture.OwnAsync(fixture.World.Gallery);
                await fixture.UseAsync(fixture.World.Gallery);
                await fixture.OpenAsync($"/console/{fixture.World.Gallery.Id}/faults");
            }),
            ["console-edit"] = new("console/{id:long}/edit", "Edit Gallery", "img.logo", async fixture =>
            {
                await fixture.OwnAsync(fixture.World.Gallery);
                await fixture.GiveLogoAsync(fixture.World.Gallery);
                await fixture.OpenAsync($"/console/{fixture.World.Gallery.Id}/edit");
            }),
            ["console-edit-approved"] = new("console/{id:long}/edit", "Edit Gallery", "[readonly]", async fixture =>
            {
                await fixture.OwnAsync(fixture.World.Gallery, ConsoleRegistration.Approval);
                await fixture.OpenAsync($"/console/{fixture.World.Gallery.Id}/edit");
            }),
            ["console-secret"] = new("console/{id:long}/secret", "Secret of Gallery", "select", async fixture =>
            {
                await fixture.OwnAsync(fixture.World.Gallery);
                await fixture.OpenAsync($"/console/{fixture.World.Gallery.Id}/secret");
            }),
            ["console-secret-made"] = new("console/{id:long}/secret", "Secret of Gallery", "#secret", async fixture =>
            {
                await fixture.OwnAsync(fixture.World.Gallery);
                await fixture.OpenAsync($"/console/{fixture.World.Gallery.Id}/secret");
                await fixture.Page.Button("Create a secret").ClickAsync();
            }),
            ["console-transfer"] = new("console/{id:long}/transfer", "Transfer Gallery", ".notice", async fixture =>
            {
                await fixture.OwnAsync(fixture.World.Gallery);
                await fixture.OpenAsync($"/console/{fixture.World.Gallery.Id}/transfer");
                await fixture.Page.GetByLabel("Login name of the other account").FillAsync("bob_2");
                await fixture.Page.Button("Offer").ClickAsync();
                await fixture.Page.GotoAsync(fixture.Address($"/console/{fixture.World.Gallery.Id}/transfer"));
            }),
            ["console-delete-error"] = new(
                "console/{id:long}/delete", "Delete Gallery", ".error[role=alert]", async fixture =>
            {
                await fixture.OwnAsync(fixture.World.Gallery);
                await fixture.OpenAsync($"/console/{fixture.World.Gallery.Id}/delete");
                await fixture.Page.GetByLabel("To confirm, enter its name").FillAsync("Galaxy");
                await fixture.Page.Button("Delete for good").ClickAsync();
            }),
        };

    extension(BrowserFixture fixture)
    {
        public void LetRegister(ConsoleRegistration registration) =>
            fixture.World.Server.Services.GetRequiredService<TokenAuthOptions>().Console.Registration = registration;

        /// <summary>Makes Alice the owner of an application.</summary>
        public async Task OwnAsync(App application, ConsoleRegistration registration = ConsoleRegistration.Open)
        {
            fixture.LetRegister(registration);
            await fixture.World.ChangeStoreAsync(
                $"UPDATE applications SET owner_id = {fixture.World.Alice.Id} WHERE id = {application.Id}");
        }

        /// <summary>Gives an application an approved logo and a home page.</summary>
        public async Task GiveLogoAsync(App application)
        {
            var services = fixture.World.Server.Services;
            await services.GetRequiredService<ApplicationLogos>().SetAsync(
                application.ApiKey, ConsoleWorld.Png, default, default);
            await services.GetRequiredService<ApplicationApproval>().ApproveAsync(
                application.ApiKey, stamp: null, default, default);
            await fixture.World.ChangeStoreAsync(
                $"UPDATE applications SET home_page = 'https://gallery.example.test/' WHERE id = {application.Id}");
        }

        /// <summary>Counts calls of an application, and lets some fail.</summary>
        public async Task UseAsync(App application)
        {
            var services = fixture.World.Server.Services;
            await fixture.Ipernity.TokenAsync(application, fixture.World.Alice);
            await fixture.Ipernity.AskAsync(application, "auth.getToken", ("frob", "1-0"));
            await fixture.Ipernity.AskAsync(application with { Secret = "wrong" }, "auth.getFrob");
            services.GetRequiredService<ApplicationFaults>().Note(
                application.Id, isProven: false,
                new ApplicationFault(
                    "wetpaint", "changeRole.do", "INVALID_DEVELOPER_KEY", FaultKind.TimestampStale, "cred.ts"));
            var counts = services.GetRequiredService<HourlyCounts>();
            for (var number = 100; number < 110; number++)
                counts.Add(application.Id, "mediapost", $"fault {number}");
        }
    }
}
