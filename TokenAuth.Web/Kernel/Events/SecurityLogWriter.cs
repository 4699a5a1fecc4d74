using TokenAuth.Kernel.Telemetry;

namespace TokenAuth.Kernel.Events;

/// <summary>Writes the waiting security events once a second, and when the server stops.</summary>
internal sealed partial class SecurityLogWriter(
    SecurityLog log, Metrics telemetry, TimeProvider clock, ILogger<SecurityLogWriter> logger)
    : QueueWriter("events", TimeSpan.FromSeconds(1), telemetry, clock)
{
    protected override int Waiting => log.Waiting;

    protected override Task FlushAsync(CancellationToken cancellation) => log.FlushAsync(cancellation);

    [LoggerMessage(LogLevel.Warning, "Security events could not be written; they wait in memory: {Reason}")]
    protected override partial void LogFailed(string reason);
}
