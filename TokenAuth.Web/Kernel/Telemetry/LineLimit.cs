namespace TokenAuth.Kernel.Telemetry;

/// <summary>
/// Lets one log line a second pass and counts the others, so that neither a full disk nor a stranger can fill the log.
/// </summary>
internal sealed class LineLimit(TimeProvider clock)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private long? _passedAt;
    private int _held;

    /// <summary>Checks whether a line may be written now.</summary>
    /// <param name="held">The number of lines that were held back since the last one that passed.</param>
    public bool Passes(out int held)
    {
        lock (_lock)
        {
            held = _held;
            var passes = _passedAt is not { } last || clock.GetElapsedTime(last) >= Interval;
            (_passedAt, _held) = passes ? (clock.GetTimestamp(), 0) : (_passedAt, _held + 1);
            return passes;
        }
    }
}
