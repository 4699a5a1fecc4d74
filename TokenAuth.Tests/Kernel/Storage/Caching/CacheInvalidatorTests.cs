using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using TokenAuth.Kernel.Storage.Caching;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Kernel.Storage.Caching;

/// <summary>How long cached rows stay current, depending on the store's answers.</summary>
public sealed class CacheInvalidatorTests
{
    private static readonly TimeSpan MaxStaleness = TimeSpan.FromSeconds(1);

    private readonly TestClock _clock = new();
    private readonly ScriptedFeed _feed = new();
    private readonly CacheInvalidator _invalidator;

    public CacheInvalidatorTests() =>
        _invalidator = new CacheInvalidator(_feed, _clock, NullLogger<CacheInvalidator>.Instance);

    [Fact]
    public async Task Nothing_is_current_before_the_first_answer_and_later_reads_are_current()
    {
        var count = _invalidator.Count;
        Assert.False(_invalidator.IsCurrent(count, 1));

        await AnswerAsync(null);

        Assert.False(_invalidator.IsCurrent(count, 1));
        Assert.True(_invalidator.IsCurrent(_invalidator.Count, 1));
    }

    [Fact]
    public async Task A_change_of_one_account_leaves_the_others_current()
    {
        var count = await PollAsync();

        _clock.Advance(TimeSpan.FromMilliseconds(300));
        Assert.True(_invalidator.IsCurrent(count, 1));
        await AnswerAsync([1]);

        Assert.False(_invalidator.IsCurrent(count, 1));
        Assert.True(_invalidator.IsCurrent(count, 2));
        Assert.True(_invalidator.IsCurrent(count));
        Assert.True(_invalidator.IsCurrent(_invalidator.Count, 1));
    }

    [Fact]
    public async Task InvalidateAll_invalidates_everything_read_before()
    {
        var count = await PollAsync();

        _invalidator.InvalidateAll();

        Assert.False(_invalidator.IsCurrent(count, 1));
        Assert.False(_invalidator.IsCurrent(count));
    }

    [Fact]
    public async Task Rows_without_an_account_are_not_cached_so_invalidating_them_does_nothing()
    {
        var count = await PollAsync();

        _invalidator.Invalidate(accountId: null);

        Assert.True(_invalidator.IsCurrent(count, 1));
    }

    [Fact]
    public async Task Accounts_that_share_a_slot_are_invalidated_together()
    {
        var count = await PollAsync();

        _invalidator.Invalidate(7);

        Assert.False(_invalidator.IsCurrent(count, 7));
        Assert.False(_invalidator.IsCurrent(count, 7 + 4096));
        Assert.True(_invalidator.IsCurrent(count, 8));
    }

    [Fact]
    public async Task A_read_begun_before_a_change_is_not_current_after_it()
    {
        await PollAsync();
        var begun = _invalidator.Count;

        _invalidator.Invalidate(1);

        Assert.False(_invalidator.IsCurrent(begun, 1));
    }

    [Fact]
    public async Task Without_an_answer_nothing_is_current_one_second_after_the_last_answered_poll()
    {
        var count = await PollAsync();

        _clock.Advance(TimeSpan.FromMilliseconds(700));
        Assert.True(_invalidator.IsCurrent(count, 1)); // and polls
        await _feed.PolledAsync(2);
        _clock.Advance(TimeSpan.FromMilliseconds(300));
        Assert.False(_invalidator.IsCurrent(count, 1));

        _feed.Fail(new IOException("no answer"));
        await _invalidator.LastPoll;
        Assert.False(_invalidator.IsCurrent(count, 1)); // and polls again
        await AnswerAsync([]);
        Assert.True(_invalidator.IsCurrent(count, 1));
    }

    [Fact]
    public async Task A_failed_poll_is_not_repeated_for_every_read()
    {
        _invalidator.IsCurrent(0);
        _feed.Fail(new IOException("no answer"));
        await _invalidator.LastPoll;

        for (var i = 0; i < 100; i++)
            Assert.False(_invalidator.IsCurrent(0));
        Assert.Equal(1, _feed.Polls);

        _clock.Advance(TimeSpan.FromMilliseconds(250));
        Assert.False(_invalidator.IsCurrent(0));
        await AnswerAsync([]);
        Assert.Equal(2, _feed.Polls);
        Assert.True(_invalidator.IsCurrent(_invalidator.Count));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task After_sleep_or_a_clock_change_the_next_read_polls_although_the_monotonic_clock_stood_still(
        int hours)
    {
        var count = await PollAsync();

        _clock.Set(TimeSpan.FromHours(hours));

        Assert.False(_invalidator.IsCurrent(count, 1));
        await AnswerAsync([]);
        Assert.True(_invalidator.IsCurrent(count, 1));
    }

    [Fact]
    public async Task A_late_answer_counts_from_its_poll()
    {
        var count = await PollAsync();
        _clock.Advance(TimeSpan.FromMilliseconds(500));
        Assert.True(_invalidator.IsCurrent(count, 1));
        await _feed.PolledAsync(2);

        _clock.Advance(MaxStaleness);
        await AnswerAsync([]);

        Assert.False(_invalidator.IsCurrent(count, 1));
    }

    [Fact]
    public async Task One_poll_runs_at_a_time_and_none_while_the_last_answer_is_recent_or_nothing_is_read()
    {
        var count = await PollAsync();
        for (var i = 0; i < 100; i++)
            Assert.True(_invalidator.IsCurrent(count, 1));
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(1, _feed.Polls);

        for (var i = 0; i < 100; i++)
            Assert.False(_invalidator.IsCurrent(count, 1));
        await AnswerAsync([]);

        Assert.Equal(2, _feed.Polls);
        Assert.True(_invalidator.IsCurrent(count, 1));
    }

    [Fact]
    public async Task Disposing_waits_for_the_last_poll_so_that_it_does_not_open_a_closed_store()
    {
        _invalidator.IsCurrent(0);
        var disposal = _invalidator.DisposeAsync().AsTask();
        await _feed.PolledAsync(1);
        Assert.False(disposal.IsCompleted);

        _feed.Answer([]);
        await disposal;

        Assert.True(_invalidator.IsCurrent(_invalidator.Count));
    }

    /// <returns>A count at which a row can be read and cached.</returns>
    private async Task<long> PollAsync()
    {
        _invalidator.IsCurrent(_invalidator.Count);
        await AnswerAsync([]);
        return _invalidator.Count;
    }

    private async Task AnswerAsync(long[]? accounts)
    {
        _feed.Answer(accounts);
        await _invalidator.LastPoll;
    }

    private sealed class ScriptedFeed : ChangeFeed
    {
        private readonly Channel<Func<IReadOnlyCollection<long>?>> _answers =
            Channel.CreateUnbounded<Func<IReadOnlyCollection<long>?>>();
        private readonly SemaphoreSlim _polled = new(0);

        public int Polls { get; private set; }

        public override async ValueTask<IReadOnlyCollection<long>?> ReadAsync()
        {
            Polls++;
            _polled.Release();
            return (await _answers.Reader.ReadAsync())();
        }

        /// <summary>Waits for this number of polls.</summary>
        public async Task PolledAsync(int polls)
        {
            while (Polls < polls)
                await _polled.WaitAsync();
        }

        public void Answer(long[]? accounts) => _answers.Writer.TryWrite(() => accounts);

        public void Fail(Exception failure) => _answers.Writer.TryWrite(() => throw failure);
    }
}
