using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Tokens;

/// <summary>A session as it is looked up by its text: of any dialect and in any state.</summary>
internal sealed record FoundSession(
    LiveSession Session, string Dialect, bool ApplicationIsEnabled, AccountState State, DateTimeOffset LastUsedAt, TimeSpan? SlidesBy)
{
    public const string ByHash =
        """
        SELECT s.token_hash, s.id, s.application_id, s.account_id, s.protected_secret, s.permissions, s.expires_at,
               a.user_name, a.display_name, a.state, s.last_used_at, s.slides_by, s.bound_to, s.dialect, p.enabled
        FROM sessions s
        LEFT JOIN accounts a ON a.id = s.account_id
        LEFT JOIN applications p ON p.id = s.application_id
        WHERE s.token_hash
        """;

    public static FoundSession Map(StoredRow row) => new(
        new LiveSession(
            row.GetInt64(1), row.NumberOrNull(2), row.NumberOrNull(3), row.TextOrNull(4), row.GetString(5),
            row.InstantOrNull(6), row.TextOrNull(7) ?? "", row.TextOrNull(8) ?? "", row.TextOrNull(12)),
        row.GetString(13),
        row.IsNull(14) || row.GetBoolean(14),
        (AccountState)(row.NumberOrNull(9) ?? (long)AccountState.Active),
        row.Instant(10),
        row.SpanOrNull(11));
}
