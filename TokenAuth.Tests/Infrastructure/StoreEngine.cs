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

    /// <summary>The type of columns with bytes.</summary>
    internal abstract string BytesType { get; }

    /// <summary>Closes the nodes, and takes the right to write from everyone.</summary>
    /// <returns>Whether writes fail now: a file mode does not stop root.</returns>
    internal abstract Task<bool> MakeReadOnlyAsync();

    /// <summary>Returns a text that changes with everything that is stored.</summary>
    internal abstract Task<string> FingerprintAsync();

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

    /// <summary>Closes a node, which loses its memory, and opens another one in its place.</summary>
    internal async Task<StoreNode> ReopenAsync(StoreNode node)
    {
        _nodes.Remove(node);
        await node.DisposeAsync();
        return OpenNode();
    }

    /// <summary>Starts a whole server as one more node, for what only its endpoints do. Dispose it first.</summary>
    internal abstract Task<LiveServer> ServeAsync();

    /// <summary>
    /// Loses the next write, or the answer to it after it has been done. The nodes must find out, and do it once. Does
    /// nothing where no network lies between the nodes and the store.
    /// </summary>
    /// <param name="isDone">Whether the write is done.</param>
    /// <param name="marker">A value of the write to lose; null for the next transaction.</param>
    internal virtual void LoseWrite(bool isDone, string? marker)
    {
    }

    /// <summary>Runs a command in this process, on this store and clock. Nobody is at the terminal.</summary>
    internal Task<Finished> CommandAsync(params string[] arguments) => CommandRun.OnAsync(Settings(), Clock, arguments);

    /// <summary>Runs a command with a line of standard input.</summary>
    /// <param name="isInteractive">Whether a person typed the line.</param>
    internal Task<Finished> CommandWithInputAsync(string line, bool isInteractive, params string[] arguments) =>
        CommandRun.OnAsync(Settings(), Clock, arguments, line, isInteractive);

    private protected abstract Dictionary<string, string?> Settings();

    private protected abstract Task DeleteAsync();

    private protected async Task CloseNodesAsync()
    {
        foreach (var node in _nodes)
            await node.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await CloseNodesAsync();
        await DeleteAsync();
    }
}
