using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Sessions;

/// <summary>
/// Writes when sessions that do not slide were last used: at most once an hour each, in batches, while nobody waits for it.
/// That concerns no answer, so nothing that is kept in memory is read again for it, and what cannot be written is left out.
/// </summary>
internal sealed class SessionUses(Store store, TimeProvider clock)
{
    /// <summary>Beyond it, uses are not noted: their sessions' next ones are.</summary>
    private const int MaxWaiting = 10_000;

    private const int RowsPerWrite = 100;

    private readonly Lock _lock = new();
    private SortedDictionary<long, DateTimeOffset> _waiting = [];
    private bool _isWriting;

    /// <summary>The last batches.</summary>
    public Task Writing { get; private set; } = Task.CompletedTask;

    /// <summary>Notes that a session is used now, unless somebody else has just done so.</summary>
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
            using (ExecutionContext.SuppressFlow()) // it is written for all, and not in the name of this one
                Writing = Task.Run(WriteAsync);
        }
    }

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
                // The store only reads, is full or away, which others tell. Each session is noted again in an hour.
            }
        }
    }

    /// <summary>In the order of their numbers, so that two nodes do not wait for each other in a circle.</summary>
    private async Task WriteAsync(KeyValuePair<long, DateTimeOffset>[] uses) => await store.WriteAsync(async connection =>
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

/// <summary>When a session was last used, as far as this process knows.</summary>
internal sealed class LastUse(DateTimeOffset at)
{
    /// <summary>It is written at most once in this time, as for API keys.</summary>
    public static readonly TimeSpan Step = TimeSpan.FromHours(1);

    private long _at = at.UtcTicks;

    public bool IsDue(DateTimeOffset now) => now.UtcTicks - Volatile.Read(ref _at) >= Step.Ticks;

    public void Renew(DateTimeOffset now) => Volatile.Write(ref _at, now.UtcTicks);
}
