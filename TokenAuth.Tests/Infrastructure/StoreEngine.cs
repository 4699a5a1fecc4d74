namespace TokenAuth.Tests.Infrastructure;

/// <summary>
/// A fresh store of one engine with the <see cref="StoreFixture"/> in it, and the nodes that share it. Each engine has
/// a subclass of this type and of the contracts.
/// </summary>
public abstract class StoreEngine : IAsyncDisposable
{
    private readonly List<StoreNode> _nodes = [];

    internal TestClock Clock { get; } = new();

    internal StoreFixture Fixture { get; private protected set; } = null!;

    /// <summary>Findings of a check that the tests accept.</summary>
    internal virtual string[] Shortcomings => [];

    /// <summary>Makes the store; called once, first.</summary>
    internal abstract Task StartAsync();

    /// <summary>Alternatively: an empty store.</summary>
    internal abstract Task StartEmptyAsync();

    /// <summary>Alternatively: a store made by an earlier build.</summary>
    /// <param name="dump">The SQL that creates it.</param>
    internal abstract Task StartFromAsync(string dump);

    /// <summary>Opens another node on the same store, with its own memory.</summary>
    internal StoreNode OpenNode(TimeProvider? clock = null, params ReadOnlySpan<(string Name, string Value)> settings)
    {
        Dictionary<string, string?> all = new(Settings(), StringComparer.Ordinal);
        foreach (var (name, value) in settings)
            all[name] = value;
        var node = new StoreNode(all, clock ?? Clock);
        _nodes.Add(node);
        return node;
    }

    private protected abstract Dictionary<string, string?> Settings();

    private protected abstract Task DeleteAsync();

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var node in _nodes)
            await node.DisposeAsync();
        await DeleteAsync();
    }
}
