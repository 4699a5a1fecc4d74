using System.Collections.Concurrent;
using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Limits;

/// <summary>
/// Limits the calls of an application per fixed window, over all nodes. A node takes small leases from the window and
/// counts them down in memory, so that a busy application does not write a row for each call. The leases never exceed
/// the quota, so neither do the calls. They may fall short of it by the unused leases of other nodes, each a fiftieth
/// of the quota (at least one call).
/// </summary>
internal sealed class Quota(Store store, TimeProvider clock)
{
    /// <summary>
    /// A window that starts later than this from now was written by a wrong clock and does not count.
    /// </summary>
    private static readonly TimeSpan MaxClockSkew = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<long, Lease> _leases = new();

    /// <summary>Takes one call, and returns its window; null if the calls of the window are used up.</summary>
    /// <param name="application">The application's id.</param>
    /// <param name="rule">The application's quota; null if its calls are not limited.</param>
    public async ValueTask<QuotaWindow?> TakeAsync(long application, QuotaRule? rule, CancellationToken cancellation)
    {
        if (rule is not (var limit, var length))
            return QuotaWindow.Unlimited;

        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var window = new QuotaWindow(now - (now % (long)length.TotalMilliseconds));
        var latestStart = now + (long)MaxClockSkew.TotalMilliseconds;
        var lease = _leases.GetOrAdd(application, static _ => new Lease());
        if (lease.TryTake(window, latestStart) is { } taken)
            return taken;

        await lease.Refill.WaitAsync(cancellation);
        try
        {
            if (lease.NeedsMore(window, latestStart))
            {
                var size = Math.Max(1, limit / 50);
                lease.Fill(
                    window, await TakeLeaseAsync(application, window.Start, latestStart, limit, size, cancellation));
            }

            return lease.Take(window);
        }
        finally
        {
            lease.Refill.Release();
        }
    }

    /// <summary>Refunds a call that turned out not to be the application's.</summary>
    public void Refund(long application, QuotaWindow window)
    {
        if (_leases.TryGetValue(application, out var lease))
            lease.Refund(window);
    }

    private ValueTask<long> TakeLeaseAsync(
        long application, long start, long latestStart, long limit, long size, CancellationToken cancellation) =>
        store.WriteAsync(
            async connection =>
            {
                // A node whose clock is behind counts into a newer window that another node has started.
                for (var take = size; take > 0; take = take > 1 ? 1 : 0)
                {
                    var granted = await connection.FirstAsync(
                        """
                        INSERT INTO quotas (application_id, window_started_at, leased)
                        VALUES (@application, @start, @take)
                        ON CONFLICT (application_id) DO UPDATE SET
                          leased = CASE WHEN quotas.window_started_at < excluded.window_started_at
                                          OR quotas.window_started_at > @latest
                                        THEN excluded.leased ELSE quotas.leased + excluded.leased END,
                          window_started_at = CASE WHEN quotas.window_started_at < excluded.window_started_at
                                          OR quotas.window_started_at > @latest
                                        THEN excluded.window_started_at ELSE quotas.window_started_at END
                        WHERE quotas.window_started_at < excluded.window_started_at
                          OR quotas.window_started_at > @latest
                          OR quotas.leased + excluded.leased <= @limit
                        RETURNING leased
                        """,
                        _ => true,
                        ("@application", application),
                        ("@start", start),
                        ("@latest", latestStart),
                        ("@take", take),
                        ("@limit", limit));
                    if (granted)
                        return take;
                }

                return 0L;
            },
            cancellation);

    /// <summary>The calls that this node may still take from the newest window that it has seen.</summary>
    private sealed class Lease
    {
        private QuotaWindow _window = new(long.MinValue);
        private long _left;
        private bool _exhausted;

        /// <summary>Held while the store is asked, so that concurrent calls share one lease.</summary>
        public SemaphoreSlim Refill { get; } = new(1, 1);

        /// <summary>
        /// Checks whether a lease is needed. Once the store has refused one, it is not asked again in that window.
        /// </summary>
        public bool NeedsMore(QuotaWindow window, long latestStart)
        {
            lock (Refill)
                return IsOver(window, latestStart) || (_left == 0 && !_exhausted);
        }

        /// <summary>
        /// Takes a call without the store, as most calls do. Null if the window has ended or nothing is left.
        /// </summary>
        public QuotaWindow? TryTake(QuotaWindow window, long latestStart)
        {
            lock (Refill)
                return IsOver(window, latestStart) ? null : Take(window);
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

        private bool IsOver(QuotaWindow window, long latestStart) =>
            window.Start > _window.Start || _window.Start > latestStart;
    }
}

/// <summary>The window that a call was taken from, by its start in Unix milliseconds.</summary>
internal readonly record struct QuotaWindow(long Start)
{
    public static readonly QuotaWindow Unlimited = new(long.MaxValue);
}

/// <summary>The number of calls that an application may make in each window.</summary>
internal sealed record QuotaRule(long Calls, TimeSpan Window);
