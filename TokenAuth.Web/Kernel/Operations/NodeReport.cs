using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Storage;
using TokenAuth.Kernel.Telemetry;

namespace TokenAuth.Kernel.Operations;

/// <summary>
/// Reports once a minute that this node serves, and adds its counts to those in the store; the last time when the node
/// stops.
/// </summary>
internal sealed partial class NodeReport(
    Store store, HourlyCountStore counts, TimeProvider clock, ILogger<NodeReport> logger) : BackgroundService
{
    /// <summary>The time after which the expiry sweep deletes a node that was killed.</summary>
    public static readonly TimeSpan Retention = TimeSpan.FromDays(1);

    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    public DateTimeOffset StartedAt { get; } = clock.GetUtcNow();

    private bool _failing;
    private bool _isReported;

    /// <summary>The random number of this process.</summary>
    public string Id { get; } = RandomToken.Hex(16);

    /// <summary>Writes this node's row and its counts.</summary>
    public async Task ReportAsync(CancellationToken cancellation)
    {
        await store.ApplyAsync(
            """
            INSERT INTO nodes (id, name, version, started_at, seen_at) VALUES (@id, @name, @version, @started, @now)
            ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at
            """,
            [
                ("@id", Id), ("@name", Environment.MachineName), ("@version", Metrics.Version), ("@started", StartedAt),
                ("@now", clock.GetUtcNow()),
            ],
            cancellation);
        _isReported = true;
        await counts.FlushAsync(cancellation);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TryAsync(async () =>
        {
            await counts.FlushAsync(cancellationToken);
            if (_isReported)
                await store.ApplyAsync("DELETE FROM nodes WHERE id = @id", [("@id", Id)], cancellationToken);
        });
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await TryAsync(() => ReportAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // The server is stopping.
        }
    }

    private async Task TryAsync(Func<Task> report)
    {
        try
        {
            await report();
            _failing = false;
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // Log one line, not one a minute, while the store is unreachable or full.
            if (!_failing)
                LogFailed(failure.GetBaseException().Message);
            _failing = true;
        }
    }

    [LoggerMessage(LogLevel.Warning, "This node's counts could not be written; they wait in memory: {Reason}")]
    private partial void LogFailed(string reason);
}
