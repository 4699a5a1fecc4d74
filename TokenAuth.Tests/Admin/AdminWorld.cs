using Microsoft.Extensions.DependencyInjection;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Events;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Admin;

/// <summary>The world with an administrator, Carol, who has just signed in.</summary>
internal sealed class AdminWorld : IAsyncDisposable
{
    private AdminWorld(TestWorld world, Account carol, FormBrowser browser) =>
        (World, Carol, Browser) = (world, carol, browser);

    public TestWorld World { get; }

    public Account Carol { get; }

    /// <summary>Carol's browser, with the token of her forms.</summary>
    public FormBrowser Browser { get; }

    public static async Task<AdminWorld> StartAsync(params string[] settings)
    {
        // As a published server: in a build, unknown addresses are looked up among the static files.
        var world = await TestWorld.StartAsync(["--ReloadStaticAssetsAtRuntime=false", .. settings]);
        var carol = await AddAdministratorAsync(world, "Carol");
        return new AdminWorld(world, carol, await FormBrowser.SignedInAsync(world.Server, carol));
    }

    public static async Task<Account> AddAdministratorAsync(TestWorld world, string login)
    {
        await using var scope = world.Server.Services.CreateAsyncScope();
        var (account, _) = await scope.ServiceProvider.GetRequiredService<AccountAdministration>().AddAsync(
            new NewAccount(login, $"{login}@example.test", login, TestWorld.Password, IsAdmin: true), default);
        return account!;
    }

    public T Get<T>()
        where T : notnull => World.Server.Services.GetRequiredService<T>();

    /// <summary>Submits a form of an account's page, and returns what it said.</summary>
    public async Task<FormPage> PostAsync(
        Account account, string handler, params (string Name, string Value)[] fields)
    {
        // Sign-ins wait in memory to be written; what the form does is written at once.
        await Get<SecurityLog>().FlushAsync(default);
        return await Browser.PostAsync($"/admin/accounts/{account.Id}?handler={handler}", fields);
    }

    /// <summary>Submits a form of an account's page, and returns the notice after the redirect.</summary>
    public async Task<string?> ChangeAsync(
        Account account, string handler, params (string Name, string Value)[] fields)
    {
        Assert.True((await PostAsync(account, handler, fields)).IsRedirect);
        return (await Browser.GetAsync($"/admin/accounts/{account.Id}")).Text("[role=status]");
    }

    /// <summary>The account's latest event.</summary>
    public async Task<ListedEvent> LatestAsync(Account? account) =>
        (await Get<SecurityEvents>().ListAsync(account?.Id, since: null, before: null, 1, default)).Single();

    public async ValueTask DisposeAsync()
    {
        Browser.Dispose();
        await World.DisposeAsync();
    }
}
