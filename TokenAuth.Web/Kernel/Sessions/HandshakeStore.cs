using System.Net;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Storage;
using TokenAuth.Kernel.Telemetry;

namespace TokenAuth.Kernel.Sessions;

/// <summary>
/// Opens, confirms, denies and exchanges handshakes. Each of these is one atomic statement or transaction.
/// </summary>
internal sealed partial class HandshakeStore(
    Store store, SessionStore sessions, SecretProtector secrets, SecurityLog events, TimeProvider clock,
    Metrics telemetry)
{
    /// <summary>Selects the unexpired handshake with a text.</summary>
    private const string OfText =
        "FROM handshakes WHERE token_hash = @hash AND dialect = @dialect AND application_id = @application "
        + "AND expires_at > @now";

    /// <summary>Opens a handshake, and returns once it is durable.</summary>
    public async Task OpenAsync(NewHandshake handshake, CancellationToken cancellation)
    {
        var row = Row(handshake, accountId: null);
        await store.ApplyAsync(
            HandshakeInsertion.Sql + Store.Idempotent, HandshakeInsertion.Parameters(row), cancellation);
        telemetry.HandshakeOpened(handshake.Dialect);
    }

    /// <summary>
    /// Opens a handshake that is already confirmed, for a person who came to the login page without one. Records the
    /// consent.
    /// </summary>
    /// <param name="grantedBefore">
    /// Null if the person was asked. Otherwise the permissions of the consent that replaces the question: the consent
    /// must still have them, and is not changed.
    /// </param>
    /// <returns>False if the consent has changed, so that the person must be asked.</returns>
    public async Task<bool> OpenConfirmedAsync(
        NewHandshake handshake, long accountId, string? grantedBefore, CancellationToken cancellation)
    {
        var row = Row(handshake, accountId);
        var (dialect, application) = (handshake.Dialect, handshake.ApplicationId);
        var isOpen = await events.WriteAsync(
            async (connection, happened) =>
            {
                if (grantedBefore is null)
                {
                    await ConsentStore.GrantAsync(
                        connection, accountId, application, dialect, handshake.Permissions, row.OpenedAt);
                    happened.Add(new SecurityEvent(
                        EventKind.ConsentGiven, accountId, application, dialect, handshake.OpenedFrom));
                }
                else if (!await ConsentStore.LockUnchangedAsync(
                    connection, accountId, application, dialect, grantedBefore))
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

    /// <summary>Finds the open handshake with this text, if it belongs to this application.</summary>
    public async ValueTask<OpenHandshake?> FindOpenAsync(
        string dialect, long applicationId, string text, CancellationToken cancellation) =>
        await store.ReadAsync(
            connection => connection.FirstAsync(
                $"SELECT id, opened_at, opened_from, permissions, callback {OfText} AND account_id IS NULL",
                row => new OpenHandshake(
                    row.GetInt64(0), text, row.Instant(1), row.GetString(2), row.GetString(3), row.TextOrNull(4)),
                Which(dialect, applicationId, text, clock.GetUtcNow())),
            cancellation);

    /// <summary>
    /// Confirms an open handshake: binds it to an account and records the consent. A handshake that is already
    /// confirmed stays unchanged.
    /// </summary>
    /// <param name="lifetime">
    /// The session's lifetime, if the person chose it; null keeps what the application asked for.
    /// </param>
    /// <param name="permissions">
    /// The permissions, if the dialect asks for them only now; null keeps those of the handshake.
    /// </param>
    /// <param name="verifier">
    /// The verifier that the exchange must present besides the token: at least 128 random bits.
    /// </param>
    /// <param name="from">The person's address.</param>
    public async Task<bool> ConfirmAsync(
        OpenHandshake handshake, long accountId, IPAddress from, (TimeSpan? Lifetime, bool Slides)? lifetime,
        CancellationToken cancellation, string? permissions = null, string? verifier = null)
    {
        var now = clock.GetUtcNow();
        var granted = permissions ?? handshake.Permissions;
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
                    ("@id", handshake.Id),
                    ("@account", accountId),
                    ("@permissions", granted),
                    ("@now", now),
                    ("@chosen", lifetime is not null),
                    ("@lifetime", lifetime?.Lifetime),
                    ("@slides", lifetime?.Slides ?? false),
                    ("@verifier", HashOrNull(verifier)));
                if (dialect is not null)
                {
                    await ConsentStore.GrantAsync(connection, accountId, application, dialect, granted, now);
                    happened.Add(new SecurityEvent(EventKind.ConsentGiven, accountId, application, dialect, from));
                }

                return dialect;
            },
            cancellation);
        if (dialect is not null)
            telemetry.HandshakeConfirmed(dialect);
        return dialect is not null;
    }

    /// <summary>
    /// Returns the secret of a token, confirmed or not; null if there is no such handshake or no secret.
    /// </summary>
    public async ValueTask<string?> SecretOfAsync(
        string dialect, long applicationId, string text, CancellationToken cancellation) =>
        await store.ReadAsync(
            connection => connection.FirstAsync(
                $"SELECT protected_secret {OfText}",
                row => row.TextOrNull(0),
                Which(dialect, applicationId, text, clock.GetUtcNow())),
            cancellation) is { } stored ? secrets.Unprotect(stored) : null;

    /// <summary>
    /// Ends an open handshake without a session, because this person refused it. True if it was still open.
    /// </summary>
    public Task<bool> DenyAsync(
        OpenHandshake handshake, long accountId, IPAddress from, CancellationToken cancellation) => events.WriteAsync(
        async (connection, happened) =>
        {
            var denied = await connection.FirstAsync(
                "DELETE FROM handshakes WHERE id = @id AND account_id IS NULL RETURNING application_id, dialect",
                row => ((long Application, string Dialect)?)(row.GetInt64(0), row.GetString(1)), ("@id", handshake.Id));
            if (denied is { } refused)
            {
                happened.Add(new SecurityEvent(
                    EventKind.ConsentRefused, accountId, refused.Application, refused.Dialect, from));
            }

            return denied is not null;
        },
        cancellation).AsTask();

    private static byte[]? HashOrNull(string? verifier) => verifier is null ? null : TokenHash.Of(verifier);

    private static SqlParameter[] Which(string dialect, long applicationId, string text, DateTimeOffset now) =>
        [("@hash", TokenHash.Of(text)), ("@dialect", dialect), ("@application", applicationId), ("@now", now)];

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
}
