using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Sessions;

/// <summary>
/// Writes when sessions without sliding expiration were last used: at most once an hour for each, in batches, in the
/// background. No answer depends on it, so it invalidates no cached row, and failed writes are dropped.
/// </summary>
internal sealed class SessionUses(Store store, TimeProvider clock) : IAsyncDisposable
{
    /// <summary>
    /// The maximum number of waiting uses. Further ones are dropped; the next use of the session is noted.
    /// </summary>
    private const int MaxWaiting = 10_000;

    private const int RowsPerWrite = 100;

    private readonly Lock _lock = new();
    private SortedDictionary<long, DateTimeOffset> _waiting = [];
    private bool _isWriting;

    /// <summary>The task that writes the last batches.</summary>
    public Task Writing { get; private set; } = Task.CompletedTask;

    /// <summary>Notes that a session is used now, unless another call has just noted it.</summary>
    public void Note(long sessionId, LastUse last)
    {
        var now = clock.GetUtcNow();
        lock (_lock)
        {
            if (_waiting.Count >= MaxWaiting || !last.IsDue(now))
                return;
            last.Renew(now);
            _waiting[sessionId] = now;
            if (_isWriting)
                return;
            _isWriting = true;
            // The batch serves all callers, so it does not inherit the context of this one.
            using (ExecutionContext.SuppressFlow())
                Writing = Task.Run(WriteAsync);
        }
    }

    /// <summary>Waits for the last batches, before the store is closed.</summary>
    public async ValueTask DisposeAsync() => await Writing;

    private async Task WriteAsync()
    {
        while (TakeAll() is { } batch)
        {
            try
            {
                foreach (var chunk in batch.Chunk(RowsPerWrite))
                    await WriteAsync(chunk);
            }
            catch (Exception)
            {
                // The store is read-only, full or unreachable, which other calls report. Each session is noted again in
                // an hour.
            }
        }
    }

    /// <summary>Writes the uses in the order of their session numbers, so that two nodes do not deadlock.</summary>
    private async Task WriteAsync(KeyValuePair<long, DateTimeOffset>[] uses) =>
        await store.WriteAsync(async connection =>
        {
            foreach (var (id, at) in uses)
            {
                await connection.ExecuteAsync(
                    "UPDATE sessions SET last_used_at = @at WHERE id = @id AND last_used_at <= @before",
                    ("@at", at), ("@id", id), ("@before", at - LastUse.Step));
            }

            return uses.Length;
        });

    private SortedDictionary<long, DateTimeOffset>? TakeAll()
    {
        lock (_lock)
        {
            _isWriting = _waiting.Count > 0;
            if (!_isWriting)
                return null;
            var taken = _waiting;
            _waiting = [];
            return taken;
        }
    }
}

/// <summary>When a session was last used, as this process knows it.</summary>
internal sealed class LastUse(DateTimeOffset at)
{
    /// <summary>It is written at most once in this time, as for API keys.</summary>
    public static readonly TimeSpan Step = TimeSpan.FromHours(1);

    private long _at = at.UtcTicks;

    public bool IsDue(DateTimeOffset now) => now.UtcTicks - Volatile.Read(ref _at) >= Step.Ticks;

    public void Renew(DateTimeOffset now) => Volatile.Write(ref _at, now.UtcTicks);
}
