using TokenAuth.Kernel.Secrets;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Kernel.Storage;

/// <summary>Several nodes that start simultaneously on an empty store.</summary>
public abstract class StartContract<TEngine> : IAsyncLifetime
    where TEngine : StoreEngine, new()
{
    private readonly TEngine _engine = new();

    public async ValueTask InitializeAsync() => await _engine.StartEmptyAsync();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return _engine.DisposeAsync();
    }

    [Fact]
    public async Task One_node_migrates_and_makes_the_key_and_every_node_reads_the_others_secrets()
    {
        var nodes = Enumerable.Range(0, 6).Select(_ => _engine.OpenNode()).ToList();

        await Task.WhenAll(nodes.Select(node => Task.Run(() => node.PrepareAsync())));

        Assert.Equal(1, await nodes[0].CountAsync("key_ring"));
        Assert.Equal(_engine.Shortcomings, await nodes[0].Store.CheckAsync());
        foreach (var (writer, reader) in nodes.Zip(nodes.Skip(1)))
            Assert.Equal(
                "secret", reader.Get<SecretProtector>().Unprotect(writer.Get<SecretProtector>().Protect("secret")));
    }
}
