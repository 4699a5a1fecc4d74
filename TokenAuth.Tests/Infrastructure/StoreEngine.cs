namespace TokenAuth.Tests.Infrastructure;

/// <summary>
/// A fresh store of one engine with the <see cref="StoreCast"/> in it, and the nodes that share it. A second engine subclasses
/// this, and the contracts for it.
/// </summary>
public abstract class StoreEngine : IAsyncDisposable
{
    private readonly List<StoreNode> _nodes = [];

    internal TestClock Clock { get; } = new();

    internal StoreCast Cast { get; private protected set; } = null!;

    /// <summary>Makes the store; called once, before anything else.</summary>
    internal abstract Task StartAsync();

    /// <summary>Another node on the same store: what it keeps in memory is its own.</summary>
    internal StoreNode OpenNode(TimeProvider? clock = null)
    {
        var node = new StoreNode(Settings(), clock ?? Clock);
        _nodes.Add(node);
        return node;
    }

    private protected abstract Dictionary<string, string?> Settings();

    private protected abstract void Delete();

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var node in _nodes)
            await node.DisposeAsync();
        Delete();
    }
}
