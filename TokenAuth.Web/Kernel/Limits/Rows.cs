namespace TokenAuth.Kernel.Limits;

/// <summary>The failed sign-ins of one subject in one window (see <see cref="Throttle"/>).</summary>
internal sealed class ThrottleRow
{
    public required byte[] SubjectHash { get; set; }

    public int Failures { get; set; }

    public DateTimeOffset WindowStartedAt { get; set; }

    public DateTimeOffset BlockedUntil { get; set; }

    public DateTimeOffset ExpiresAt { get; set; }
}

/// <summary>The calls leased from the current window of one application (see <see cref="Quota"/>).</summary>
internal sealed class QuotaRow
{
    public long ApplicationId { get; set; }

    public DateTimeOffset WindowStartedAt { get; set; }

    public long Leased { get; set; }
}

/// <summary>A value that may be used once until it expires (see <see cref="ReplayGuard"/>).</summary>
internal sealed class ReplayRow
{
    public required byte[] SubjectHash { get; set; }

    public DateTimeOffset ExpiresAt { get; set; }

    /// <summary>The highest timestamp of a stream; null for a value.</summary>
    public DateTimeOffset? Highest { get; set; }
}
