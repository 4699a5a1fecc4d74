using TokenAuth.Kernel.Limits;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Kernel.Storage;

namespace TokenAuth.Tests.Kernel.Limits;

public abstract class ReplayContract<TEngine> : StoreContract<TEngine>
    where TEngine : StoreEngine, new()
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task A_value_can_be_used_once_on_all_nodes_even_after_a_restart()
    {
        Assert.True(await TryUseAsync(Node, "nonce"));

        Assert.False(await TryUseAsync(Node, "nonce"));
        Assert.False(await TryUseAsync(Other, "nonce"));
        Assert.False(await TryUseAsync(Engine.OpenNode(), "nonce"));
        Assert.True(await TryUseAsync(Other, "Nonce"));
    }

    [Fact]
    public async Task The_same_value_is_separate_for_each_purpose()
    {
        Assert.True(await Node.Replays.TryUseAsync("nonce", "a", Clock.GetUtcNow().AddMinutes(1), default));
        Assert.True(await Node.Replays.TryUseAsync("challenge", "a", Clock.GetUtcNow().AddMinutes(1), default));
    }

    [Fact]
    public async Task Of_many_simultaneous_uses_one_is_the_first()
    {
        var used = await Task.WhenAll(
            Enumerable.Range(0, 50).Select(i => Task.Run(() => TryUseAsync(i % 2 == 0 ? Node : Other, "nonce"))));

        Assert.Single(used, true);
    }

    [Fact]
    public async Task In_a_stream_a_value_is_used_once_and_only_if_its_time_is_within_the_tolerance()
    {
        Assert.Equal(ReplayResult.Fresh, await UseAsync(Node, 100, "a"));

        Assert.Equal(ReplayResult.Used, await UseAsync(Other, 100, "a"));
        Assert.Equal(ReplayResult.Used, await UseAsync(Node, 101, "a"));
        Assert.Equal(ReplayResult.Fresh, await UseAsync(Other, 90, "b"));
        Assert.Equal(ReplayResult.OutOfOrder, await UseAsync(Node, 89, "c"));
        Assert.Equal(ReplayResult.OutOfOrder, await UseAsync(Node, 89, "a"));
        Assert.Equal(ReplayResult.Fresh, await UseAsync(Node, 110, "c"));
        Assert.Equal(ReplayResult.OutOfOrder, await UseAsync(Other, 99, "d"));
        Assert.Equal(ReplayResult.Fresh, await UseAsync(Other, 99, "d", stream: "another"));
        Assert.False(await TryUseAsync(Node, "a"));
    }

    [Fact]
    public async Task A_check_of_a_stream_gives_the_result_of_the_use_and_uses_nothing()
    {
        Assert.Equal(ReplayResult.Fresh, await CheckAsync(100, "a"));
        Assert.Equal(ReplayResult.Fresh, await UseAsync(Node, 100, "a"));

        Assert.Equal(ReplayResult.Used, await CheckAsync(100, "a"));
        Assert.Equal(ReplayResult.Fresh, await CheckAsync(90, "b"));
        Assert.Equal(ReplayResult.OutOfOrder, await CheckAsync(89, "a"));
        Assert.Equal(ReplayResult.Fresh, await CheckAsync(500, "c"));
        Assert.Equal(ReplayResult.Fresh, await UseAsync(Node, 100, "b"));
    }

    [Fact]
    public async Task A_time_of_a_stream_that_is_later_than_the_values_expiry_does_not_count()
    {
        Assert.Equal(ReplayResult.Fresh, await UseAsync(Node, 161, "wrong clock"));

        Assert.Equal(ReplayResult.Fresh, await CheckAsync(100, "a"));
        Assert.Equal(ReplayResult.Fresh, await UseAsync(Node, 100, "a"));
        Assert.Equal(ReplayResult.OutOfOrder, await UseAsync(Node, 89, "b"));
        Assert.Equal(ReplayResult.Fresh, await UseAsync(Node, 160, "at its expiry"));
        Assert.Equal(ReplayResult.OutOfOrder, await UseAsync(Node, 149, "c"));
    }

    private Task<ReplayResult> UseAsync(StoreNode node, int second, string value, string stream = "one") =>
        node.Replays.UseInOrderAsync("nonce", stream, At(second), Tolerance, value, At(160), default);

    private ValueTask<ReplayResult> CheckAsync(int second, string value) =>
        Other.Replays.CheckInOrderAsync("nonce", "one", At(second), Tolerance, value, At(160), default);

    private DateTimeOffset At(int second) => Clock.GetUtcNow().AddSeconds(second);

    private async Task<bool> TryUseAsync(StoreNode node, string thing) =>
        await node.Replays.TryUseAsync("nonce", thing, Clock.GetUtcNow().AddMinutes(1), default);
}
