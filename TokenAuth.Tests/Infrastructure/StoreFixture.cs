using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Events;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Infrastructure;

/// <summary>The contents of a fresh store: two people and three applications.</summary>
/// <param name="Frugal">Limited to a thousand calls a minute.</param>
internal sealed record StoreFixture(Account Alice, Account Bob, App Gallery, App Uploader, App Frugal)
{
    public const string Password = "correct horse battery staple";

    public static async Task<StoreFixture> MakeAsync(StoreNode node)
    {
        Task<Account> PersonAsync(string login) => node.WithAsync<AccountAdministration, Account>(async accounts =>
            (await accounts.AddAsync(
                new NewAccount(login, $"{login}@example.test", DisplayName: null, Password), default)).Account!);

        Task<App> AppAsync(string name, ApplicationKind kind, (long, TimeSpan)? quota = null) =>
            node.WithAsync<ApplicationAdministration, App>(async applications =>
            {
                var (application, secret) = await applications.AddAsync(
                    new NewApplication(name, kind, Callback: null, [], [], quota, Nonproduction: false), default);
                return new App(application.Id, application.ApiKey, secret, name);
            });

        var fixture = new StoreFixture(
            await PersonAsync("Alice"), await PersonAsync("bob_2"),
            await AppAsync("Gallery", ApplicationKind.Web), await AppAsync("Uploader", ApplicationKind.Desktop),
            await AppAsync("Frugal", ApplicationKind.Web, (1000, TimeSpan.FromMinutes(1))));
        await node.Get<SecurityLog>().FlushAsync(default);
        return fixture;
    }
}
