using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Kernel.Storage;

namespace TokenAuth.Tests.Kernel.Limits;

public abstract class ReplayContract<TEngine> : StoreContract<TEngine>
    where TEngine : StoreEngine, new()
{
    [Fact]
    public async Task A_thing_can_be_used_once_on_all_nodes_also_after_they_are_opened_anew()
    {
        Assert.True(await TryUseAsync(Node, "nonce"));

        Assert.False(await TryUseAsync(Node, "nonce"));
        Assert.False(await TryUseAsync(Other, "nonce"));
        Assert.False(await TryUseAsync(Engine.OpenNode(), "nonce"));
        Assert.True(await TryUseAsync(Other, "Nonce"));
    }

    [Fact]
    public async Task Things_of_different_purposes_are_different()
    {
        Assert.True(await Node.Replays.TryUseAsync("nonce", "a", Clock.GetUtcNow().AddMinutes(1), default));
        Assert.True(await Node.Replays.TryUseAsync("challenge", "a", Clock.GetUtcNow().AddMinutes(1), default));
    }

    [Fact]
    public async Task Of_many_uses_at_once_one_is_the_first()
    {
        var used = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(() => TryUseAsync(i % 2 == 0 ? Node : Other, "nonce"))));

        Assert.Single(used, true);
    }

    private async Task<bool> TryUseAsync(StoreNode node, string thing) =>
        await node.Replays.TryUseAsync("nonce", thing, Clock.GetUtcNow().AddMinutes(1), default);
}
