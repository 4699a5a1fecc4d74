using Microsoft.Extensions.DependencyInjection;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Applications;
using TokenAuth.OpenId;

namespace TokenAuth.Tests.World;

/// <summary>
/// The people and applications of <see cref="TestWorld"/>, which describes them. Many worlds share them, so nothing
/// here changes.
/// </summary>
internal sealed record TestApplications(
    Account Alice, Account Bob, Account Sybil, App Gallery, App Uploader, App Draft, App Frugal, App Fenced,
    App Retired, App Janitor)
{
    /// <summary>Registers all in a server's store.</summary>
    public static async Task<TestApplications> RegisterAsync(IServiceProvider services)
    {
        await using var scope = services.CreateAsyncScope();
        var accounts = scope.ServiceProvider.GetRequiredService<AccountAdministration>();
        var applications = scope.ServiceProvider.GetRequiredService<ApplicationAdministration>();

        async Task<Account> PersonAsync(string login, string name) =>
            (await accounts.AddAsync(new NewAccount(login, $"{login}@example.test", name, TestWorld.Password), default))
                .Account!;

        async Task<App> AppAsync(
            string name, ApplicationKind kind, string? callback = null, string[]? networks = null,
            (long, TimeSpan)? quota = null, bool nonproduction = false)
        {
            var (application, secret) = await applications.AddAsync(
                new NewApplication(name, kind, callback, [], networks ?? [], quota, nonproduction), default);
            return new App(application.Id, application.ApiKey, secret, name);
        }

        const string callback = TestWorld.GalleryCallback;
        var registered = new TestApplications(
            Alice: await PersonAsync("Alice", "Alice \"Ally\" <Müller> & Co"),
            Bob: await PersonAsync("bob_2", "Bob"),
            Sybil: await PersonAsync("sybil", "Sybil"),
            Gallery: await AppAsync("Gallery", ApplicationKind.Web, callback),
            Uploader: await AppAsync("Uploader", ApplicationKind.Desktop),
            Draft: await AppAsync("Draft", ApplicationKind.Web, callback, nonproduction: true),
            Frugal: await AppAsync("Frugal", ApplicationKind.Web, callback, quota: (3, TimeSpan.FromMinutes(1))),
            Fenced: await AppAsync("Fenced", ApplicationKind.Web, callback, networks: ["192.0.2.0/24"]),
            Retired: await AppAsync("Retired", ApplicationKind.Web, callback),
            Janitor: await AppAsync("Janitor", ApplicationKind.Service));
        await accounts.SetStateAsync(registered.Sybil, AccountState.Suspended, null, default);
        await applications.SetEnabledAsync(registered.Retired.ApiKey, enabled: false, default);
        await services.GetRequiredService<SigningKeys>().RefreshAsync(default); // takes a while, so once for all
        return registered;
    }
}

/// <summary>An application as its developers know it.</summary>
internal sealed record App(long Id, string ApiKey, string Secret, string Name);
