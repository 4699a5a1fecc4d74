namespace TokenAuth.Tests.Infrastructure;

/// <summary>
/// A fresh store of one engine with the <see cref="StoreFixture"/> in it, and the nodes that share it. Each engine subclasses
/// this, and the contracts for it.
/// </summary>
public abstract class StoreEngine : IAsyncDisposable
{
    private readonly List<StoreNode> _nodes = [];

    internal TestClock Clock { get; } = new();

    internal StoreFixture Fixture { get; private protected set; } = null!;

    /// <summary>What a check finds in it although it is in order.</summary>
    internal virtual string[] Shortcomings => [];

    /// <summary>Makes the store; called once, before anything else.</summary>
    internal abstract Task StartAsync();

    /// <summary>In its place: a store where there is nothing yet.</summary>
    internal abstract Task StartEmptyAsync();

    /// <summary>In its place: a store that an earlier build has made.</summary>
    /// <param name="dump">The SQL that makes it.</param>
    internal abstract Task StartFromAsync(string dump);

    /// <summary>Another node on the same store: what it keeps in memory is its own.</summary>
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
