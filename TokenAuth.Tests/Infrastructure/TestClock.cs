namespace TokenAuth.Tests.Infrastructure;

/// <summary>A clock that stands still until a test moves it. Its timers never fire.</summary>
internal sealed class TestClock : TimeProvider
{
    /// <summary>2026-03-01 12:00:00 UTC; golden files show it.</summary>
    public static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private DateTimeOffset _now = Start;

    private TimeSpan _passed;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => _now;

    public override long GetTimestamp() => _passed.Ticks;

    /// <summary>Moves the time of day and the elapsed time.</summary>
    public void Advance(TimeSpan by) => (_now, _passed) = (_now + by, _passed + by);

    /// <summary>Sets the time of day, as an administrator would; the elapsed time stays.</summary>
    public void Set(TimeSpan by) => _now += by;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new SilentTimer();

    private sealed class SilentTimer : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
