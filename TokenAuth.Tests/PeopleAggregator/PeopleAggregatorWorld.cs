using Microsoft.Extensions.DependencyInjection;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.PeopleAggregator;

/// <summary>
/// A test server with a client of the dialect: shared by a class whose tests are independent, or started by one test.
/// </summary>
public sealed class PeopleAggregatorWorld : IAsyncLifetime
{
    internal TestWorld World { get; private set; } = null!;

    internal PeopleAggregatorClient Client { get; private set; } = null!;

    internal static async Task<PeopleAggregatorWorld> StartAsync(params string[] settings)
    {
        var own = new PeopleAggregatorWorld();
        await own.StartWithAsync(settings);
        return own;
    }

    public async ValueTask InitializeAsync() => await StartWithAsync([]);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await World.DisposeAsync();
    }

    /// <summary>An action of the operator or of the account page.</summary>
    internal async Task<T> AdministerAsync<T>(Func<AccountAdministration, Task<T>> work)
    {
        await using var scope = World.Server.Services.CreateAsyncScope();
        return await work(scope.ServiceProvider.GetRequiredService<AccountAdministration>());
    }

    internal async Task<Account> AddPersonAsync(string login, string? password = null) =>
        (await AdministerAsync(accounts =>
            accounts.AddAsync(
                new NewAccount(login, $"{login}@example.test", login, password ?? TestWorld.Password),
                default))).Account!;

    internal Task SetStateAsync(Account person, AccountState state) => AdministerAsync(async accounts =>
    {
        await accounts.SetStateAsync(person, state, null, default);
        return true;
    });

    internal Task ChangeStoreAsync(string sql) => World.ChangeStoreAsync(sql);

    private async Task StartWithAsync(string[] settings)
    {
        World = await TestWorld.StartAsync(settings);
        Client = new PeopleAggregatorClient(World.Server.Http);
    }
}
