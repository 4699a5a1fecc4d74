using TokenAuth.Kernel.Applications;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Kernel.Storage;

namespace TokenAuth.Tests.Kernel.Applications;

/// <summary>
/// Cached applications answer as the store would: immediately on the node that made a change, within a second on other
/// nodes.
/// </summary>
public abstract class CacheInvalidationContract<TEngine> : StoreContract<TEngine>
    where TEngine : StoreEngine, new()
{
    private static readonly TimeSpan MaxStaleness = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task A_disabled_application_is_disabled_immediately_here_and_within_a_second_elsewhere()
    {
        Assert.NotNull(await FindAsync(Node));
        Assert.NotNull(await FindAsync(Other));

        await SwitchAsync(on: false);

        Assert.Null(await FindAsync(Node));
        Clock.Advance(MaxStaleness);
        Assert.Null(await FindAsync(Other));
    }

    [Fact]
    public async Task An_application_is_enabled_immediately_everywhere_because_disabled_ones_are_not_cached()
    {
        await SwitchAsync(on: false);
        Assert.Null(await FindAsync(Node));
        Assert.Null(await FindAsync(Other));

        await SwitchAsync(on: true);

        Assert.NotNull(await FindAsync(Node));
        Assert.NotNull(await FindAsync(Other));
    }

    [Fact]
    public async Task A_new_secret_is_valid_immediately_here_and_within_a_second_elsewhere()
    {
        await FindAsync(Node);
        await FindAsync(Other);

        var secret = (await Node.WithAsync<ApplicationAdministration, (string Secret, DateTimeOffset)?>(
            applications => applications.RotateAsync(Fixture.Gallery.ApiKey, default)))!.Value.Secret;

        Assert.Equal([secret, Fixture.Gallery.Secret], await SecretsAsync(Node));
        Clock.Advance(MaxStaleness);
        Assert.Equal([secret, Fixture.Gallery.Secret], await SecretsAsync(Other));
    }

    [Fact]
    public async Task An_expired_secret_is_invalid_even_if_it_is_cached()
    {
        await Node.WithAsync<ApplicationAdministration, (string Secret, DateTimeOffset)?>(
            applications => applications.RotateAsync(Fixture.Gallery.ApiKey, default));
        Clock.Advance(ApplicationAdministration.RotationOverlap - TimeSpan.FromMilliseconds(1));
        Assert.Equal(2, (await SecretsAsync(Node)).Count);

        Clock.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Single(await SecretsAsync(Node));
    }

    [Fact]
    public async Task A_read_during_a_change_caches_nothing_outdated()
    {
        using var over = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
        {
            while (!over.IsCancellationRequested)
                await FindAsync(Node);
        })).ToList();

        try
        {
            for (var i = 0; i < 40; i++)
            {
                await SwitchAsync(on: false);
                Assert.Null(await FindAsync(Node));
                await SwitchAsync(on: true);
                Assert.NotNull(await FindAsync(Node));
            }
        }
        finally
        {
            await over.CancelAsync();
            await Task.WhenAll(readers);
        }
    }

    private Task<bool> SwitchAsync(bool on) =>
        Node.WithAsync<ApplicationAdministration, bool>(
            applications => applications.SetEnabledAsync(Fixture.Gallery.ApiKey, on, default));

    private ValueTask<Application?> FindAsync(StoreNode node) =>
        node.Get<ApplicationDirectory>().FindEnabledAsync(Fixture.Gallery.ApiKey, default);

    private async Task<IReadOnlyList<string>> SecretsAsync(StoreNode node) =>
        node.Get<ApplicationDirectory>().SecretsOf((await FindAsync(node))!);
}
