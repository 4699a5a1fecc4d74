using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Operations;

/// <summary>
/// Deletes expired rows every five minutes, in small batches, so that no caller waits for it, and erases the accounts
/// that their owners closed a week ago.
/// </summary>
/// <remarks>
/// <para>
/// Deleted rows are lost. So a sweep is skipped if the clock was just set, or if it differs from the store's clock.
/// People must not lose sessions because a clock was a day ahead for a minute.
/// </para>
/// <para>
/// The folder <c>Operations</c> owns demo data, the expiry sweep, store health, the reports of nodes, and the copy from
/// SQLite to PostgreSQL. It must not know the command line.
/// </para>
/// </remarks>
internal sealed partial class ExpirySweep(
    Store store, AccountClosing closing, MaintenanceLog maintenance, TokenAuthOptions options, TimeProvider clock,
    ILogger<ExpirySweep> logger)
    : BackgroundService
{
    /// <summary>The smallest step of the clock that counts as setting it. Slewing a clock stays below.</summary>
    private static readonly TimeSpan MinStep = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Keeps sessions for a day after they expire, so that a clock that is hours ahead deletes no live session.
    /// </summary>
    private static readonly TimeSpan SessionGrace = TimeSpan.FromDays(1);

    /// <summary>The sender itself removes messages that have expired, and says so in the log, if it runs.</summary>
    private static readonly TimeSpan MailGrace = TimeSpan.FromDays(1);

    // Each statement compares the expiry twice, because another node may extend a row between the two.
    private readonly (string Statement, TimeSpan Age)[] _statements =
    [
        (
            "DELETE FROM handshakes WHERE id IN "
            + "(SELECT id FROM handshakes WHERE expires_at <= @now LIMIT 500) AND expires_at <= @now",
            TimeSpan.Zero),
        (
            "DELETE FROM sessions WHERE id IN "
            + "(SELECT id FROM sessions WHERE expires_at <= @now LIMIT 500) AND expires_at <= @now",
            SessionGrace),
        (
            "DELETE FROM replays WHERE subject_hash IN "
            + "(SELECT subject_hash FROM replays WHERE expires_at <= @now LIMIT 500) AND expires_at <= @now",
            TimeSpan.Zero),
        (
            "DELETE FROM throttles WHERE subject_hash IN "
            + "(SELECT subject_hash FROM throttles WHERE expires_at <= @now LIMIT 500) AND expires_at <= @now",
            TimeSpan.Zero),
        (
            "DELETE FROM security_events WHERE id IN "
            + "(SELECT id FROM security_events WHERE occurred_at <= @now LIMIT 500)",
            options.SecurityLog.Retention),
        ("DELETE FROM password_resets WHERE expires_at <= @now", TimeSpan.Zero),
        ("DELETE FROM email_confirmations WHERE expires_at <= @now", TimeSpan.Zero),
        ("DELETE FROM mail_queue WHERE expires_at <= @now", MailGrace),
        (
            "DELETE FROM oidc_tokens WHERE id IN "
            + "(SELECT id FROM oidc_tokens WHERE expires_at <= @now LIMIT 500) AND expires_at <= @now",
            TimeSpan.Zero),
        ("DELETE FROM hourly_counts WHERE hour <= @now", HourlyCountStore.Retention),
        ("DELETE FROM application_counts WHERE hour <= @now", HourlyCountStore.Retention),
        ("DELETE FROM application_faults WHERE occurred_at <= @now", ApplicationFaults.Retention),
        ("DELETE FROM nodes WHERE seen_at <= @now", NodeReport.Retention),
    ];

    private DateTimeOffset _seen = clock.GetUtcNow();
    private long _steady = clock.GetTimestamp();

    /// <summary>
    /// Sweeps, unless the clock was set since the last sweep, or differs from the store's by a minute or more.
    /// </summary>
    /// <returns>The number of deleted rows; null if the sweep was skipped.</returns>
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

    /// <summary>
    /// Deletes all expired rows, and erases the accounts that are due. Returns the number of rows and accounts.
    /// </summary>
    public async Task<int> SweepAsync(CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var removed = 0;
        foreach (var (statement, age) in _statements)
            removed += await DeleteAllAsync(statement, cancellation, ("@now", now - age));
        foreach (var statement in store.ExpiryStatements)
            removed += await DeleteAllAsync(statement, cancellation);
        return removed + await closing.EraseDueAsync(cancellation);
    }

    /// <summary>Repeats a statement until it deletes no more rows; returns their number.</summary>
    private async Task<int> DeleteAllAsync(
        string statement, CancellationToken cancellation, params SqlParameter[] parameters)
    {
        var (removed, batch) = (0, 0);
        do
        {
            batch = await store.WriteAsync(
                connection => connection.ExecuteAsync(statement, parameters), cancellation);
            removed += batch;
        }
        while (batch > 0);
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
                    var rows = await SweepWhenDueAsync(stoppingToken);
                    if (rows is not null)
                        await maintenance.FinishedAsync(MaintenanceLog.Sweep, $"{rows} rows deleted", stoppingToken);
                    LogSwept(rows ?? 0);
                }
                catch (Exception failure) when (failure is not OperationCanceledException)
                {
                    LogFailed(
                        failure.GetBaseException().Message,
                        StoreUnavailableException.IsBehind(failure) ? null : failure);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The server is stopping.
        }
    }

    [LoggerMessage(LogLevel.Debug, "Deleted {Rows} expired rows")]
    private partial void LogSwept(int rows);

    [LoggerMessage(
        LogLevel.Warning, "The clock was set by {Step}: no expired rows are removed until the next sweep")]
    private partial void LogStep(TimeSpan step);

    [LoggerMessage(
        LogLevel.Warning, "The store's clock differs from this node's by {Drift}: no expired rows are removed")]
    private partial void LogDrift(TimeSpan drift);

    [LoggerMessage(LogLevel.Warning, "Expired rows could not be removed; the next sweep will retry: {Reason}")]
    private partial void LogFailed(string reason, Exception? defect);
}
