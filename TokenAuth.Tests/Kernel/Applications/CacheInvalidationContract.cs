using TokenAuth.Kernel.Applications;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Kernel.Storage;

namespace TokenAuth.Tests.Kernel.Applications;

/// <summary>What is kept in memory answers as the store would: on the node that changes an application at once, on others within a second.</summary>
public abstract class CacheInvalidationContract<TEngine> : StoreContract<TEngine>
    where TEngine : StoreEngine, new()
{
    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task An_application_that_is_switched_off_is_off_here_at_once_and_elsewhere_within_a_second()
    {
        Assert.NotNull(await FindAsync(Node));
        Assert.NotNull(await FindAsync(Other));

        await SwitchAsync(on: false);

        Assert.Null(await FindAsync(Node));
        Clock.Advance(Promised);
        Assert.Null(await FindAsync(Other));
    }

    [Fact]
    public async Task One_that_is_switched_on_is_on_everywhere_at_once_because_what_is_off_is_not_kept()
    {
        await SwitchAsync(on: false);
        Assert.Null(await FindAsync(Node));
        Assert.Null(await FindAsync(Other));

        await SwitchAsync(on: true);

        Assert.NotNull(await FindAsync(Node));
        Assert.NotNull(await FindAsync(Other));
    }

    [Fact]
    public async Task A_new_secret_signs_here_at_once_and_elsewhere_within_a_second()
    {
        await FindAsync(Node);
        await FindAsync(Other);

        var secret = (await Node.WithAsync<ApplicationAdministration, (string Secret, DateTimeOffset)?>(
            applications => applications.RotateAsync(Fixture.Gallery.ApiKey, default)))!.Value.Secret;

        Assert.Equal([secret, Fixture.Gallery.Secret], await SecretsAsync(Node));
        Clock.Advance(Promised);
        Assert.Equal([secret, Fixture.Gallery.Secret], await SecretsAsync(Other));
    }

    [Fact]
    public async Task A_secret_whose_time_is_over_signs_no_more_even_where_it_is_kept()
    {
        await Node.WithAsync<ApplicationAdministration, (string Secret, DateTimeOffset)?>(applications => applications.RotateAsync(Fixture.Gallery.ApiKey, default));
        Clock.Advance(ApplicationAdministration.RotationOverlap - TimeSpan.FromMilliseconds(1));
        Assert.Equal(2, (await SecretsAsync(Node)).Count);

        Clock.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Single(await SecretsAsync(Node));
    }

    [Fact]
    public async Task Whoever_looks_while_it_is_switched_off_leaves_nothing_old_behind()
    {
        using var over = new CancellationTokenSource();
        var onlookers = Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
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
            await Task.WhenAll(onlookers);
        }
    }

    private Task<bool> SwitchAsync(bool on) =>
        Node.WithAsync<ApplicationAdministration, bool>(applications => applications.SetEnabledAsync(Fixture.Gallery.ApiKey, on, default));

    private ValueTask<Application?> FindAsync(StoreNode node) => node.Get<ApplicationDirectory>().FindEnabledAsync(Fixture.Gallery.ApiKey, default);

    private async Task<IReadOnlyList<string>> SecretsAsync(StoreNode node) => node.Get<ApplicationDirectory>().SecretsOf((await FindAsync(node))!);
}
