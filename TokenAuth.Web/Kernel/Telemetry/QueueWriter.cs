namespace TokenAuth.Kernel.Telemetry;

/// <summary>
/// Writes what waits in memory at an interval, and when the server stops. If writing fails, it logs one line, not one
/// at each interval.
/// </summary>
/// <param name="queue">The name of the queue in the metrics.</param>
internal abstract class QueueWriter(string queue, TimeSpan interval, Metrics telemetry, TimeProvider clock)
    : BackgroundService
{
    private bool _isFailing;

    /// <summary>The number of entries that wait.</summary>
    protected abstract int Waiting { get; }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TryFlushAsync(cancellationToken);
    }

    protected abstract Task FlushAsync(CancellationToken cancellation);

    protected abstract void LogFailed(string reason);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        telemetry.ObserveQueue(queue, () => Waiting);
        using var timer = new PeriodicTimer(interval, clock);
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
            await FlushAsync(cancellation);
            _isFailing = false;
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            if (!_isFailing)
                LogFailed(failure.GetBaseException().Message);
            _isFailing = true;
        }
    }
}
