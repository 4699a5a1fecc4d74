using TokenAuth.Kernel.Telemetry;

namespace TokenAuth.Kernel.Events;

/// <summary>Writes the waiting security events once a second, and when the server stops.</summary>
internal sealed partial class SecurityLogWriter(
    SecurityLog log, Metrics telemetry, TimeProvider clock, ILogger<SecurityLogWriter> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private bool _failing;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TryFlushAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        telemetry.ObserveQueue("events", () => log.Waiting);
        using var timer = new PeriodicTimer(Interval, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await TryFlushAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // The server is stopping.
        }
    }

    private async Task TryFlushAsync(CancellationToken cancellation)
    {
        try
        {
            await log.FlushAsync(cancellation);
            _failing = false;
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // Log one line, not one a second, while the store is unreachable or full.
            if (!_failing)
                LogFailed(failure.GetBaseException().Message);
            _failing = true;
        }
    }

    [LoggerMessage(LogLevel.Warning, "Security events could not be written; they wait in memory: {Reason}")]
    private partial void LogFailed(string reason);
}
