using System.Net;
using System.Security.Cryptography;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Sessions;

/// <content>The exchange of a confirmed handshake for a session.</content>
internal sealed partial class HandshakeStore
{
    /// <summary>
    /// Turns a confirmed handshake into its session, in one transaction: of two concurrent exchanges, on any node, one
    /// succeeds. A handshake that is not confirmed (<see cref="FaultKind.HandshakeUnusable"/>), or whose account is
    /// closed (<see cref="FaultKind.AccountClosed"/>), stays.
    /// </summary>
    /// <param name="sessionText">The text of the session.</param>
    /// <param name="sessionSecret">The session's own secret, if the dialect has one.</param>
    /// <param name="sessionDialect">
    /// The session's dialect, if several kinds of handshake lead to one kind of session.
    /// </param>
    /// <param name="verifier">
    /// The verifier that the caller presents. If the handshake was confirmed with another one, it stays as well
    /// (<see cref="FaultKind.VerifierWrong"/>): 128 random bits cannot be guessed while it is open.
    /// </param>
    public async Task<Outcome<ExchangeResult>> ExchangeAsync(
        string dialect, long applicationId, string text, string sessionText, string? sessionSecret, IPAddress caller,
        CancellationToken cancellation, string? sessionDialect = null, string? verifier = null)
    {
        var now = clock.GetUtcNow();
        var template = sessions.Row(new NewSession(
            sessionDialect ?? dialect, sessionText, sessionSecret, applicationId, AccountId: null, Permissions: "",
            Lifetime: null, Slides: false, caller));
        var outcome = await store.WriteAsync(
            async connection =>
            {
                SqlParameter active = ("@active", (long)AccountState.Active);
                var which = Which(dialect, applicationId, text, now);

                // Compare the presented verifier here, in constant time. The statement below compares stored values
                // only.
                var expected = verifier is null ? null : await connection.FirstAsync(
                    $"SELECT verifier_hash {OfText}", row => row.IsNull(0) ? null : row.GetBytes(0), which);
                if (expected is not null && !CryptographicOperations.FixedTimeEquals(expected, HashOrNull(verifier)))
                    return FaultKind.VerifierWrong;
                var found = await connection.FirstAsync(
                    $"""
                    DELETE {OfText}
                      AND (SELECT state FROM accounts WHERE id = account_id) = @active
                      AND (verifier_hash IS NULL OR verifier_hash = @verifier)
                    RETURNING account_id, permissions, session_lifetime, session_slides,
                              (SELECT user_name FROM accounts WHERE id = account_id),
                              (SELECT display_name FROM accounts WHERE id = account_id)
                    """,
                    ConfirmedHandshake.Map, [.. which, active, ("@verifier", expected)]);
                if (found is not { } confirmed)
                {
                    return await connection.FirstAsync(
                        $"SELECT (SELECT state FROM accounts WHERE id = account_id) {OfText}",
                        row => (AccountState?)row.NumberOrNull(0), which) switch
                    {
                        null => FaultKind.HandshakeUnusable,
                        AccountState.Active => FaultKind.VerifierWrong,
                        _ => FaultKind.AccountClosed,
                    };
                }

                var issued = template with
                {
                    AccountId = confirmed.AccountId,
                    Permissions = confirmed.Permissions,
                    ExpiresAt = template.CreatedAt + confirmed.Lifetime,
                    SlidesBy = confirmed.Slides ? confirmed.Lifetime : null,
                };
                await SessionInsertion.RunAsync(connection, issued);
                return (Outcome<ExchangeResult>)new ExchangeResult(
                    sessionText, sessionSecret, confirmed.AccountId, confirmed.Login, confirmed.DisplayName,
                    issued.ExpiresAt, issued.Permissions);
            },
            cancellation);
        if (outcome.Succeeded(out var exchanged, out _))
        {
            telemetry.HandshakeExchanged(dialect);
            sessions.Issued(template with { AccountId = exchanged.AccountId }, caller);
        }

        return outcome;
    }
}
