using Microsoft.Extensions.DependencyInjection;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Applications;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Infrastructure;

/// <summary>
/// A test server with a client of a dialect: shared by a class whose tests are independent, or started by one test.
/// </summary>
public abstract class DialectWorld<TWorld> : IAsyncLifetime
    where TWorld : DialectWorld<TWorld>, new()
{
    private IDisposable[] _clients = [];

    internal TestWorld World { get; private set; } = null!;

    internal static async Task<TWorld> StartAsync(params string[] settings) =>
        await OpenAsync(new TWorld(), await TestWorld.StartAsync(settings));

    internal static async Task<TWorld> StartOnPostgreSqlAsync(params string[] settings) =>
        await OpenAsync(new TWorld(), await TestWorld.StartOnPostgreSqlAsync(settings));

    public async ValueTask InitializeAsync() => await OpenAsync((TWorld)this, await TestWorld.StartAsync());

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
            client.Dispose();
        await World.DisposeAsync();
    }

    /// <summary>Creates the clients, and what every test of the dialect needs.</summary>
    private protected abstract Task<IDisposable[]> OpenAsync();

    /// <summary>An action of the operator on applications.</summary>
    internal Task<T> OperateAsync<T>(Func<ApplicationAdministration, Task<T>> command) => InScopeAsync(command);

    /// <summary>An action of the operator or of the account page.</summary>
    internal Task<T> AdministerAsync<T>(Func<AccountAdministration, Task<T>> work) => InScopeAsync(work);

    internal Task SetStateAsync(Account person, AccountState state) => AdministerAsync(async accounts =>
    {
        await accounts.SetStateAsync(person, state, null, default);
        return true;
    });

    internal async Task<Account> AddPersonAsync(string login, string password = TestWorld.Password) =>
        (await AdministerAsync(accounts => accounts.AddAsync(
            new NewAccount(login, $"{login}@example.test", login, password), default))).Account!;

    internal Task<App> RegisterAsync(
        ApplicationKind kind, string? callback = null, string[]? networks = null, (long, TimeSpan)? quota = null) =>
        RegisterAsync(
            new NewApplication("One more", kind, callback, [], networks ?? [], quota, Nonproduction: false));

    internal async Task<App> RegisterAsync(NewApplication wanted)
    {
        var (application, secret) = await OperateAsync(operate => operate.AddAsync(wanted, default));
        return new App(application.Id, application.ApiKey, secret, application.Name);
    }

    /// <summary>Changes the store directly, for states that no request can create.</summary>
    internal Task ChangeStoreAsync(string sql) => World.ChangeStoreAsync(sql);

    private static async Task<TWorld> OpenAsync(TWorld own, TestWorld world)
    {
        own.World = world;
        own._clients = await own.OpenAsync();
        return own;
    }

    private async Task<T> InScopeAsync<TService, T>(Func<TService, Task<T>> work)
        where TService : notnull
    {
        await using var scope = World.Server.Services.CreateAsyncScope();
        return await work(scope.ServiceProvider.GetRequiredService<TService>());
    }
}
