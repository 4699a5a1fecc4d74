using System.Collections.Concurrent;
using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Limits;

/// <summary>
/// Calls per fixed window and application, over all nodes. A node takes small leases of the window and counts
/// them down in memory, so a hot application does not write a row per call. What is leased is never more than
/// the quota, so calls are never over it; below it they stay by at most the leases of the other nodes, a fiftieth
/// of the quota each.
/// </summary>
internal sealed class Quota(Store store, TimeProvider clock)
{
    /// <summary>A window that begins later than this from now was written by a clock that was wrong, and does not count.</summary>
    private static readonly TimeSpan MaxClockSkew = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<long, Lease> _leases = new();

    /// <summary>Takes one call and tells out of which window; null once the window's calls are used up.</summary>
    /// <param name="application">The application's id.</param>
    /// <param name="rule">Null where its calls are not limited.</param>
    public async ValueTask<QuotaWindow?> TakeAsync(long application, QuotaRule? rule, CancellationToken cancellation)
    {
        if (rule is not (var limit, var length))
            return QuotaWindow.Unlimited;

        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var window = new QuotaWindow(now - (now % (long)length.TotalMilliseconds));
        var furthest = now + (long)MaxClockSkew.TotalMilliseconds;
        var lease = _leases.GetOrAdd(application, static _ => new Lease());
        if (lease.TryTake(window, furthest) is { } taken)
            return taken;

        await lease.Refill.WaitAsync(cancellation);
        try
        {
            if (lease.NeedsMore(window, furthest))
                lease.Fill(window, await TakeLeaseAsync(application, window.Start, furthest, limit, Math.Max(1, limit / 50), cancellation));
            return lease.Take(window);
        }
        finally
        {
            lease.Refill.Release();
        }
    }

    /// <summary>Puts back what a call took that turned out not to be the application's.</summary>
    public void Refund(long application, QuotaWindow window)
    {
        if (_leases.TryGetValue(application, out var lease))
            lease.Refund(window);
    }

    private ValueTask<long> TakeLeaseAsync(long application, long start, long furthest, long limit, long size, CancellationToken cancellation) =>
        store.WriteAsync(
            async connection =>
            {
                // A node whose clock is behind counts into the newer window that another one has begun.
                for (var take = size; take > 0; take = take > 1 ? 1 : 0)
                {
                    var granted = await connection.FirstAsync(
                        """
                        INSERT INTO quotas (application_id, window_started_at, leased) VALUES (@application, @start, @take)
                        ON CONFLICT (application_id) DO UPDATE SET
                          leased = CASE WHEN quotas.window_started_at < excluded.window_started_at OR quotas.window_started_at > @furthest
                                        THEN excluded.leased ELSE quotas.leased + excluded.leased END,
                          window_started_at = CASE WHEN quotas.window_started_at < excluded.window_started_at OR quotas.window_started_at > @furthest
                                        THEN excluded.window_started_at ELSE quotas.window_started_at END
                        WHERE quotas.window_started_at < excluded.window_started_at OR quotas.window_started_at > @furthest OR quotas.leased + excluded.leased <= @limit
                        RETURNING leased
                        """,
                        _ => true, ("@application", application), ("@start", start), ("@furthest", furthest), ("@take", take), ("@limit", limit));
                    if (granted)
                        return take;
                }

                return 0L;
            },
            cancellation);

    /// <summary>What this node may still spend of the newest window it has seen.</summary>
    private sealed class Lease
    {
        private QuotaWindow _window = new(long.MinValue);
        private long _left;
        private bool _exhausted;

        /// <summary>Held by whoever asks the store, so that one lease is taken for a whole crowd.</summary>
        public SemaphoreSlim Refill { get; } = new(1, 1);

        /// <summary>Once the store has said that nothing is left, it is not asked again in that window.</summary>
        public bool NeedsMore(QuotaWindow window, long furthest)
        {
            lock (Refill)
                return IsOver(window, furthest) || (_left == 0 && !_exhausted);
        }

        /// <summary>What most calls do: there is some left, and nobody has to be asked.</summary>
        public QuotaWindow? TryTake(QuotaWindow window, long furthest)
        {
            lock (Refill)
                return IsOver(window, furthest) ? null : Take(window);
        }

        public void Fill(QuotaWindow window, long calls)
        {
            lock (Refill)
                (_window, _left, _exhausted) = (window, calls, calls == 0);
        }

        public QuotaWindow? Take(QuotaWindow window)
        {
            lock (Refill)
            {
                if (_left == 0)
                    return null;
                _left--;
                return window.Start < _window.Start ? _window : window;
            }
        }

        public void Refund(QuotaWindow window)
        {
            lock (Refill)
            {
                if (window == _window)
                    _left++;
            }
        }

        private bool IsOver(QuotaWindow window, long furthest) => window.Start > _window.Start || _window.Start > furthest;
    }
}

/// <summary>The window that a call was taken out of, by its start in Unix milliseconds.</summary>
internal readonly record struct QuotaWindow(long Start)
{
    public static readonly QuotaWindow Unlimited = new(long.MaxValue);
}

/// <summary>How many calls an application may make in each window.</summary>
internal sealed record QuotaRule(long Calls, TimeSpan Window);
