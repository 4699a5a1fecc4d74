using System.Buffers.Binary;

namespace TokenAuth.Kernel.Storage.Caching;

/// <summary>Keeps rows of accounts that were looked up, as many as fit: keys that share a set push each other out when it is full.</summary>
/// <param name="accountOf">Whose row it is. A row of no account is not kept.</param>
internal sealed class RowCache<T>(RowQuery<T> rows, CacheInvalidator invalidator, Func<T, long?> accountOf)
    where T : class
{
    /// <summary>Of ten thousand keys in 4096 sets of eight, four in a thousand do not fit; in sets of two it would be one in eight.</summary>
    private const int SetSize = 8;

    /// <summary>Some twenty MiB when all are taken.</summary>
    private readonly Entry?[] _slots = new Entry?[4096 * SetSize];

    private uint _nextVictim;

    /// <summary>The row with this key, if it is kept and holds (<see cref="CacheInvalidator"/>). Null says nothing about the store.</summary>
    public T? Cached(byte[] key)
    {
        foreach (ref var place in SetOf(key))
        {
            if (Volatile.Read(ref place) is { } entry && entry.IsOf(key))
                return IsCurrent(entry) ? entry.Row : null;
        }

        return null;
    }

    /// <summary>The row with this key as the store has it now; null where there is none.</summary>
    public async ValueTask<T?> FindAsync(byte[] key, CancellationToken cancellation)
    {
        var count = invalidator.Count;
        var row = await rows.FindAsync(key, cancellation);
        if (row is not null && accountOf(row) is { } account)
            Store(new Entry(key, row, account, count));
        return row;
    }

    /// <summary>
    /// In the place of the row that was kept of this key, else of none or one that is worth nothing any more, else of any. Two
    /// that do this at once may lose one of their rows, or keep one twice: each is good or not by itself.
    /// </summary>
    private void Store(Entry entry)
    {
        var set = SetOf(entry.Key);
        var free = -1;
        for (var i = 0; i < SetSize; i++)
        {
            var other = Volatile.Read(ref set[i]);
            if (other?.IsOf(entry.Key) == true)
            {
                free = i;
                break;
            }

            if (free < 0 && (other is null || !IsCurrent(other)))
                free = i;
        }

        Volatile.Write(ref set[free >= 0 ? free : (int)(_nextVictim++ % SetSize)], entry);
    }

    private bool IsCurrent(Entry entry) => invalidator.IsCurrent(entry.Count, entry.AccountId);

    /// <summary>Keys are hashes: any of their bytes will do.</summary>
    private Span<Entry?> SetOf(byte[] key) =>
        _slots.AsSpan((int)(BinaryPrimitives.ReadUInt32LittleEndian(key) % (uint)(_slots.Length / SetSize)) * SetSize, SetSize);

    private sealed record Entry(byte[] Key, T Row, long AccountId, long Count)
    {
        public bool IsOf(byte[] key) => Key.AsSpan().SequenceEqual(key);
    }
}
