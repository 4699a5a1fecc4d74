namespace TokenAuth.Kernel.Storage.Caching;

/// <summary>
/// Decides whether a cached row is still valid. Changes of this process invalidate immediately
/// (<see cref="Invalidate"/>). Changes of other nodes, the command line and database shells invalidate within one
/// second, by polling the change feed while calls arrive. If polling fails, every cached row is stale.
/// </summary>
/// <remarks>
/// Changes are counted. A reader notes the count before it reads. If a later change concerns the same account, the row
/// is stale, even if the read ended after that change. Several accounts share a slot for their last change, so a change
/// may also invalidate rows of other accounts, which are then read again.
/// </remarks>
internal sealed partial class CacheInvalidator(ChangeFeed feed, TimeProvider clock, ILogger<CacheInvalidator> logger)
    : IAsyncDisposable
{
    /// <summary>
    /// How long after the start of a poll its answer is trusted. The rest of the second is left for the round trip.
    /// </summary>
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

    /// <summary>Counts of the lookups in the caches that depend on this object, for metrics.</summary>
    public CacheLookups Lookups { get; } = new();

    /// <summary>The last poll.</summary>
    public Task LastPoll { get; private set; } = Task.CompletedTask;

    /// <summary>The number of known changes. Note it before a row is read.</summary>
    public long Count => Volatile.Read(ref _count);

    /// <summary>
    /// Checks whether a row is still valid. If the last poll is too old, starts a new one, from which the next caller
    /// benefits.
    /// </summary>
    /// <param name="count">The <see cref="Count"/> before the row was read.</param>
    /// <param name="accountId">The account that the row belongs to; null if it belongs to none.</param>
    public bool IsCurrent(long count, long? accountId = null) =>
        IsFeedCurrent() && Volatile.Read(ref _allChanged) <= count
        && (accountId is not { } id || Volatile.Read(ref _changed[SlotOf(id)]) <= count);

    /// <summary>
    /// Invalidates the cached rows of an account. Call it after a change of the account or one of its sessions is
    /// durable, and before the caller gets an answer.
    /// </summary>
    /// <param name="accountId">Null if the row belongs to no account; such rows are not cached.</param>
    public void Invalidate(long? accountId)
    {
        if (accountId is not { } id)
            return;
        lock (_counting)
            Volatile.Write(ref _changed[SlotOf(id)], ++_count);
    }

    /// <summary>Invalidates every cached row.</summary>
    public void InvalidateAll()
    {
        lock (_counting)
            Volatile.Write(ref _allChanged, ++_count);
    }

    /// <summary>Waits for the last poll, so that the store is not opened again after it is closed.</summary>
    public async ValueTask DisposeAsync() => await LastPoll;

    private long SlotOf(long accountId) => accountId & (_changed.Length - 1);

    private bool IsFeedCurrent()
    {
        var (steady, day) = (clock.GetTimestamp(), clock.GetUtcNow());
        if (Age(Volatile.Read(ref _pollStarted)) >= PollInterval
            && Interlocked.CompareExchange(ref _isPolling, 1, 0) == 0)
        {
            // The poll serves all callers, so it does not inherit the context of this one.
            using (ExecutionContext.SuppressFlow())
                LastPoll = Task.Run(PollAsync);
        }

        return Age(Volatile.Read(ref _lastAnswer)) < MaxAge;

        // While a machine sleeps, the steady clock may stand still; the time of day does not. The larger age counts.
        TimeSpan Age(Moment? moment)
        {
            if (moment is null)
                return TimeSpan.MaxValue;
            var steadyPassed = clock.GetElapsedTime(moment.Steady, steady);
            var dayPassed = (day - moment.Day).Duration();
            return steadyPassed > dayPassed ? steadyPassed : dayPassed;
        }
    }

    private async Task PollAsync()
    {
        var started = new Moment(clock.GetTimestamp(), clock.GetUtcNow());
        Volatile.Write(ref _pollStarted, started);
        try
        {
            if (await feed.ReadAsync() is { } accounts)
            {
                foreach (var account in accounts)
                    Invalidate(account);
            }
            else
            {
                InvalidateAll();
            }

            Volatile.Write(ref _lastAnswer, started);
            if (_isFailing)
                LogRecovered();
            _isFailing = false;
        }
        catch (Exception failure)
        {
            // The cached rows soon become stale. Each caller then reads the store, and meets its failure there.
            if (!_isFailing)
                LogFailed(failure.GetBaseException().Message);
            _isFailing = true;
        }
        finally
        {
            Volatile.Write(ref _isPolling, 0);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The change feed could not be polled, so every call reads the store: {Reason}")]
    private partial void LogFailed(string reason);

    [LoggerMessage(LogLevel.Information, "The change feed can be polled again")]
    private partial void LogRecovered();

    /// <param name="Steady">The timestamp of the steady clock.</param>
    /// <param name="Day">The time of day.</param>
    private sealed record Moment(long Steady, DateTimeOffset Day);
}
