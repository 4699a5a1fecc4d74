using System.Buffers.Binary;

namespace TokenAuth.Kernel.Storage;

/// <summary>
/// Keeps rows of accounts that were looked up, as many as fit: each key has two places, where the newest push the older out.
/// </summary>
/// <param name="accountOf">Whose row it is. A row of no account is not kept.</param>
internal sealed class CachedLookUp<T>(LookUp<T> rows, Freshness freshness, Func<T, long?> accountOf)
    where T : class
{
    /// <summary>Some twenty MiB when all are taken.</summary>
    private readonly Entry?[] _places = new Entry?[32768];

    /// <summary>The row with this key, if it is kept and holds (<see cref="Freshness"/>). Null says nothing about the store.</summary>
    public T? Cached(byte[] key)
    {
        var place = PlaceOf(key);
        var entry = Volatile.Read(ref _places[place]);
        if (entry is null || !entry.Key.AsSpan().SequenceEqual(key))
            entry = Volatile.Read(ref _places[place + 1]);
        return entry is not null && entry.Key.AsSpan().SequenceEqual(key) && freshness.Holds(entry.Count, entry.AccountId) ? entry.Row : null;
    }

    /// <summary>The row with this key as the store has it now; null where there is none.</summary>
    public async ValueTask<T?> FindAsync(byte[] key, CancellationToken cancellation)
    {
        var count = freshness.Count;
        var row = await rows.FindAsync(key, cancellation);
        if (row is not null && accountOf(row) is { } account)
            Keep(new Entry(key, row, account, count));
        return row;
    }

    /// <summary>Two that do this at once may lose one of their rows, or keep one twice: each is good or not by itself.</summary>
    private void Keep(Entry entry)
    {
        var place = PlaceOf(entry.Key);
        var first = Volatile.Read(ref _places[place]);
        if (first is not null && !first.Key.AsSpan().SequenceEqual(entry.Key))
            Volatile.Write(ref _places[place + 1], first);
        Volatile.Write(ref _places[place], entry);
    }

    /// <summary>The first of two. Keys are hashes: any of their bytes will do.</summary>
    private int PlaceOf(byte[] key) => BinaryPrimitives.ReadInt32LittleEndian(key) & (_places.Length - 2);

    private sealed record Entry(byte[] Key, T Row, long AccountId, long Count);
}
