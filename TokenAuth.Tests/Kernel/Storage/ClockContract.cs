using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Limits;
using TokenAuth.Kernel.Operations;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Kernel.Storage;

/// <summary>
/// A clock that was fast for a while: its writes into the future must block no caller and use up no quota.
/// </summary>
public abstract class ClockContract<TEngine> : StoreContract<TEngine>
    where TEngine : StoreEngine, new()
{
    private static readonly TimeSpan Year = TimeSpan.FromDays(365);

    [Fact]
    public async Task A_block_from_the_future_blocks_no_caller()
    {
        Clock.Advance(Year);
        await FailSignInAsync(4, "Alice");
        Assert.NotNull(await SignInWaitAsync("Alice"));

        Clock.Advance(-Year);

        Assert.Null(await SignInWaitAsync("Alice"));
        Assert.Null(await SignInWaitAsync("Alice", node: Other));
        await FailSignInAsync(4, "Alice", node: Other);
        Assert.Equal(TimeSpan.FromSeconds(300), await SignInWaitAsync("Alice"));
    }

    [Fact]
    public async Task Failures_counted_in_the_future_expire()
    {
        Clock.Advance(Year);
        await FailSignInAsync(3, "Alice");
        Clock.Advance(-Year);

        await FailSignInAsync(1, "Alice");

        Assert.Null(await SignInWaitAsync("Alice"));
    }

    [Fact]
    public async Task A_window_in_the_future_uses_up_no_quota_on_any_node()
    {
        var frugal = (await Node.Get<ApplicationDirectory>().FindEnabledAsync(Fixture.Frugal.ApiKey, default))!;
        frugal.QuotaCalls = 2;
        Clock.Advance(Year);
        Assert.Equal(2, await TakeAllAsync(frugal, Node));
        Clock.Advance(-Year);

        Assert.Equal(2, await TakeAllAsync(frugal, Node) + await TakeAllAsync(frugal, Other));
        Assert.Equal(0, await TakeAllAsync(frugal, Engine.OpenNode()));
    }

    [Fact]
    public async Task A_stream_from_the_future_continues_at_the_present_time()
    {
        Clock.Advance(Year);
        Assert.Equal(ReplayResult.Fresh, await UseAsync("future"));
        Clock.Advance(-Year);

        Assert.Equal(ReplayResult.Fresh, await UseAsync("now"));
        Assert.Equal(ReplayResult.Used, await UseAsync("now"));
        Clock.Advance(TimeSpan.FromMinutes(-1));
        Assert.Equal(ReplayResult.OutOfOrder, await UseAsync("before"));
    }

    [Fact]
    public async Task Nothing_is_swept_right_after_a_clock_change()
    {
        // Where the store has a clock, the sweep requires it to agree, and a test's clock never does.
        var isAlone = await Node.Store.ClockAsync() is null;
        var sweep = Node.Get<ExpirySweep>();
        var session = await IssueAsync(TimeSpan.FromDays(1));
        Assert.Equal(isAlone ? 0 : null, await sweep.SweepWhenDueAsync(default));

        Clock.Set(Year);
        Assert.Null(await sweep.SweepWhenDueAsync(default));
        Clock.Set(-Year);
        Assert.Null(await sweep.SweepWhenDueAsync(default));

        Assert.NotNull(await CheckAsync(session));
        Clock.Advance(TimeSpan.FromDays(2));
        Assert.Equal(isAlone ? 1 : null, await sweep.SweepWhenDueAsync(default));
    }

    private async Task<ReplayResult> UseAsync(string thing)
    {
        var now = Clock.GetUtcNow();
        return await Node.Replays.UseInOrderAsync(
            "oauth", "stream", now, TimeSpan.FromSeconds(5), thing, now.AddMinutes(20), default);
    }

    private static async Task<int> TakeAllAsync(Application application, StoreNode node)
    {
        var taken = 0;
        while (await node.Quota.TakeAsync(application.Id, application.QuotaRule(), default) is not null)
            Assert.InRange(++taken, 1, 1000);
        return taken;
    }
}
