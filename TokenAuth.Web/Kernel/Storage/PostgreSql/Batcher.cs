using System.Collections.Concurrent;

namespace TokenAuth.Kernel.Storage.PostgreSql;

/// <summary>An item of a batch, whose caller waits for its result.</summary>
internal interface IBatchItem
{
    bool TrySetException(Exception failure);
}

/// <summary>
/// Sends items that arrive while others are in flight in one batch, because a round trip costs more than the work on
/// the server. Nothing is delayed: a lone item is sent immediately.
/// </summary>
/// <param name="send">Sends a batch and completes its items. If it throws, the items fail with that exception.</param>
internal sealed class Batcher<TItem>(Func<IReadOnlyList<TItem>, Task> send)
    where TItem : IBatchItem
{
    /// <summary>While the server answers one batch, the next one is collected and sent.</summary>
    private const int MaxConcurrentBatches = 2;

    private const int MaxBatchSize = 64;

    private readonly ConcurrentQueue<TItem> _waiting = new();
    private int _inFlight;

    /// <summary>The number of items that are not sent yet.</summary>
    public int Waiting => _waiting.Count;

    public void Add(TItem item)
    {
        _waiting.Enqueue(item);
        Interlocked.MemoryBarrier(); // a sender that stops after this sees the item
        if (!TryStart())
            return;
        // The sender serves all callers, so it does not inherit the context of this one.
        using (ExecutionContext.SuppressFlow())
            _ = SendAsync();
    }

    /// <summary>
    /// Increments the count only if it may send. With an increment that is undone, a concurrent <see cref="Add"/> could
    /// see the limit reached and leave its item unsent.
    /// </summary>
    private bool TryStart()
    {
        var now = Volatile.Read(ref _inFlight);
        while (now < MaxConcurrentBatches)
        {
            var before = Interlocked.CompareExchange(ref _inFlight, now + 1, now);
            if (before == now)
                return true;
            now = before;
        }

        return false;
    }

    /// <summary>Sends batches until nothing waits. A later item starts a new sender.</summary>
    private async Task SendAsync()
    {
        do
        {
            while (Take(MaxBatchSize) is { Count: > 0 } batch)
                await SendAsync(batch);
            Interlocked.Decrement(ref _inFlight);
        }
        while (!_waiting.IsEmpty && TryStart());
    }

    private async Task SendAsync(List<TItem> batch)
    {
        try
        {
            await send(batch);
        }
        catch (Exception failure)
        {
            // The server does not answer, so the waiting items fail now and not batch by batch.
            if (failure is StoreUnavailableException)
                batch.AddRange(Take(int.MaxValue));
            foreach (var item in batch)
                item.TrySetException(failure);
        }
    }

    private List<TItem> Take(int max)
    {
        var taken = new List<TItem>();
        while (taken.Count < max && _waiting.TryDequeue(out var item))
            taken.Add(item);
        return taken;
    }
}
