using System.Security.Claims;
using OpenIddict.Abstractions;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Sessions;
using TokenAuth.Kernel.Storage;
using TokenAuth.Kernel.Telemetry;

namespace TokenAuth.OpenId;

/// <summary>Checks whether the session behind a token is still valid.</summary>
internal sealed class TokenSessions(SessionStore sessions, Store store, TimeProvider clock)
{
    /// <summary>True for a token without a session as well: the application's own.</summary>
    public async ValueTask<bool> IsValidAsync(ClaimsPrincipal token, CancellationToken cancellation)
    {
        if (token.GetAuthorizationId() is { } text)
        {
            var found = await sessions.FindAsync(DialectNames.OpenId, applicationId: null, text, cancellation);
            return found.Succeeded(out _, out _);
        }

        return !long.TryParse(token.GetClaim(TokenExchange.SessionClaim), out var number)
            || await IsOpenAsync(number, cancellation);
    }

    /// <summary>Checks the session of a dialect that a token was exchanged for.</summary>
    private async ValueTask<bool> IsOpenAsync(long id, CancellationToken cancellation) => await store.ReadAsync(
        connection => connection.FirstAsync(
            """
            SELECT s.id FROM sessions s
            LEFT JOIN accounts a ON a.id = s.account_id
            LEFT JOIN applications p ON p.id = s.application_id
            WHERE s.id = @id AND (s.expires_at IS NULL OR s.expires_at > @now)
              AND (a.state IS NULL OR a.state = @active) AND (p.enabled IS NULL OR p.enabled = @enabled)
            """,
            row => (long?)row.GetInt64(0),
            ("@id", id), ("@now", clock.GetUtcNow()), ("@active", (long)AccountState.Active), ("@enabled", true)),
        cancellation) is not null;
}
