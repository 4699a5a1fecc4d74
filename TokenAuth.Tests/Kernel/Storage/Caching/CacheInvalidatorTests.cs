using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using TokenAuth.Kernel.Storage.Caching;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Kernel.Storage.Caching;

/// <summary>How long what was read holds, whatever the store answers.</summary>
public sealed class CacheInvalidatorTests
{
    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(1);

    private readonly TestClock _clock = new();
    private readonly Scripted _log = new();
    private readonly CacheInvalidator _freshness;

    public CacheInvalidatorTests() => _freshness = new CacheInvalidator(_log, _clock, NullLogger<CacheInvalidator>.Instance);

    [Fact]
    public async Task Nothing_holds_before_the_store_has_answered_and_then_what_is_read_after_that()
    {
        var count = _freshness.Count;
        Assert.False(_freshness.IsCurrent(count, 1));

        await AnswerAsync(null);

        Assert.False(_freshness.IsCurrent(count, 1));
        Assert.True(_freshness.IsCurrent(_freshness.Count, 1));
    }

    [Fact]
    public async Task What_the_store_tells_of_one_account_leaves_the_others_alone()
    {
        var count = await InTouchAsync();

        _clock.Advance(TimeSpan.FromMilliseconds(300));
        Assert.True(_freshness.IsCurrent(count, 1));
        await AnswerAsync([1]);

        Assert.False(_freshness.IsCurrent(count, 1));
        Assert.True(_freshness.IsCurrent(count, 2));
        Assert.True(_freshness.IsCurrent(count));
        Assert.True(_freshness.IsCurrent(_freshness.Count, 1));
    }

    [Fact]
    public async Task A_change_of_anything_ends_everything_that_was_read_before()
    {
        var count = await InTouchAsync();

        _freshness.InvalidateAll();

        Assert.False(_freshness.IsCurrent(count, 1));
        Assert.False(_freshness.IsCurrent(count));
    }

    [Fact]
    public async Task What_is_nobodys_is_not_kept_so_a_change_of_it_is_none()
    {
        var count = await InTouchAsync();

        _freshness.Invalidate(accountId: null);

        Assert.True(_freshness.IsCurrent(count, 1));
    }

    [Fact]
    public async Task Accounts_that_share_a_place_are_forgotten_together()
    {
        var count = await InTouchAsync();

        _freshness.Invalidate(7);

        Assert.False(_freshness.IsCurrent(count, 7));
        Assert.False(_freshness.IsCurrent(count, 7 + 4096));
        Assert.True(_freshness.IsCurrent(count, 8));
    }

    [Fact]
    public async Task What_was_begun_to_be_read_before_a_change_does_not_hold_after_it()
    {
        await InTouchAsync();
        var begun = _freshness.Count;

        _freshness.Invalidate(1);

        Assert.False(_freshness.IsCurrent(begun, 1));
    }

    [Fact]
    public async Task Where_the_store_does_not_answer_nothing_holds_a_second_after_the_last_question_that_it_answered()
    {
        var count = await InTouchAsync();

        _clock.Advance(TimeSpan.FromMilliseconds(700));
        Assert.True(_freshness.IsCurrent(count, 1)); // and asks
        await _log.AskedAsync(2);
        _clock.Advance(TimeSpan.FromMilliseconds(300));
        Assert.False(_freshness.IsCurrent(count, 1));

        _log.Fail(new IOException("no answer"));
        await _freshness.LastPoll;
        Assert.False(_freshness.IsCurrent(count, 1)); // and asks again
        await AnswerAsync([]);
        Assert.True(_freshness.IsCurrent(count, 1));
    }

    [Fact]
    public async Task A_store_that_fails_is_not_asked_by_everybody()
    {
        _freshness.IsCurrent(0);
        _log.Fail(new IOException("no answer"));
        await _freshness.LastPoll;

        for (var i = 0; i < 100; i++)
            Assert.False(_freshness.IsCurrent(0));
        Assert.Equal(1, _log.Questions);

        _clock.Advance(TimeSpan.FromMilliseconds(250));
        Assert.False(_freshness.IsCurrent(0));
        await AnswerAsync([]);
        Assert.Equal(2, _log.Questions);
        Assert.True(_freshness.IsCurrent(_freshness.Count));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task A_machine_that_slept_or_was_given_another_time_asks_again_although_its_steady_clock_stood_still(int hours)
    {
        var count = await InTouchAsync();

        _clock.Set(TimeSpan.FromHours(hours));

        Assert.False(_freshness.IsCurrent(count, 1));
        await AnswerAsync([]);
        Assert.True(_freshness.IsCurrent(count, 1));
    }

    [Fact]
    public async Task A_late_answer_counts_from_its_question()
    {
        var count = await InTouchAsync();
        _clock.Advance(TimeSpan.FromMilliseconds(500));
        Assert.True(_freshness.IsCurrent(count, 1));
        await _log.AskedAsync(2);

        _clock.Advance(Promised);
        await AnswerAsync([]);

        Assert.False(_freshness.IsCurrent(count, 1));
    }

    [Fact]
    public async Task One_question_at_a_time_and_none_while_the_last_answer_is_young_or_nobody_wants_to_know()
    {
        var count = await InTouchAsync();
        for (var i = 0; i < 100; i++)
            Assert.True(_freshness.IsCurrent(count, 1));
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(1, _log.Questions);

        for (var i = 0; i < 100; i++)
            Assert.False(_freshness.IsCurrent(count, 1));
        await AnswerAsync([]);

        Assert.Equal(2, _log.Questions);
        Assert.True(_freshness.IsCurrent(count, 1));
    }

    /// <returns>A count at which something may be read that holds.</returns>
    private async Task<long> InTouchAsync()
    {
        _freshness.IsCurrent(_freshness.Count);
        await AnswerAsync([]);
        return _freshness.Count;
    }

    private async Task AnswerAsync(long[]? accounts)
    {
        _log.Answer(accounts);
        await _freshness.LastPoll;
    }

    private sealed class Scripted : ChangeFeed
    {
        private readonly Channel<Func<IReadOnlyCollection<long>?>> _answers = Channel.CreateUnbounded<Func<IReadOnlyCollection<long>?>>();
        private readonly SemaphoreSlim _asked = new(0);

        public int Questions { get; private set; }

        public override async ValueTask<IReadOnlyCollection<long>?> ReadAsync()
        {
            Questions++;
            _asked.Release();
            return (await _answers.Reader.ReadAsync())();
        }

        /// <summary>Until so many questions were asked.</summary>
        public async Task AskedAsync(int questions)
        {
            while (Questions < questions)
                await _asked.WaitAsync();
        }

        public void Answer(long[]? accounts) => _answers.Writer.TryWrite(() => accounts);

        public void Fail(Exception failure) => _answers.Writer.TryWrite(() => throw failure);
    }
}
