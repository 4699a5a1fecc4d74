using System.Security.Claims;
using OpenIddict.Abstractions;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Sessions;
using TokenAuth.Kernel.Storage;
using TokenAuth.Kernel.Telemetry;

namespace TokenAuth.OpenId;

/// <summary>The session behind a token.</summary>
/// <param name="Id">The session's number; null for a token of an application itself.</param>
/// <param name="AccountId">The account; null if the session belongs to an application's user.</param>
internal sealed record TokenSession(long? Id, long? AccountId, string? Login, string? DisplayName)
{
    /// <summary>The one of a token that an application has for itself. It does not end before the token.</summary>
    public static readonly TokenSession None = new(null, null, null, null);
}

/// <summary>Finds the session behind a token, without using it.</summary>
internal sealed class TokenSessions(SessionStore sessions, Store store, TimeProvider clock)
{
    /// <summary>Returns the session; null if it has ended.</summary>
    public async ValueTask<TokenSession?> FindAsync(ClaimsPrincipal token, CancellationToken cancellation)
    {
        if (token.GetAuthorizationId() is { } text)
        {
            var found = await sessions.FindAsync(DialectNames.OpenId, applicationId: null, text, cancellation);
            return found.Succeeded(out var session, out _)
                ? new TokenSession(session.Id, session.AccountId, session.Login, session.DisplayName)
                : null;
        }

        return long.TryParse(token.GetClaim(TokenExchange.SessionClaim), out var number)
            ? await FindAsync(number, cancellation)
            : TokenSession.None;
    }

    /// <summary>Finds the session of a dialect that a token was exchanged for.</summary>
    private async ValueTask<TokenSession?> FindAsync(long id, CancellationToken cancellation) => await store.ReadAsync(
        connection => connection.FirstAsync(
            """
            SELECT s.id, s.account_id, a.user_name, a.display_name FROM sessions s
            LEFT JOIN accounts a ON a.id = s.account_id
            LEFT JOIN applications p ON p.id = s.application_id
            WHERE s.id = @id AND (s.expires_at IS NULL OR s.expires_at > @now)
              AND (a.state IS NULL OR a.state = @active) AND (p.enabled IS NULL OR p.enabled = @enabled)
            """,
            row => new TokenSession(row.GetInt64(0), row.NumberOrNull(1), row.TextOrNull(2), row.TextOrNull(3)),
            ("@id", id), ("@now", clock.GetUtcNow()), ("@active", (long)AccountState.Active), ("@enabled", true)),
        cancellation);
}
