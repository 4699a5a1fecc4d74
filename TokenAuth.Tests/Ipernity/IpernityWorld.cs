using System.Net;
using Microsoft.Extensions.DependencyInjection;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Sessions;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Ipernity;

/// <summary>
/// A test server with a client of the dialect: shared by a class whose tests are independent, or started by one test.
/// </summary>
public sealed class IpernityWorld : IAsyncLifetime
{
    internal TestWorld World { get; private set; } = null!;

    internal IpernityClient Client { get; private set; } = null!;

    internal OAuthClient OAuth { get; private set; } = null!;

    internal static async Task<IpernityWorld> StartAsync(params string[] settings)
    {
        var own = new IpernityWorld();
        await own.StartWithAsync(settings);
        return own;
    }

    internal static async Task<IpernityWorld> StartOnPostgreSqlAsync()
    {
        var own = new IpernityWorld();
        own.ActIn(await TestWorld.StartOnPostgreSqlAsync());
        return own;
    }

    public async ValueTask InitializeAsync() => await StartWithAsync([]);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        OAuth.Dispose();
        await World.DisposeAsync();
    }

    /// <summary>An action of the operator.</summary>
    internal async Task<T> OperateAsync<T>(Func<ApplicationAdministration, Task<T>> command)
    {
        await using var scope = World.Server.Services.CreateAsyncScope();
        return await command(scope.ServiceProvider.GetRequiredService<ApplicationAdministration>());
    }

    internal async Task SetStateAsync(Account person, AccountState state)
    {
        await using var scope = World.Server.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<AccountAdministration>().SetStateAsync(
            person, state, null, default);
    }

    internal async Task<Account> AddPersonAsync(string login)
    {
        await using var scope = World.Server.Services.CreateAsyncScope();
        return (await scope.ServiceProvider.GetRequiredService<AccountAdministration>()
            .AddAsync(new NewAccount(login, $"{login}@example.test", login, TestWorld.Password), default)).Account!;
    }

    internal async Task<App> RegisterAsync(
        ApplicationKind kind, string? callback = null, string[]? networks = null, (long, TimeSpan)? quota = null)
    {
        var (application, secret) = await OperateAsync(operate => operate.AddAsync(
            new NewApplication("One more", kind, callback, [], networks ?? [], quota, Nonproduction: false), default));
        return new App(application.Id, application.ApiKey, secret, application.Name);
    }

    /// <summary>A token of a person who was suspended after receiving it.</summary>
    internal async Task<string> SuspendedTokenAsync(App application)
    {
        await SetStateAsync(World.Sybil, AccountState.Active);
        var token = await Client.TokenAsync(application, World.Sybil);
        await SetStateAsync(World.Sybil, AccountState.Suspended);
        return token;
    }

    /// <summary>Changes the store directly, for states that no request can create.</summary>
    internal Task ChangeStoreAsync(string sql) => World.ChangeStoreAsync(sql);

    private async Task StartWithAsync(string[] settings) => ActIn(await TestWorld.StartAsync(settings));

    private void ActIn(TestWorld world)
    {
        World = world;
        Client = new IpernityClient(World);
        OAuth = new OAuthClient(World.Server);
    }
}

/// <summary>The effect of consent on the authorize pages, without the pages.</summary>
internal static class Confirmations
{
    public static async Task ConfirmAsync(
        this TestWorld world, string text, App application, Account person, string permissions,
        string dialect = "ipernity")
    {
        var handshakes = world.Server.Services.GetRequiredService<HandshakeStore>();
        var open = await handshakes.FindOpenAsync(dialect, application.Id, text, default);
        Assert.True(
            await handshakes.ConfirmAsync(open!, person.Id, IPAddress.Loopback, lifetime: null, default, permissions));
    }
}
