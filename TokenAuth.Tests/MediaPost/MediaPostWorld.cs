using Microsoft.Extensions.DependencyInjection;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Applications;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.MediaPost;

/// <summary>
/// A test server with a client of the dialect: shared by a class whose tests are independent, or started by one test.
/// </summary>
public sealed class MediaPostWorld : IAsyncLifetime
{
    internal TestWorld World { get; private set; } = null!;

    internal MediaPostClient Client { get; private set; } = null!;

    internal static async Task<MediaPostWorld> StartAsync(params string[] settings)
    {
        var world = await TestWorld.StartAsync(settings);
        return new MediaPostWorld { World = world, Client = new MediaPostClient(world) };
    }

    public async ValueTask InitializeAsync()
    {
        World = await TestWorld.StartAsync();
        Client = new MediaPostClient(World);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
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

    internal async Task<App> RegisterAsync(
        ApplicationKind kind, string[]? networks = null, (long, TimeSpan)? quota = null)
    {
        var (application, secret) = await OperateAsync(operate => operate.AddAsync(
            new NewApplication(
                "One more", kind, Callback: null, [], networks ?? [], quota, Nonproduction: false), default));
        return new App(application.Id, application.ApiKey, secret, application.Name);
    }

    /// <summary>Changes the store directly, for states that no request can create.</summary>
    internal Task ChangeStoreAsync(string sql) => World.ChangeStoreAsync(sql);
}
