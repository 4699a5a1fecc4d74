using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Storage;
using TokenAuth.Kernel.Telemetry;

namespace TokenAuth.Kernel.Sessions;

/// <summary>A session of any dialect and in any state, as it is looked up by its text.</summary>
internal sealed record SessionRow(
    ActiveSession Session, string Dialect, bool ApplicationIsEnabled, AccountState State, DateTimeOffset LastUsedAt,
    TimeSpan? SlidesBy)
{
    /// <summary>The expiry of a session with sliding expiration is written at most once in this time.</summary>
    private static readonly TimeSpan ExtendStep = TimeSpan.FromMinutes(1);

    public const string ByHash =
        """
        SELECT s.token_hash, s.id, s.application_id, s.account_id, s.protected_secret, s.permissions, s.expires_at,
               a.user_name, a.display_name, a.state, s.last_used_at, s.slides_by, s.bound_to, s.dialect, p.enabled,
               s.created_at, s.account_key_id
        FROM sessions s
        LEFT JOIN accounts a ON a.id = s.account_id
        LEFT JOIN applications p ON p.id = s.application_id
        WHERE s.token_hash
        """;

    /// <summary>The last use that this process knows.</summary>
    public LastUse LastUse { get; } = new(LastUsedAt);

    /// <summary>Maps a row of <see cref="ByHash"/>.</summary>
    /// <param name="browserLife">
    /// The maximum lifetime of a browser's session, which sliding expiration does not exceed.
    /// </param>
    public static SessionRow Map(RowReader row, TimeSpan browserLife)
    {
        var dialect = row.GetString(13);
        var endsBy = dialect == DialectNames.Browser ? row.Instant(15) + browserLife : (DateTimeOffset?)null;
        var expiresAt = row.InstantOrNull(6);
        return new(
            new ActiveSession(
                row.GetInt64(1), row.NumberOrNull(2), row.NumberOrNull(3), row.TextOrNull(4), row.GetString(5),
                endsBy < expiresAt ? endsBy : expiresAt,
                row.TextOrNull(7) ?? "", row.TextOrNull(8) ?? "", row.TextOrNull(12))
            {
                EndsBy = endsBy,
                AccountKeyId = row.NumberOrNull(16),
            },
            dialect,
            row.IsNull(14) || row.GetBoolean(14),
            (AccountState)(row.NumberOrNull(9) ?? (long)AccountState.Active),
            row.Instant(10),
            row.SpanOrNull(11));
    }

    /// <summary>
    /// Checks a row: whether it is valid for this dialect and application now, and whether its use must be written.
    /// </summary>
    /// <param name="applicationId">Null accepts the session of any application.</param>
    public static Outcome<ActiveSession> Check(
        SessionRow? found, string dialect, long? applicationId, DateTimeOffset now)
    {
        var isValid = found is { Session: var row, ApplicationIsEnabled: true }
            && found.Dialect == dialect
            && (applicationId is null || row.ApplicationId == applicationId)
            && !(row.ExpiresAt <= now);
        if (!isValid)
            return FaultKind.SessionUnusable;
        if (found!.State != AccountState.Active)
            return FaultKind.AccountClosed;
        if (found.SlidesBy is { } lifetime)
            return now - found.LastUsedAt >= ExtendStep ? found.Session with { ExtendBy = lifetime } : found.Session;
        return found.LastUse.IsDue(now) ? found.Session with { UseDue = found.LastUse } : found.Session;
    }
}
