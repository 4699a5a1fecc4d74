using System.Net;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Storage;
using TokenAuth.Kernel.Storage.Caching;
using TokenAuth.Kernel.Telemetry;

namespace TokenAuth.Kernel.Sessions;

/// <summary>An application with a person's consent in any dialect, as listed on the account page.</summary>
internal sealed record AllowedApplication(long ApplicationId, string Name, DateTimeOffset GrantedAt);

/// <summary>Grants, lists and revokes consents. Revoking also ends what depends on them.</summary>
internal sealed class ConsentStore(Store store, CacheInvalidator invalidator, SecurityLog events, Metrics telemetry)
{
    /// <summary>Selects an account's consent to an application in one dialect.</summary>
    public const string OfDialect =
        "SELECT permissions FROM consents "
        + "WHERE account_id = @account AND application_id = @application AND dialect = @dialect";

    /// <summary>Returns the permissions granted in this dialect; null if there is no consent.</summary>
    public async ValueTask<string?> GrantedAsync(
        long accountId, long applicationId, string dialect, CancellationToken cancellation) =>
        await store.ReadAsync(
            connection => connection.FirstAsync(
                OfDialect,
                row => row.GetString(0),
                ("@account", accountId), ("@application", applicationId), ("@dialect", dialect)),
            cancellation);

    /// <summary>Returns when an account last allowed an application, in any dialect; null if it has not.</summary>
    public ValueTask<DateTimeOffset?> GrantedAtAsync(
        long accountId, long applicationId, CancellationToken cancellation) => store.ReadAsync(
        connection => connection.FirstAsync(
            "SELECT MAX(granted_at) FROM consents WHERE account_id = @account AND application_id = @application",
            row => row.InstantOrNull(0),
            ("@account", accountId), ("@application", applicationId)),
        cancellation);

    /// <summary>
    /// Revokes an application's consents in every dialect, ends its sessions for this account and deletes the
    /// handshakes that the account has confirmed for it. True if there was a consent.
    /// </summary>
    /// <param name="from">The caller's address.</param>
    /// <param name="by">The administrator who acts, if it is not the owner.</param>
    public async Task<bool> RevokeAsync(
        long accountId, long applicationId, IPAddress from, CancellationToken cancellation, long? by = null)
    {
        SqlParameter[] pair = [("@account", accountId), ("@application", applicationId)];
        var (revoked, ended) = await events.WriteAsync(
            async (connection, happened) =>
            {
                var revoked = await connection.ExecuteAsync(
                    "DELETE FROM consents WHERE account_id = @account AND application_id = @application", pair);
                await connection.ExecuteAsync(
                    "DELETE FROM handshakes WHERE account_id = @account AND application_id = @application", pair);
                var ended = await connection.ListAsync(
                    """
                    DELETE FROM sessions WHERE account_id = @account AND application_id = @application
                    RETURNING dialect
                    """,
                    row => row.GetString(0), pair);
                if (revoked > 0 || ended.Count > 0)
                {
                    happened.Add(new SecurityEvent(
                        EventKind.ConsentRemoved, accountId, applicationId, From: from,
                        Detail: SecurityEvent.SessionsEnded(ended.Count))
                    {
                        ActorId = by,
                    });
                }

                return (revoked > 0, ended);
            },
            cancellation);
        invalidator.Invalidate(accountId);
        telemetry.SessionsEnded(ended);
        return revoked;
    }

    /// <summary>Lists the applications that an account has allowed, the newest consent first.</summary>
    public async Task<IReadOnlyList<AllowedApplication>> AllowedAsync(long accountId, CancellationToken cancellation) =>
        await store.QueryAsync<AllowedApplication>(
            """
            SELECT c.application_id, p.name, MAX(c.granted_at) AS granted_at
            FROM consents c JOIN applications p ON p.id = c.application_id
            WHERE c.account_id = @account GROUP BY c.application_id, p.name ORDER BY MAX(c.granted_at) DESC
            """,
            cancellation,
            ("@account", accountId));

    /// <summary>
    /// Returns a statement that grants a consent if a condition holds. A second grant replaces the first. It takes
    /// <c>@account</c>, <c>@application</c>, <c>@dialect</c>, <c>@permissions</c>, <c>@now</c>, and the parameters of
    /// the condition.
    /// </summary>
    public static string GrantIf(string condition) =>
        $"""
        INSERT INTO consents (account_id, application_id, dialect, permissions, granted_at)
        SELECT @account, @application, @dialect, @permissions, @now WHERE {condition}
        ON CONFLICT (account_id, application_id, dialect)
        DO UPDATE SET permissions = excluded.permissions, granted_at = excluded.granted_at
        """;
}
