namespace TokenAuth.Kernel.Storage.Caching;

/// <summary>
/// Tells whether what was read from the store a while ago is still what it says. What this process changes counts at once
/// (<see cref="Invalidate"/>), what others change within a second: the store is asked for it as long as somebody wants to know, and
/// where it does not answer, nothing holds.
/// </summary>
/// <remarks>
/// Changes are counted. Whoever reads notes the count first; if a change of the same account is counted after that, what was
/// read does not hold, even if the reading ended later. Accounts share the places in which their last change is kept; who shares one
/// with a changed account is read again for nothing.
/// </remarks>
internal sealed partial class CacheInvalidator(ChangeFeed log, TimeProvider clock, ILogger<CacheInvalidator> logger)
{
    /// <summary>Answers to a question that was asked longer ago say nothing any more. The rest of a second is for the answer's way.</summary>
    private static readonly TimeSpan MaxAge = TimeSpan.FromMilliseconds(800);

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(250);

    private readonly Lock _counting = new();
    private readonly long[] _changed = new long[4096];
    private long _count;
    private long _allChanged;
    private Moment? _lastAnswer;
    private Moment? _pollStarted;
    private int _isPolling;
    private bool _isFailing;

    /// <summary>The last question to the store.</summary>
    public Task LastPoll { get; private set; } = Task.CompletedTask;

    /// <summary>How many changes are known. To be noted before something is read.</summary>
    public long Count => Volatile.Read(ref _count);

    /// <summary>Whether what was read then holds. Asks the store, for the next one who wants to know, where that was not done for a while.</summary>
    /// <param name="count">As noted before it was read.</param>
    /// <param name="accountId">Whose it is; null: no account's.</param>
    public bool IsCurrent(long count, long? accountId = null) =>
        IsInTouch() && Volatile.Read(ref _allChanged) <= count
        && (accountId is not { } id || Volatile.Read(ref _changed[SlotOf(id)]) <= count);

    /// <summary>To be called after a change of this account, or of a session of it, is durable and before anybody is told.</summary>
    /// <param name="accountId">Null: nobody's, of which nothing is kept.</param>
    public void Invalidate(long? accountId)
    {
        if (accountId is not { } id)
            return;
        lock (_counting)
            Volatile.Write(ref _changed[SlotOf(id)], ++_count);
    }

    /// <summary>The same where anything may have changed.</summary>
    public void InvalidateAll()
    {
        lock (_counting)
            Volatile.Write(ref _allChanged, ++_count);
    }

    private long SlotOf(long accountId) => accountId & (_changed.Length - 1);

    private bool IsInTouch()
    {
        var (steady, day) = (clock.GetTimestamp(), clock.GetUtcNow());
        if (Age(Volatile.Read(ref _pollStarted)) >= PollInterval && Interlocked.CompareExchange(ref _isPolling, 1, 0) == 0)
        {
            using (ExecutionContext.SuppressFlow()) // it is asked for all, and not in the name of this one
                LastPoll = Task.Run(PollAsync);
        }

        return Age(Volatile.Read(ref _lastAnswer)) < MaxAge;

        // A machine that slept has a clock that stood still, and another that did not.
        TimeSpan Age(Moment? moment)
        {
            if (moment is null)
                return TimeSpan.MaxValue;
            var (passed, shown) = (clock.GetElapsedTime(moment.Steady, steady), (day - moment.Day).Duration());
            return passed > shown ? passed : shown;
        }
    }

    private async Task PollAsync()
    {
        var asked = new Moment(clock.GetTimestamp(), clock.GetUtcNow());
        Volatile.Write(ref _pollStarted, asked);
        try
        {
            if (await log.ReadAsync() is { } accounts)
            {
                foreach (var account in accounts)
                    Invalidate(account);
            }
            else
            {
                InvalidateAll();
            }

            Volatile.Write(ref _lastAnswer, asked);
            if (_isFailing)
                LogRecovered();
            _isFailing = false;
        }
        catch (Exception failure)
        {
            // Soon nothing holds: each caller asks the store, and is told by it.
            if (!_isFailing)
                LogFailed(failure.GetBaseException().Message);
            _isFailing = true;
        }
        finally
        {
            Volatile.Write(ref _isPolling, 0);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The store does not tell what has changed, so every call asks it: {Reason}")]
    private partial void LogFailed(string reason);

    [LoggerMessage(LogLevel.Information, "The store tells again what has changed")]
    private partial void LogRecovered();

    /// <param name="Steady">Of the clock that nobody sets.</param>
    /// <param name="Day">The time of day.</param>
    private sealed record Moment(long Steady, DateTimeOffset Day);
}
