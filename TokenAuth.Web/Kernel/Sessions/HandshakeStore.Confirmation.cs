using System.Net;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Sessions;

/// <content>The confirmation of a handshake, with the consent and its event, as one idempotent write.</content>
internal sealed partial class HandshakeStore
{
    /// <summary>
    /// Confirms a handshake. A retry confirms it again; a confirmation by another person, or with another verifier,
    /// changes nothing.
    /// </summary>
    private const string Confirmation =
        """
        UPDATE handshakes SET
          account_id = @account,
          permissions = @permissions,
          session_lifetime = CASE WHEN @chosen THEN @lifetime ELSE session_lifetime END,
          session_slides = CASE WHEN @chosen THEN @slides ELSE session_slides END,
          verifier_hash = @verifier
        WHERE id = @id AND expires_at > @now
          AND (account_id IS NULL OR (account_id = @account AND verifier_hash IS NOT DISTINCT FROM @verifier))
        RETURNING id
        """;

    /// <summary>Tells whether a handshake is confirmed, and by whom.</summary>
    private const string IsConfirmed =
        "EXISTS (SELECT 1 FROM handshakes WHERE token_hash = @hash AND COALESCE(account_id, -1) = @account "
        + "AND verifier_hash IS NOT DISTINCT FROM @verifier)";

    /// <summary>
    /// Records the event of a consent. The consent is written after it and has the same time, so that a retry does not
    /// record it again.
    /// </summary>
    private static readonly string RecordConsent = SecurityLog.InsertionIf(
        $"{IsConfirmed} AND NOT EXISTS ({ConsentStore.OfDialect} AND granted_at = @now)");

    private static readonly string GrantConsent = ConsentStore.GrantIf(IsConfirmed);

    /// <summary>
    /// Opens a confirmed handshake if the consent still has its permissions. A concurrent revocation waits for the
    /// consent, and then also deletes the handshake.
    /// </summary>
    private readonly string _insertIfGranted =
        $"""
        {HandshakeInsertion.Into}
        SELECT {HandshakeInsertion.Values} FROM consents
        WHERE account_id = @account AND application_id = @application AND dialect = @dialect AND permissions = @granted
        {store.Locking("FOR UPDATE")} {Store.Idempotent}
        RETURNING id
        """;

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
        if (grantedBefore is null)
        {
            var given = ConsentGiven(handshake.Dialect, handshake.ApplicationId, accountId, handshake.OpenedFrom);
            await store.ApplyAsync<int>(
                [Insertion(row), .. Granting(given, row.TokenHash, verifierHash: null, row.Permissions, row.OpenedAt)],
                map: null, cancellation);
            events.LogWritten(given);
        }
        else if (!await store.ApplyAsync(
            [
                new SqlStatement(
                    _insertIfGranted, [.. HandshakeInsertion.Parameters(row), ("@granted", grantedBefore)]),
            ],
            _ => true, cancellation))
        {
            return false;
        }

        telemetry.HandshakeOpened(handshake.Dialect);
        telemetry.HandshakeConfirmed(handshake.Dialect);
        return true;
    }

    /// <summary>
    /// Confirms an open handshake: binds it to an account and records the consent. If the same person confirms it
    /// again, as by a second click, that succeeds. If it was confirmed by another person or with another verifier, the
    /// result is false and nothing changes.
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
        var verifierHash = verifier is null ? null : TokenHash.Of(verifier);
        var given = ConsentGiven(handshake.Dialect, handshake.ApplicationId, accountId, from);
        var isConfirmed = await store.ApplyAsync(
            [
                new SqlStatement(
                    Confirmation,
                    ("@id", handshake.Id),
                    ("@account", accountId),
                    ("@permissions", granted),
                    ("@now", now),
                    ("@chosen", lifetime is not null),
                    ("@lifetime", lifetime?.Lifetime),
                    ("@slides", lifetime?.Slides ?? false),
                    ("@verifier", verifierHash)),
                .. Granting(given, TokenHash.Of(handshake.Text), verifierHash, granted, now),
            ],
            _ => true, cancellation);
        if (!isConfirmed)
            return false;
        events.LogWritten(given);
        telemetry.HandshakeConfirmed(handshake.Dialect);
        return true;
    }

    private static SecurityEvent ConsentGiven(string dialect, long application, long account, IPAddress from) =>
        new(EventKind.ConsentGiven, account, application, dialect, from);

    /// <summary>Records and grants the consent of a handshake, if it was confirmed by the statement before.</summary>
    private static SqlStatement[] Granting(
        SecurityEvent given, byte[] hash, byte[]? verifierHash, string permissions, DateTimeOffset now)
    {
        SqlParameter[] parameters =
        [
            ("@hash", hash), ("@verifier", verifierHash), ("@account", given.AccountId),
            ("@application", given.ApplicationId), ("@dialect", given.Dialect), ("@now", now),
        ];
        return
        [
            new SqlStatement(RecordConsent, [.. parameters, .. SecurityLog.Values(given, now)]),
            new SqlStatement(GrantConsent, [.. parameters, ("@permissions", permissions)]),
        ];
    }
}
