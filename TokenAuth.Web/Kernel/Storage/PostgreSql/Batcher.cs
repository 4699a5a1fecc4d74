using System.Collections.Concurrent;

namespace TokenAuth.Kernel.Storage.PostgreSql;

/// <summary>Somebody who waits for an answer.</summary>
internal interface IBatchItem
{
    bool TrySetException(Exception failure);
}

/// <summary>
/// Sends together what comes in while others are on their way: a journey to a server costs more than what is done there. Nothing
/// waits for company: what comes alone goes at once.
/// </summary>
/// <param name="send">Answers those that go together; where it throws, they are told of that.</param>
internal sealed class Batcher<TItem>(Func<IReadOnlyList<TItem>, Task> send)
    where TItem : IBatchItem
{
    /// <summary>While the server answers one, the next is gathered and sent.</summary>
    private const int MaxConcurrentBatches = 2;

    private const int MaxBatchSize = 64;

    private readonly ConcurrentQueue<TItem> _waiting = new();
    private int _inFlight;

    public void Add(TItem item)
    {
        _waiting.Enqueue(item);
        Interlocked.MemoryBarrier(); // who stops sending from now on sees the item
        if (!TryStart())
            return;
        using (ExecutionContext.SuppressFlow()) // it goes on for all, and not in the name of this one
            _ = SendAsync();
    }

    /// <summary>Never counts who does not send: another would be refused for it, and nobody left to send.</summary>
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

    /// <summary>Goes on until nothing waits; whoever comes after that starts anew.</summary>
    private async Task SendAsync()
    {
        do
        {
            while (Take(MaxBatchSize) is { Count: > 0 } together)
                await SendAsync(together);
            Interlocked.Decrement(ref _inFlight);
        }
        while (!_waiting.IsEmpty && TryStart());
    }

    private async Task SendAsync(List<TItem> together)
    {
        try
        {
            await send(together);
        }
        catch (Exception failure)
        {
            // Who waits for a server that does not answer is told so now, and not turn by turn.
            if (failure is StoreUnavailableException)
                together.AddRange(Take(int.MaxValue));
            foreach (var item in together)
                item.TrySetException(failure);
        }
    }

    private List<TItem> Take(int most)
    {
        var taken = new List<TItem>();
        while (taken.Count < most && _waiting.TryDequeue(out var item))
            taken.Add(item);
        return taken;
    }
}
