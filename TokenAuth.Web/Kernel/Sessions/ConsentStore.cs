using System.Net;
using Dapper;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Storage;
using TokenAuth.Kernel.Storage.Caching;
using TokenAuth.Kernel.Telemetry;

namespace TokenAuth.Kernel.Sessions;

/// <summary>An application that a person has allowed, in whatever dialects, as listed on the account page.</summary>
internal sealed record AllowedApplication(long ApplicationId, string Name, DateTimeOffset GrantedAt);

/// <summary>A person's standing permissions, and what hangs on them.</summary>
internal sealed class ConsentStore(Store store, CacheInvalidator invalidator, SecurityLog events, Metrics telemetry)
{
    /// <summary>The permissions that were granted in this dialect, or null where there is no consent.</summary>
    public async ValueTask<string?> GrantedAsync(long accountId, long applicationId, string dialect, CancellationToken cancellation) =>
        await store.ReadAsync(
            connection => connection.FirstAsync(
                "SELECT permissions FROM consents WHERE account_id = @account AND application_id = @application AND dialect = @dialect",
                row => row.GetString(0), ("@account", accountId), ("@application", applicationId), ("@dialect", dialect)),
            cancellation);

    /// <summary>
    /// Takes an application's consents back, in every dialect, and with them every session and every confirmed handshake that
    /// it holds of this person. True where there was one.
    /// </summary>
    /// <param name="from">Who takes them back.</param>
    public async Task<bool> RevokeAsync(long accountId, long applicationId, IPAddress from, CancellationToken cancellation)
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
                    "DELETE FROM sessions WHERE account_id = @account AND application_id = @application RETURNING dialect",
                    row => row.GetString(0), pair);
                if (revoked > 0 || ended.Count > 0)
                {
                    happened.Add(new SecurityEvent(
                        EventKind.ConsentRemoved, accountId, applicationId, From: from, Detail: SecurityEvent.SessionsEnded(ended.Count)));
                }

                return (revoked > 0, ended);
            },
            cancellation);
        invalidator.Invalidate(accountId);
        telemetry.SessionsEnded(ended);
        return revoked;
    }

    public async Task<IReadOnlyList<AllowedApplication>> AllowedAsync(long accountId, CancellationToken cancellation) =>
        await store.ReadAsync(
            async connection => (await connection.Connection.QueryAsync<(long Id, string Name, long GrantedAt)>(
                """
                SELECT c.application_id, p.name, MAX(c.granted_at)
                FROM consents c JOIN applications p ON p.id = c.application_id
                WHERE c.account_id = @accountId GROUP BY c.application_id, p.name ORDER BY MAX(c.granted_at) DESC
                """,
                new { accountId })).Select(row => new AllowedApplication(row.Id, row.Name, Instant(row.GrantedAt))).ToList(),
            cancellation);

    /// <summary>Part of a confirmation; asking again renews it.</summary>
    public static async ValueTask<bool> GrantAsync(
        StoreConnection connection, long accountId, long applicationId, string dialect, string permissions, DateTimeOffset now) => await connection.ExecuteAsync(
        """
        INSERT INTO consents (account_id, application_id, dialect, permissions, granted_at) VALUES (@account, @application, @dialect, @permissions, @now)
        ON CONFLICT (account_id, application_id, dialect) DO UPDATE SET permissions = excluded.permissions, granted_at = excluded.granted_at
        """,
        ("@account", accountId), ("@application", applicationId), ("@dialect", dialect), ("@permissions", permissions), ("@now", now)) == 1;

    /// <summary>
    /// Whether a consent says what it is thought to say, within the transaction that builds on it. It is written as it is, so that
    /// whoever takes it back meanwhile waits, and then finds what was built.
    /// </summary>
    public static async ValueTask<bool> LockUnchangedAsync(
        StoreConnection connection, long accountId, long applicationId, string dialect, string permissions) => await connection.ExecuteAsync(
        "UPDATE consents SET permissions = permissions WHERE account_id = @account AND application_id = @application AND dialect = @dialect AND permissions = @permissions",
        ("@account", accountId), ("@application", applicationId), ("@dialect", dialect), ("@permissions", permissions)) == 1;

    private static DateTimeOffset Instant(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}
