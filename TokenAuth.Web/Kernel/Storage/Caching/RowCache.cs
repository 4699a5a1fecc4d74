using System.Buffers.Binary;

namespace TokenAuth.Kernel.Storage.Caching;

/// <summary>Caches rows by key, in sets of eight. If a set is full, a new row replaces one of its rows.</summary>
/// <param name="accountOf">Returns the account that a row belongs to. A row of no account is not cached.</param>
internal sealed class RowCache<T>(RowQuery<T> rows, CacheInvalidator invalidator, Func<T, long?> accountOf)
    where T : class
{
    /// <summary>
    /// The number of slots in a set. Of ten thousand keys in 4096 sets of eight, four in a thousand do not fit; in sets
    /// of two, one in eight would not.
    /// </summary>
    private const int SetSize = 8;

    /// <summary>About 20 MiB if every slot is taken.</summary>
    private readonly Entry?[] _slots = new Entry?[4096 * SetSize];

    private uint _nextVictim;

    /// <summary>
    /// Returns the cached row with this key, if it is still valid (<see cref="CacheInvalidator"/>). Null says nothing
    /// about the store.
    /// </summary>
    public T? Cached(byte[] key)
    {
        foreach (ref var slot in SetOf(key))
        {
            if (Volatile.Read(ref slot) is not { } entry || !entry.IsOf(key))
                continue;
            if (!IsCurrent(entry))
                break;
            invalidator.Lookups.Hit();
            return entry.Row;
        }

        invalidator.Lookups.Miss();
        return null;
    }

    /// <summary>Reads the row with this key from the store and caches it; null if there is none.</summary>
    public async ValueTask<T?> FindAsync(byte[] key, CancellationToken cancellation)
    {
        var count = invalidator.Count;
        var row = await rows.FindAsync(key, cancellation);
        if (row is not null && accountOf(row) is { } account)
            Store(new Entry(key, row, account, count));
        return row;
    }

    /// <summary>
    /// Overwrites this key's slot, or an empty or stale one, or the next in turn. Unsynchronised on purpose: a race may
    /// lose or duplicate an entry, and each entry is validated when it is read.
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

    /// <summary>Keys are hashes, so any of their bytes select a set evenly.</summary>
    private Span<Entry?> SetOf(byte[] key)
    {
        var set = BinaryPrimitives.ReadUInt32LittleEndian(key) % (uint)(_slots.Length / SetSize);
        return _slots.AsSpan((int)set * SetSize, SetSize);
    }

    private sealed record Entry(byte[] Key, T Row, long AccountId, long Count)
    {
        public bool IsOf(byte[] key) => Key.AsSpan().SequenceEqual(key);
    }
}
