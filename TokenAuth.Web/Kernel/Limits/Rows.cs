namespace TokenAuth.Kernel.Limits;

/// <summary>Failed sign-ins of one subject in one window (see <see cref="Throttle"/>).</summary>
internal sealed class ThrottleRow
{
    public required byte[] SubjectHash { get; set; }

    public int Failures { get; set; }

    public DateTimeOffset WindowStartedAt { get; set; }

    public DateTimeOffset BlockedUntil { get; set; }

    public DateTimeOffset ExpiresAt { get; set; }
}

/// <summary>Calls that have been leased out of one application's present window (see <see cref="Quota"/>).</summary>
internal sealed class QuotaRow
{
    public long ApplicationId { get; set; }

    public DateTimeOffset WindowStartedAt { get; set; }

    public long Leased { get; set; }
}

/// <summary>Something that may be used once until it expires (see <see cref="ReplayGuard"/>).</summary>
internal sealed class ReplayRow
{
    public required byte[] SubjectHash { get; set; }

    public DateTimeOffset ExpiresAt { get; set; }

    /// <summary>For a row that stands for a stream: the highest instant it has seen.</summary>
    public DateTimeOffset? Highest { get; set; }
}
