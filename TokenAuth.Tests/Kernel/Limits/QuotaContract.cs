using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Limits;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Kernel.Storage;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Kernel.Limits;

public abstract class QuotaContract<TEngine> : StoreContract<TEngine>
    where TEngine : StoreEngine, new()
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(49)]
    [InlineData(100)]
    [InlineData(1000)]
    public async Task Two_nodes_together_never_exceed_the_limit_and_nearly_reach_it(int limit)
    {
        var frugal = await FrugalAsync(limit);

        var taken = await Task.WhenAll(Enumerable.Range(0, (2 * limit) + 200).Select(i => Task.Run(async () =>
            await (i % 2 == 0 ? Node : Other).Quota.TakeAsync(frugal.Id, frugal.QuotaRule(), default))));

        Assert.InRange(taken.Count(window => window is not null), Math.Ceiling(limit * 0.9), limit);
        Assert.Null(await Node.Quota.TakeAsync(frugal.Id, frugal.QuotaRule(), default));
        Assert.Null(await Other.Quota.TakeAsync(frugal.Id, frugal.QuotaRule(), default));
    }

    [Fact]
    public async Task One_node_alone_can_take_the_whole_quota()
    {
        var frugal = await FrugalAsync(1000);

        Assert.Equal(1000, await TakeAllAsync(frugal, Node));
    }

    [Fact]
    public async Task A_restarted_node_does_not_restart_the_count()
    {
        var frugal = await FrugalAsync(3);
        Assert.Equal(3, await TakeAllAsync(frugal, Node));

        Assert.Equal(0, await TakeAllAsync(frugal, Engine.OpenNode()));
    }

    [Fact]
    public async Task A_new_window_renews_the_quota_on_every_node()
    {
        var frugal = await FrugalAsync(3);
        Assert.Equal(3, await TakeAllAsync(frugal, Node) + await TakeAllAsync(frugal, Other));
        Clock.Advance(TimeSpan.FromMinutes(1) - TimeSpan.FromMilliseconds(1));
        Assert.Equal(0, await TakeAllAsync(frugal, Node));

        Clock.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(3, await TakeAllAsync(frugal, Other) + await TakeAllAsync(frugal, Node));
    }

    [Fact]
    public async Task The_rest_of_a_window_is_not_carried_over()
    {
        var frugal = await FrugalAsync(1000);
        await Node.Quota.TakeAsync(frugal.Id, frugal.QuotaRule(), default);
        Clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(1000, await TakeAllAsync(frugal, Node));
    }

    [Fact]
    public async Task A_refunded_call_can_be_taken_again_even_after_the_last()
    {
        var frugal = await FrugalAsync(3);
        var window = await Node.Quota.TakeAsync(frugal.Id, frugal.QuotaRule(), default);
        Assert.Equal(2, await TakeAllAsync(frugal, Node));

        Node.Quota.Refund(frugal.Id, window!.Value);

        Assert.Equal(1, await TakeAllAsync(frugal, Node));
    }

    [Fact]
    public async Task A_call_of_an_ended_window_is_not_refunded_to_the_next()
    {
        var frugal = await FrugalAsync(3);
        var window = await Node.Quota.TakeAsync(frugal.Id, frugal.QuotaRule(), default);
        Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(3, await TakeAllAsync(frugal, Node));

        Node.Quota.Refund(frugal.Id, window!.Value);

        Assert.Equal(0, await TakeAllAsync(frugal, Node));
    }

    [Fact]
    public async Task Setting_the_clock_back_grants_no_calls()
    {
        var frugal = await FrugalAsync(3);
        Assert.Equal(3, await TakeAllAsync(frugal, Node));

        Clock.Advance(TimeSpan.FromMinutes(-1));
        Assert.Equal(0, await TakeAllAsync(frugal, Node) + await TakeAllAsync(frugal, Other));
        Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(0, await TakeAllAsync(frugal, Node) + await TakeAllAsync(frugal, Other));

        Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(3, await TakeAllAsync(frugal, Node) + await TakeAllAsync(frugal, Other));
    }

    [Fact]
    public async Task A_node_with_a_slow_clock_counts_in_the_newer_window()
    {
        var frugal = await FrugalAsync(3);
        var late = Engine.OpenNode(new TestClock());
        Clock.Advance(TimeSpan.FromMinutes(1));
        await Node.Quota.TakeAsync(frugal.Id, frugal.QuotaRule(), default);

        Assert.Equal(2, await TakeAllAsync(frugal, late));
        Assert.Equal(0, await TakeAllAsync(frugal, Node));
    }

    [Fact]
    public async Task Applications_have_separate_quotas_and_calls_without_a_limit_are_not_counted()
    {
        var frugal = await FrugalAsync(1);
        Assert.Equal(1, await TakeAllAsync(frugal, Node));

        var gallery = await FindAsync(Fixture.Gallery);
        for (var i = 0; i < 100; i++)
            Assert.NotNull(await Node.Quota.TakeAsync(gallery.Id, gallery.QuotaRule(), default));

        Node.Quota.Refund(gallery.Id, QuotaWindow.Unlimited);
        Assert.Equal(1, await Node.CountAsync("quotas"));
    }

    private async Task<int> TakeAllAsync(Application application, StoreNode node)
    {
        var taken = 0;
        while (await node.Quota.TakeAsync(application.Id, application.QuotaRule(), default) is not null)
            Assert.InRange(++taken, 1, 10_000);
        return taken;
    }

    private async Task<Application> FrugalAsync(int calls)
    {
        var frugal = await FindAsync(Fixture.Frugal);
        frugal.QuotaCalls = calls;
        return frugal;
    }

    private async Task<Application> FindAsync(App app) =>
        (await Node.Get<ApplicationDirectory>().FindEnabledAsync(app.ApiKey, default))!;
}
