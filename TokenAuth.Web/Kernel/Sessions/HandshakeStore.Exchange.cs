using System.Net;
using System.Security.Cryptography;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Sessions;

/// <content>The exchange of a confirmed handshake for a session.</content>
internal sealed partial class HandshakeStore
{
    /// <summary>Selects the unexpired handshake with a text.</summary>
    private const string OfText =
        "FROM handshakes WHERE token_hash = @hash AND dialect = @dialect AND application_id = @application "
        + "AND expires_at > @now";

    private const string Exchanged =
        "account_id, permissions, expires_at, (SELECT user_name FROM accounts WHERE id = account_id), "
        + "(SELECT display_name FROM accounts WHERE id = account_id)";

    /// <summary>
    /// Inserts the session of a confirmed handshake. The account is locked before the handshake, as by everything that
    /// changes both. A concurrent exchange waits for the handshake and then does not find it. COALESCE keeps PostgreSQL
    /// from scanning the index of confirmed handshakes, which its statistics may take for empty.
    /// </summary>
    private readonly string _insertSession =
        $"""
        INSERT INTO sessions (token_hash, dialect, application_id, account_id, protected_secret, permissions,
                              created_at, last_used_at, opened_from, expires_at, slides_by)
        SELECT @session, @issues, h.application_id, h.account_id, @secret, h.permissions,
               @now, @now, @from, @now + h.session_lifetime, CASE WHEN h.session_slides THEN h.session_lifetime END
        FROM handshakes h JOIN accounts a ON a.id = COALESCE(h.account_id, -1)
        WHERE h.token_hash = @hash AND h.dialect = @dialect AND h.application_id = @application
          AND h.expires_at > @now AND a.state = @active AND (h.verifier_hash IS NULL OR h.verifier_hash = @verifier)
        {store.Locking("FOR SHARE OF a FOR UPDATE OF h")}
        RETURNING {Exchanged}
        """;

    /// <summary>
    /// Turns a confirmed handshake into its session: of two concurrent exchanges, on any node, one succeeds. A
    /// handshake that is not confirmed (<see cref="FaultKind.HandshakeUnusable"/>), or whose account is closed
    /// (<see cref="FaultKind.AccountClosed"/>), stays.
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
        var which = Which(dialect, applicationId, text, now);
        byte[]? expected = null;
        if (verifier is not null)
        {
            // Compare the presented verifier here, in constant time. The statement compares stored values only.
            expected = (await FindAsync(dialect, applicationId, text, cancellation))?.VerifierHash;
            if (expected is not null && !CryptographicOperations.FixedTimeEquals(expected, TokenHash.Of(verifier)))
                return FaultKind.VerifierWrong;
        }

        var issues = sessionDialect ?? dialect;
        var hash = TokenHash.Of(sessionText);
        ExchangeResult Map(RowReader row) => new(
            sessionText, sessionSecret, row.GetInt64(0), row.GetString(3), row.GetString(4), row.InstantOrNull(2),
            row.GetString(1));

        // Both statements are idempotent: once the handshake is gone, they do nothing.
        var exchanged = await store.ApplyAsync(
            [
                new SqlStatement(
                    _insertSession,
                    [
                        ("@session", hash),
                        ("@issues", issues),
                        ("@secret", sessionSecret is null ? null : secrets.Protect(sessionSecret)),
                        ("@from", caller.ToString()),
                        ("@active", (long)AccountState.Active),
                        ("@verifier", expected),
                        .. which,
                    ]),
                new SqlStatement(
                    """
                    DELETE FROM handshakes
                    WHERE token_hash = @hash AND EXISTS (SELECT 1 FROM sessions WHERE token_hash = @session)
                    """,
                    ("@hash", TokenHash.Of(text)), ("@session", hash)),
            ],
            Map, cancellation);
        if (exchanged is null)
        {
            var outcome = await store.ReadAsync(
                async connection =>
                    await connection.FirstAsync(
                        $"SELECT {Exchanged} FROM sessions WHERE token_hash = @session", Map, ("@session", hash))
                    is { } known // the answer to an earlier COMMIT was lost
                        ? (Outcome<ExchangeResult>)known
                        : await connection.FirstAsync(
                            $"SELECT (SELECT state FROM accounts WHERE id = account_id), verifier_hash {OfText}",
                            row => (State: (AccountState?)row.NumberOrNull(0), HasVerifier: !row.IsNull(1)),
                            which) switch
                        {
                            // Not confirmed, or only since the statement above.
                            (null, _) or (AccountState.Active, false) => FaultKind.HandshakeUnusable,
                            (AccountState.Active, true) => FaultKind.VerifierWrong,
                            _ => FaultKind.AccountClosed,
                        },
                cancellation);
            if (!outcome.Succeeded(out exchanged, out _))
                return outcome;
        }

        telemetry.HandshakeExchanged(dialect);
        sessions.Issued(issues, exchanged.AccountId, applicationId, caller);
        return exchanged;
    }

    private static SqlParameter[] Which(string dialect, long applicationId, string text, DateTimeOffset now) =>
        [("@hash", TokenHash.Of(text)), ("@dialect", dialect), ("@application", applicationId), ("@now", now)];
}
