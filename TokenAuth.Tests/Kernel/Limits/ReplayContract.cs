using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Kernel.Storage;

namespace TokenAuth.Tests.Kernel.Limits;

public abstract class ReplayContract<TEngine> : StoreContract<TEngine>
    where TEngine : StoreEngine, new()
{
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

    private async Task<bool> TryUseAsync(StoreNode node, string thing) =>
        await node.Replays.TryUseAsync("nonce", thing, Clock.GetUtcNow().AddMinutes(1), default);
}
