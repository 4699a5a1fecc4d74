namespace TokenAuth.Kernel.Telemetry;

/// <summary>Lets one log line pass in a second and counts the others: what a full disk or a stranger causes must not fill the log.</summary>
internal sealed class LineLimit(TimeProvider clock)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private long? _passedAt;
    private int _held;

    /// <summary>Whether a line is to be written now.</summary>
    /// <param name="held">How many were not written since the last one that was.</param>
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
