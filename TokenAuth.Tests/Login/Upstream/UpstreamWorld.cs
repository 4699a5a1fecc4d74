using System.Net;
using Microsoft.Extensions.DependencyInjection;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Accounts.Identities;
using TokenAuth.Kernel.Events;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Login.Upstream;

/// <summary>A server with people, and the provider through which they may sign in.</summary>
internal sealed class UpstreamWorld : IAsyncDisposable
{
    private UpstreamWorld(TestWorld world, TestProvider provider) =>
        (World, Provider, Browser) = (world, provider, new FormBrowser(world.Server.Http));

    public TestWorld World { get; }

    public TestProvider Provider { get; }

    public FormBrowser Browser { get; }

    public static async Task<UpstreamWorld> StartAsync(params string[] settings)
    {
        TestWorld? world = null;
        var provider = await TestProvider.StartAsync(() => world?.Clock.GetUtcNow() ?? TestClock.Start);
        world = await TestWorld.StartAsync([.. provider.Settings, .. settings]);
        return new UpstreamWorld(world, provider);
    }

    public T Get<T>()
        where T : notnull => World.Server.Services.GetRequiredService<T>();

    /// <summary>Links the provider's person to an account.</summary>
    public async Task LinkAsync(Account account) => Assert.Equal(
        IdentityLink.Done,
        await Get<AccountIdentities>().LinkAsync(
            account.Id, new NewIdentity(Provider.Issuer, Provider.Subject, "jane"), IPAddress.Loopback, default));

    /// <summary>The kinds and details of an account's events, the newest first.</summary>
    public async Task<IReadOnlyList<(string Kind, string? Detail)>> EventsAsync(long? account)
    {
        await Get<SecurityLog>().FlushAsync(default);
        return [
            .. (await Get<SecurityEvents>().ListAsync(account, since: null, before: null, limit: 100, default))
                .Select(entry => (entry.Kind, entry.Detail))];
    }

    public async ValueTask DisposeAsync()
    {
        Browser.Dispose();
        await World.DisposeAsync();
        await Provider.DisposeAsync();
    }
}
