using System.Buffers.Binary;
using Microsoft.Extensions.Logging.Abstractions;
using TokenAuth.Kernel.Storage;
using TokenAuth.Kernel.Storage.Caching;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Kernel.Storage.Caching;

/// <summary>Which rows are cached. Each is found only by its whole key.</summary>
public sealed class RowCacheTests
{
    private readonly Rows _rows = new();
    private readonly CacheInvalidator _invalidator = new(
        new SilentFeed(), new TestClock(), NullLogger<CacheInvalidator>.Instance);
    private readonly RowCache<string> _cache;

    public RowCacheTests() => _cache = new RowCache<string>(
        _rows, _invalidator, row => row.StartsWith("nobody", StringComparison.Ordinal) ? null : 1);

    [Fact]
    public async Task A_row_is_cached_by_its_whole_key()
    {
        await PollAsync();
        Assert.Null(_cache.Cached(Key(1, 1)));

        Assert.Equal("a row", await FindAsync(Key(1, 1), "a row"));

        Assert.Equal("a row", _cache.Cached(Key(1, 1)));
        Assert.Null(_cache.Cached(Key(1, 2)));
        Assert.Null(_cache.Cached(Key(2, 1)));
        Assert.Equal((1, 3), (_invalidator.Lookups.Hits, _invalidator.Lookups.Misses));
    }

    [Fact]
    public async Task A_full_cache_evicts_old_rows_and_has_the_newest()
    {
        const int More = RowCache<string>.Capacity + 1000;
        await PollAsync();

        for (var number = 0; number < More; number++)
            await FindAsync(Key(number), "a row");

        Assert.Equal("a row", _cache.Cached(Key(More - 1)));
        Assert.InRange(
            Enumerable.Range(0, More).Count(number => _cache.Cached(Key(number)) is not null),
            RowCache<string>.Capacity / 2, RowCache<string>.Capacity);

        static byte[] Key(int number)
        {
            var key = new byte[32];
            BinaryPrimitives.WriteInt32LittleEndian(key, number);
            return key;
        }
    }

    [Fact]
    public async Task A_row_that_is_read_again_replaces_its_cached_version()
    {
        await PollAsync();
        await FindAsync(Key(5, 1), "first");
        await FindAsync(Key(5, 2), "second");

        await FindAsync(Key(5, 2), "second, newer");

        Assert.Equal(("first", "second, newer"), (_cache.Cached(Key(5, 1)), _cache.Cached(Key(5, 2))));
    }

    [Fact]
    public async Task A_missing_row_and_a_row_without_an_account_are_not_cached()
    {
        await PollAsync();

        Assert.Null(await FindAsync(Key(1, 1), null));
        Assert.Equal("nobody's", await FindAsync(Key(2, 1), "nobody's"));

        Assert.Null(_cache.Cached(Key(1, 1)));
        Assert.Null(_cache.Cached(Key(2, 1)));
    }

    [Fact]
    public async Task A_row_that_changes_during_the_read_is_not_cached()
    {
        await PollAsync();
        _rows.OnRead = () => _invalidator.Invalidate(1);

        Assert.Equal("old", await FindAsync(Key(1, 1), "old"));

        Assert.Null(_cache.Cached(Key(1, 1)));
    }

    private async Task PollAsync()
    {
        _invalidator.IsCurrent(_invalidator.Count);
        await _invalidator.LastPoll;
    }

    private ValueTask<string?> FindAsync(byte[] key, string? row)
    {
        _rows.Answer = row;
        return _cache.FindAsync(key, default);
    }

    /// <param name="place">Part of the key's hash code.</param>
    private static byte[] Key(byte place, byte last)
    {
        var key = new byte[32];
        (key[1], key[31]) = (place, last);
        return key;
    }

    private sealed class Rows : RowQuery<string>
    {
        public string? Answer { get; set; }

        public Action? OnRead { get; set; }

        public override ValueTask<string?> FindAsync(byte[] key, CancellationToken cancellation = default)
        {
            OnRead?.Invoke();
            return ValueTask.FromResult(Answer);
        }
    }

    private sealed class SilentFeed : ChangeFeed
    {
        public override ValueTask<IReadOnlyCollection<long>?> ReadAsync() =>
            ValueTask.FromResult<IReadOnlyCollection<long>?>([]);
    }
}
