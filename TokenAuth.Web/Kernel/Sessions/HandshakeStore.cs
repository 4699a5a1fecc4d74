using System.Net;
using System.Security.Cryptography;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Storage;
using TokenAuth.Kernel.Telemetry;

namespace TokenAuth.Kernel.Sessions;

/// <summary>Opens, confirms and exchanges handshakes. Each of the three is one atomic statement or transaction.</summary>
internal sealed class HandshakeStore(
    Store store, SessionStore sessions, SecretProtector secrets, SecurityLog events, TimeProvider clock, Metrics telemetry)
{
    /// <summary>The one with a text, as long as it lives.</summary>
    private const string OfText =
        "FROM handshakes WHERE token_hash = @hash AND dialect = @dialect AND application_id = @application "
        + "AND expires_at > @now";

    /// <summary>Returns once the handshake is durable.</summary>
    public async Task OpenAsync(NewHandshake handshake, CancellationToken cancellation)
    {
        var row = Row(handshake, accountId: null);
        await store.InsertAsync(HandshakeInsertion.Sql + Store.RetrySafe, HandshakeInsertion.Parameters(row), cancellation);
        telemetry.HandshakeOpened(handshake.Dialect);
    }

    /// <summary>
    /// Opens a handshake that is confirmed already, for a person who came to the login page without one, and
    /// records the consent that goes with it.
    /// </summary>
    /// <param name="grantedBefore">
    /// Null where the person was asked. Otherwise what the consent says that stands in for that: it must still say so, and is
    /// left as it is.
    /// </param>
    /// <returns>False where the person must be asked after all.</returns>
    public async Task<bool> OpenConfirmedAsync(NewHandshake handshake, long accountId, string? grantedBefore, CancellationToken cancellation)
    {
        var row = Row(handshake, accountId);
        var isOpen = await events.WriteAsync(
            async (connection, happened) =>
            {
                if (grantedBefore is null)
                {
                    await ConsentStore.GrantAsync(connection, accountId, handshake.ApplicationId, handshake.Dialect, handshake.Permissions, row.OpenedAt);
                    happened.Add(new SecurityEvent(EventKind.ConsentGiven, accountId, handshake.ApplicationId, handshake.Dialect, handshake.OpenedFrom));
                }
                else if (!await ConsentStore.LockUnchangedAsync(connection, accountId, handshake.ApplicationId, handshake.Dialect, grantedBefore))
                {
                    return false;
                }

                return await connection.ExecuteAsync(HandshakeInsertion.Sql, HandshakeInsertion.Parameters(row)) == 1;
            },
            cancellation);
        if (!isOpen)
            return false;
        telemetry.HandshakeOpened(handshake.Dialect);
        telemetry.HandshakeConfirmed(handshake.Dialect);
        return true;
    }

    /// <summary>The handshake of this text, if it is this application's and waits to be confirmed.</summary>
    public async ValueTask<OpenHandshake?> FindOpenAsync(string dialect, long applicationId, string text, CancellationToken cancellation) =>
        await store.ReadAsync(
            connection => connection.FirstAsync(
                $"SELECT id, opened_at, opened_from, permissions, callback {OfText} AND account_id IS NULL",
                row => new OpenHandshake(row.GetInt64(0), row.Instant(1), row.GetString(2), row.GetString(3), row.TextOrNull(4)),
                ("@hash", TokenHash.Of(text)), ("@dialect", dialect), ("@application", applicationId), ("@now", clock.GetUtcNow())),
            cancellation);

    /// <summary>
    /// Binds an open handshake to an account, together with the consent. One that is bound already stays as it is,
    /// whoever asks.
    /// </summary>
    /// <param name="lifetime">The session's life, where the person chose it; otherwise what the application asked for stays.</param>
    /// <param name="permissions">What was allowed, where that is asked for only now; otherwise as it was opened.</param>
    /// <param name="verifier">What the exchange must bring besides the token: at least 128 random bits.</param>
    /// <param name="from">The person's address.</param>
    public async Task<bool> ConfirmAsync(
        OpenHandshake handshake, long accountId, IPAddress from, (TimeSpan? Lifetime, bool Slides)? lifetime, CancellationToken cancellation,
        string? permissions = null, string? verifier = null)
    {
        var now = clock.GetUtcNow();
        var dialect = await events.WriteAsync(
            async (connection, happened) =>
            {
                var (dialect, application) = await connection.FirstAsync(
                    """
                    UPDATE handshakes SET
                      account_id = @account,
                      permissions = @permissions,
                      session_lifetime = CASE WHEN @chosen THEN @lifetime ELSE session_lifetime END,
                      session_slides = CASE WHEN @chosen THEN @slides ELSE session_slides END,
                      verifier_hash = @verifier
                    WHERE id = @id AND account_id IS NULL AND expires_at > @now
                    RETURNING dialect, application_id
                    """,
                    row => (row.GetString(0), row.GetInt64(1)),
                    ("@id", handshake.Id), ("@account", accountId), ("@permissions", permissions ?? handshake.Permissions), ("@now", now), ("@chosen", lifetime is not null),
                    ("@lifetime", lifetime?.Lifetime), ("@slides", lifetime?.Slides ?? false),
                    ("@verifier", HashOrNull(verifier)));
                if (dialect is not null)
                {
                    await ConsentStore.GrantAsync(connection, accountId, application, dialect, permissions ?? handshake.Permissions, now);
                    happened.Add(new SecurityEvent(EventKind.ConsentGiven, accountId, application, dialect, from));
                }

                return dialect;
            },
            cancellation);
        if (dialect is not null)
            telemetry.HandshakeConfirmed(dialect);
        return dialect is not null;
    }

    /// <summary>The secret that goes with a token, confirmed or not; null where there is no such handshake.</summary>
    public async ValueTask<string?> SecretOfAsync(string dialect, long applicationId, string text, CancellationToken cancellation) =>
        await store.ReadAsync(
            connection => connection.FirstAsync(
                $"SELECT protected_secret {OfText}",
                row => row.TextOrNull(0),
                ("@hash", TokenHash.Of(text)), ("@dialect", dialect), ("@application", applicationId), ("@now", clock.GetUtcNow())),
            cancellation) is { } kept ? secrets.Unprotect(kept) : null;

    /// <summary>Ends an open handshake without a session, because this person refused it; true where it was still open.</summary>
    public Task<bool> DenyAsync(OpenHandshake handshake, long accountId, IPAddress from, CancellationToken cancellation) => events.WriteAsync(
        async (connection, happened) =>
        {
            var denied = await connection.FirstAsync(
                "DELETE FROM handshakes WHERE id = @id AND account_id IS NULL RETURNING application_id, dialect",
                row => ((long Application, string Dialect)?)(row.GetInt64(0), row.GetString(1)), ("@id", handshake.Id));
            if (denied is { } refused)
                happened.Add(new SecurityEvent(EventKind.ConsentRefused, accountId, refused.Application, refused.Dialect, from));
            return denied is not null;
        },
        cancellation).AsTask();

    /// <summary>
    /// Turns a confirmed handshake into its session. Deleting the one and writing the other is one transaction, so of
    /// two simultaneous exchanges, here or on another node, one succeeds; a handshake that is not confirmed
    /// yet, or whose account is closed (<see cref="FaultKind.AccountClosed"/>), is kept.
    /// </summary>
    /// <param name="sessionText">The text of the session to come.</param>
    /// <param name="sessionSecret">Its own secret, where the dialect has one.</param>
    /// <param name="sessionDialect">The session's dialect, where several kinds of handshake lead to one kind of session.</param>
    /// <param name="verifier">
    /// What the caller brings besides the token. Where it was confirmed with a verifier and this is another or none,
    /// the handshake is kept, too (<see cref="FaultKind.VerifierWrong"/>): nobody guesses 128 bits while it is open.
    /// </param>
    public async Task<Outcome<ExchangeResult>> ExchangeAsync(
        string dialect, long applicationId, string text, string sessionText, string? sessionSecret, IPAddress caller,
        CancellationToken cancellation, string? sessionDialect = null, string? verifier = null)
    {
        var now = clock.GetUtcNow();
        var hash = TokenHash.Of(text);
        var template = sessions.Row(new NewSession(
            sessionDialect ?? dialect, sessionText, sessionSecret, applicationId, AccountId: null, Permissions: "", Lifetime: null, Slides: false, caller));
        var outcome = await store.WriteAsync(
            async connection =>
            {
                SqlParameter active = ("@active", (long)AccountState.Active);
                SqlParameter[] which = [("@hash", hash), ("@dialect", dialect), ("@application", applicationId), ("@now", now)];

                // What the caller brings is compared here, in constant time; the statement compares stored values only.
                var kept = verifier is null ? null : await connection.FirstAsync(
                    $"SELECT verifier_hash {OfText}", row => row.IsNull(0) ? null : row.GetBytes(0), which);
                if (kept is not null && !CryptographicOperations.FixedTimeEquals(kept, HashOrNull(verifier)))
                    return FaultKind.VerifierWrong;
                var found = await connection.FirstAsync(
                    $"""
                    DELETE {OfText}
                      AND (SELECT state FROM accounts WHERE id = account_id) = @active
                      AND (verifier_hash IS NULL OR verifier_hash = @verifier)
                    RETURNING account_id, permissions, session_lifetime, session_slides,
                              (SELECT user_name FROM accounts WHERE id = account_id), (SELECT display_name FROM accounts WHERE id = account_id)
                    """,
                    Map, [.. which, active, ("@verifier", kept)]);
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
                    sessionText, sessionSecret, confirmed.AccountId, confirmed.Login, confirmed.DisplayName, issued.ExpiresAt, issued.Permissions);
            },
            cancellation);
        if (outcome.Succeeded(out var exchanged, out _))
        {
            telemetry.HandshakeExchanged(dialect);
            sessions.Issued(template with { AccountId = exchanged.AccountId }, caller);
        }

        return outcome;
    }

    private static byte[]? HashOrNull(string? verifier) => verifier is null ? null : TokenHash.Of(verifier);

    private static Confirmed Map(RowReader row) =>
        new(row.GetInt64(0), row.GetString(1), row.SpanOrNull(2), row.GetBoolean(3), row.GetString(4), row.GetString(5));

    private Handshake Row(NewHandshake handshake, long? accountId)
    {
        var now = clock.GetUtcNow();
        return new Handshake
        {
            TokenHash = TokenHash.Of(handshake.Text),
            Dialect = handshake.Dialect,
            ApplicationId = handshake.ApplicationId,
            AccountId = accountId,
            Permissions = handshake.Permissions,
            SessionLifetime = handshake.SessionLifetime,
            SessionSlides = handshake.SessionSlides,
            ProtectedSecret = handshake.Secret is { } secret ? secrets.Protect(secret) : null,
            Callback = handshake.Callback,
            OpenedAt = now,
            OpenedFrom = handshake.OpenedFrom.ToString(),
            ExpiresAt = now + handshake.OpenFor,
        };
    }

    private sealed record Confirmed(long AccountId, string Permissions, TimeSpan? Lifetime, bool Slides, string Login, string DisplayName);
}
