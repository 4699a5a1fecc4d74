namespace TokenAuth.Kernel.Storage.Caching;

/// <summary>Counts the lookups in the row caches.</summary>
internal sealed class CacheLookups
{
    private long _hits;
    private long _misses;

    public long Hits => Volatile.Read(ref _hits);

    public long Misses => Volatile.Read(ref _misses);

    public void Hit() => Interlocked.Increment(ref _hits);

    public void Miss() => Interlocked.Increment(ref _misses);
}
