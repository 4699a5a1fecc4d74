using TokenAuth.Kernel.Telemetry;

namespace TokenAuth.Kernel.Applications;

/// <summary>Writes the waiting faults of applications every two seconds, and when the server stops.</summary>
internal sealed partial class ApplicationFaultWriter(
    ApplicationFaults faults, Metrics telemetry, TimeProvider clock, ILogger<ApplicationFaultWriter> logger)
    : QueueWriter("faults", TimeSpan.FromSeconds(2), telemetry, clock)
{
    protected override int Waiting => faults.Waiting;

    protected override Task FlushAsync(CancellationToken cancellation) => faults.FlushAsync(cancellation);

    [LoggerMessage(LogLevel.Warning, "Faults of applications could not be written and are dropped: {Reason}")]
    protected override partial void LogFailed(string reason);
}
