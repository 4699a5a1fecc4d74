using TokenAuth.Kernel.Telemetry;

namespace TokenAuth.Kernel.Applications;

/// <summary>Writes the waiting faults of applications every two seconds, and when the server stops.</summary>
internal sealed partial class ApplicationFaultWriter(
    ApplicationFaults faults, Metrics telemetry, TimeProvider clock, ILogger<ApplicationFaultWriter> logger)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private bool _failing;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TryFlushAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        telemetry.ObserveQueue("faults", () => faults.Waiting);
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
            await faults.FlushAsync(cancellation);
            _failing = false;
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // Log one line, not one every two seconds, while the store is unreachable or full.
            if (!_failing)
                LogFailed(failure.GetBaseException().Message);
            _failing = true;
        }
    }

    [LoggerMessage(LogLevel.Warning, "Faults of applications could not be written and are dropped: {Reason}")]
    private partial void LogFailed(string reason);
}
