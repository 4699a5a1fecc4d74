using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Operations;

/// <summary>Removes expired rows, a small batch at a time, so that no caller waits for it.</summary>
/// <remarks>
/// What is removed is gone for good, so it does nothing while the time of day has just been set: a clock that was a day ahead for
/// a minute must not cost anybody a session.
/// </remarks>
internal sealed partial class ExpirySweep(Store store, TokenAuthOptions options, TimeProvider clock, ILogger<ExpirySweep> logger) : BackgroundService
{
    /// <summary>A clock that is slewed stays within it.</summary>
    private static readonly TimeSpan MinStep = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    /// <summary>Sessions stay for another day: a clock that is some hours ahead must not take them from people.</summary>
    private static readonly TimeSpan SessionGrace = TimeSpan.FromDays(1);

    // Each asks twice when a row expires: another node may have put it off in between.
    private readonly (string Statement, TimeSpan Age)[] _statements =
    [
        ("DELETE FROM handshakes WHERE id IN (SELECT id FROM handshakes WHERE expires_at <= @now LIMIT 500) AND expires_at <= @now", TimeSpan.Zero),
        ("DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE expires_at <= @now LIMIT 500) AND expires_at <= @now", SessionGrace),
        ("DELETE FROM replays WHERE subject_hash IN (SELECT subject_hash FROM replays WHERE expires_at <= @now LIMIT 500) AND expires_at <= @now", TimeSpan.Zero),
        ("DELETE FROM throttles WHERE subject_hash IN (SELECT subject_hash FROM throttles WHERE expires_at <= @now LIMIT 500) AND expires_at <= @now", TimeSpan.Zero),
        ("DELETE FROM security_events WHERE id IN (SELECT id FROM security_events WHERE occurred_at <= @now LIMIT 500)", options.SecurityLog.Retention),
    ];

    private DateTimeOffset _seen = clock.GetUtcNow();
    private long _steady = clock.GetTimestamp();

    /// <summary>Sweeps, unless the time of day has been set since the last turn.</summary>
    /// <returns>How many rows were removed; null where it was not the moment.</returns>
    public async Task<int?> SweepWhenDueAsync(CancellationToken cancellation)
    {
        var step = clock.GetUtcNow() - _seen - clock.GetElapsedTime(_steady);
        (_seen, _steady) = (clock.GetUtcNow(), clock.GetTimestamp());
        if (step.Duration() >= MinStep)
        {
            LogStep(step);
            return null;
        }

        if (await store.ClockAsync() is { } there && (there - _seen).Duration() >= MinStep)
        {
            LogDrift(there - _seen);
            return null;
        }

        return await SweepAsync(cancellation);
    }

    /// <summary>Sweeps everything that has expired by now and tells how many rows that were.</summary>
    public async Task<int> SweepAsync(CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var removed = 0;
        foreach (var (statement, age) in _statements.Concat(store.ExpiryStatements.Select(own => (own, TimeSpan.Zero))))
        {
            int batch;
            do
            {
                batch = await store.WriteAsync(connection => connection.ExecuteAsync(statement, ("@now", now - age)), cancellation);
                removed += batch;
            }
            while (batch > 0);
        }

        return removed;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    LogSwept(await SweepWhenDueAsync(stoppingToken) ?? 0);
                }
                catch (Exception failure) when (failure is not OperationCanceledException)
                {
                    LogFailed(failure.GetBaseException().Message, StoreUnavailableException.IsBehind(failure) ? null : failure);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The server is stopping.
        }
    }

    [LoggerMessage(LogLevel.Debug, "Removed {Rows} expired rows")]
    private partial void LogSwept(int rows);

    [LoggerMessage(LogLevel.Warning, "The clock was set by {Step}: nothing is removed as expired until the next sweep")]
    private partial void LogStep(TimeSpan step);

    [LoggerMessage(LogLevel.Warning, "The store's clock differs from this node's by {Drift}: nothing is removed as expired")]
    private partial void LogDrift(TimeSpan drift);

    [LoggerMessage(LogLevel.Warning, "Expired rows could not be removed; the next sweep will try again: {Reason}")]
    private partial void LogFailed(string reason, Exception? defect);
}
