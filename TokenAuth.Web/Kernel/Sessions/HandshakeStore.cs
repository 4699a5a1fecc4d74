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
    private readonly RowQuery<StoredHandshake> _byHash = store.Query(StoredHandshake.ByHash, StoredHandshake.Map);

    private const string Insert =
        $"{HandshakeInsertion.Into} VALUES ({HandshakeInsertion.Values}){Store.Idempotent}";

    /// <summary>Opens a handshake, and returns once it is durable.</summary>
    public async Task OpenAsync(NewHandshake handshake, CancellationToken cancellation)
    {
        var row = Row(handshake, accountId: null);
        await store.ApplyAsync<int>([Insertion(row)], map: null, cancellation);
        telemetry.HandshakeOpened(handshake.Dialect);
    }

    /// <summary>Finds the open handshake with this text, if it belongs to this application.</summary>
    public async ValueTask<OpenHandshake?> FindOpenAsync(
        string dialect, long applicationId, string text, CancellationToken cancellation) =>
        await FindAsync(dialect, applicationId, text, cancellation) is { IsConfirmed: false } found
            ? new OpenHandshake(
                found.Id, dialect, text, applicationId, found.OpenedAt, found.OpenedFrom, found.Permissions,
                found.Callback)
            : null;

    /// <summary>
    /// Returns the secret of a token, confirmed or not; null if there is no such handshake or no secret.
    /// </summary>
    /// <param name="onlyOf">
    /// If it is set, a token that another account has confirmed counts as unknown.
    /// </param>
    public async ValueTask<string?> SecretOfAsync(
        string dialect, long applicationId, string text, CancellationToken cancellation, long? onlyOf = null) =>
        await FindAsync(dialect, applicationId, text, cancellation) is { ProtectedSecret: { } stored } found
        && (onlyOf is null || found.AccountId is null || found.AccountId == onlyOf)
            ? secrets.Unprotect(stored)
            : null;

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

    /// <summary>Finds the unexpired handshake with this text, if it belongs to this application.</summary>
    private async ValueTask<StoredHandshake?> FindAsync(
        string dialect, long applicationId, string text, CancellationToken cancellation) =>
        await _byHash.FindAsync(TokenHash.Of(text), cancellation) is { } found
        && found.Dialect == dialect && found.ApplicationId == applicationId && found.ExpiresAt > clock.GetUtcNow()
            ? found
            : null;

    private static SqlStatement Insertion(Handshake row) => new(Insert, HandshakeInsertion.Parameters(row));

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
