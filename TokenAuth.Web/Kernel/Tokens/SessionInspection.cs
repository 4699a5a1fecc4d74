using System.Net;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Tokens;

/// <summary>All that can be told of a good session, whichever dialect issued it.</summary>
internal sealed record InspectedSession(
    string Dialect, long? ApplicationId, string? ApiKey, long? AccountId, string? Login, string? UserId, string? DisplayName, string? Namespace,
    UserRole? Role, string Permissions, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, string? BoundTo)
{
    /// <summary>Whether it is good from this address.</summary>
    public bool IsGoodFrom(IPAddress address) => Session.IsGoodFrom(BoundTo, address);
}

/// <summary>Looks at sessions of all dialects by their texts, without using them.</summary>
internal sealed class SessionInspection(Store store, TimeProvider clock)
{
    /// <summary>The good session of this text; null for any other text. A browser's sign-in is nobody else's business.</summary>
    public async ValueTask<InspectedSession?> FindAsync(string text, CancellationToken cancellation) => await store.ReadAsync(
        connection => connection.FirstAsync(
            """
            SELECT s.dialect, s.application_id, p.api_key, s.account_id, a.user_name, u.user_id, COALESCE(a.display_name, u.display_name, u.user_id),
                   s.namespace, r.role, s.permissions, s.created_at, s.expires_at, s.bound_to
            FROM sessions s
            LEFT JOIN accounts a ON a.id = s.account_id
            LEFT JOIN applications p ON p.id = s.application_id
            LEFT JOIN application_users u ON u.id = s.application_user_id
            LEFT JOIN application_user_roles r ON r.application_user_id = s.application_user_id AND r.namespace = s.namespace
            WHERE s.token_hash = @hash AND s.dialect <> @browser
              AND (s.expires_at IS NULL OR s.expires_at > @now)
              AND (s.application_id IS NULL OR p.enabled = @enabled)
              AND (s.account_id IS NULL OR a.state = @active)
            """,
            row => new InspectedSession(
                row.GetString(0), row.NumberOrNull(1), row.TextOrNull(2), row.NumberOrNull(3), row.TextOrNull(4), row.TextOrNull(5), row.TextOrNull(6),
                row.TextOrNull(7), (UserRole?)row.NumberOrNull(8), row.GetString(9), row.Instant(10), row.InstantOrNull(11), row.TextOrNull(12)),
            ("@hash", TokenText.Hash(text)), ("@browser", BrowserSignIn.Dialect), ("@now", clock.GetUtcNow()), ("@enabled", true), ("@active", (long)AccountState.Active)),
        cancellation);
}
