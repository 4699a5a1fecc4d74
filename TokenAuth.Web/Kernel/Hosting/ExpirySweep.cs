using System.Data.Common;
using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Hosting;

/// <summary>Removes expired rows, a small batch at a time, so that no caller waits for it.</summary>
internal sealed partial class ExpirySweep(Store store, TimeProvider clock, ILogger<ExpirySweep> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(5);

    private static readonly string[] Statements =
    [
        "DELETE FROM handshakes WHERE id IN (SELECT id FROM handshakes WHERE expires_at <= @now LIMIT 500)",
        "DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE expires_at <= @now LIMIT 500)",
        "DELETE FROM replays WHERE subject_hash IN (SELECT subject_hash FROM replays WHERE expires_at <= @now LIMIT 500)",
        "DELETE FROM throttles WHERE subject_hash IN (SELECT subject_hash FROM throttles WHERE expires_at <= @now LIMIT 500)",
    ];

    /// <summary>Sweeps everything that has expired by now and tells how many rows that were.</summary>
    public async Task<int> SweepAsync(CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var removed = 0;
        foreach (var statement in Statements)
        {
            int batch;
            do
            {
                batch = await store.WriteAsync(connection => connection.ExecuteAsync(statement, ("@now", now)), cancellation);
                removed += batch;
            }
            while (batch > 0);
        }

        return removed;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    LogSwept(await SweepAsync(stoppingToken));
                }
                catch (DbException failure)
                {
                    LogFailed(failure);
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

    [LoggerMessage(LogLevel.Warning, "Expired rows could not be removed; the next sweep will try again")]
    private partial void LogFailed(Exception failure);
}
