using Microsoft.Extensions.Logging.Abstractions;
using TokenAuth.Kernel.Storage;
using TokenAuth.Kernel.Storage.Caching;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Kernel.Storage.Caching;

/// <summary>Which rows are kept, and that each is found by its whole key alone.</summary>
public sealed class RowCacheTests
{
    private readonly Rows _rows = new();
    private readonly CacheInvalidator _freshness = new(new Silent(), new TestClock(), NullLogger<CacheInvalidator>.Instance);
    private readonly RowCache<string> _cached;

    public RowCacheTests() => _cached = new RowCache<string>(_rows, _freshness, row => row.StartsWith("nobody", StringComparison.Ordinal) ? null : 1);

    [Fact]
    public async Task A_row_is_kept_by_its_whole_key()
    {
        await InTouchAsync();
        Assert.Null(_cached.Cached(Key(1, 1)));

        Assert.Equal("a row", await FindAsync(Key(1, 1), "a row"));

        Assert.Equal("a row", _cached.Cached(Key(1, 1)));
        Assert.Null(_cached.Cached(Key(1, 2)));
        Assert.Null(_cached.Cached(Key(2, 1)));
    }

    [Fact]
    public async Task Of_keys_that_share_a_set_eight_are_kept_and_the_newest_always()
    {
        await InTouchAsync();
        for (byte last = 1; last <= 8; last++)
            await FindAsync(Key(5, last), $"row {last}");
        Assert.Equal(Enumerable.Range(1, 8), Kept());

        for (byte last = 9; last <= 20; last++)
        {
            await FindAsync(Key(5, last), $"row {last}");
            Assert.Contains(last, Kept());
            Assert.Equal(8, Kept().Count());
        }

        IEnumerable<int> Kept() => Enumerable.Range(1, 20).Where(last => _cached.Cached(Key(5, (byte)last)) == $"row {last}");
    }

    [Fact]
    public async Task What_holds_no_more_makes_room_first()
    {
        await InTouchAsync();
        for (byte last = 1; last <= 7; last++)
            await FindAsync(Key(5, last), "old");
        _freshness.Invalidate(1);
        for (byte last = 11; last <= 18; last++)
            await FindAsync(Key(5, last), "new");

        Assert.All(Enumerable.Range(11, 8), last => Assert.Equal("new", _cached.Cached(Key(5, (byte)last))));
    }

    [Fact]
    public async Task A_row_that_is_read_again_takes_the_place_of_its_former_self()
    {
        await InTouchAsync();
        await FindAsync(Key(5, 1), "first");
        await FindAsync(Key(5, 2), "second");

        await FindAsync(Key(5, 2), "second, newer");

        Assert.Equal(("first", "second, newer"), (_cached.Cached(Key(5, 1)), _cached.Cached(Key(5, 2))));
    }

    [Fact]
    public async Task What_is_not_there_and_what_is_nobodys_is_not_kept()
    {
        await InTouchAsync();

        Assert.Null(await FindAsync(Key(1, 1), null));
        Assert.Equal("nobody's", await FindAsync(Key(2, 1), "nobody's"));

        Assert.Null(_cached.Cached(Key(1, 1)));
        Assert.Null(_cached.Cached(Key(2, 1)));
    }

    [Fact]
    public async Task A_change_while_a_row_is_on_its_way_counts()
    {
        await InTouchAsync();
        _rows.OnTheWay = () => _freshness.Invalidate(1);

        Assert.Equal("old", await FindAsync(Key(1, 1), "old"));

        Assert.Null(_cached.Cached(Key(1, 1)));
    }

    private async Task InTouchAsync()
    {
        _freshness.IsCurrent(_freshness.Count);
        await _freshness.LastPoll;
    }

    private ValueTask<string?> FindAsync(byte[] key, string? row)
    {
        _rows.Answer = row;
        return _cached.FindAsync(key, default);
    }

    /// <param name="place">Keys with the same share one.</param>
    private static byte[] Key(byte place, byte last)
    {
        var key = new byte[32];
        (key[1], key[31]) = (place, last);
        return key;
    }

    private sealed class Rows : RowQuery<string>
    {
        public string? Answer { get; set; }

        public Action? OnTheWay { get; set; }

        public override ValueTask<string?> FindAsync(byte[] key, CancellationToken cancellation = default)
        {
            OnTheWay?.Invoke();
            return ValueTask.FromResult(Answer);
        }
    }

    private sealed class Silent : ChangeFeed
    {
        public override ValueTask<IReadOnlyCollection<long>?> ReadAsync() => ValueTask.FromResult<IReadOnlyCollection<long>?>([]);
    }
}
