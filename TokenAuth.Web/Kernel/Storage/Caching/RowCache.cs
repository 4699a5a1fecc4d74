using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using BitFaster.Caching.Lru;

namespace TokenAuth.Kernel.Storage.Caching;

/// <summary>Caches rows by key. The least recently used row is evicted first.</summary>
/// <param name="accountOf">Returns the account that a row belongs to. A row of no account is not cached.</param>
internal sealed class RowCache<T>(RowQuery<T> rows, CacheInvalidator invalidator, Func<T, long?> accountOf)
    where T : class
{
    /// <summary>The maximum number of rows, about 25 MiB.</summary>
    public const int Capacity = 32_768;

    private readonly FastConcurrentLru<byte[], Entry> _entries =
        new(Environment.ProcessorCount, Capacity, new KeyComparer());

    /// <summary>
    /// Returns the cached row with this key, if it is still valid (<see cref="CacheInvalidator"/>). Null says nothing
    /// about the store.
    /// </summary>
    public T? Cached(byte[] key)
    {
        if (_entries.TryGet(key, out var entry) && invalidator.IsCurrent(entry.Count, entry.AccountId))
        {
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
            _entries.AddOrUpdate(key, new Entry(row, account, count));
        return row;
    }

    private sealed record Entry(T Row, long AccountId, long Count);

    private sealed class KeyComparer : IEqualityComparer<byte[]>
    {
        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        /// <summary>Keys are hashes, so any of their bytes spread evenly.</summary>
        public int GetHashCode([DisallowNull] byte[] obj) => BinaryPrimitives.ReadInt32LittleEndian(obj);
    }
}
