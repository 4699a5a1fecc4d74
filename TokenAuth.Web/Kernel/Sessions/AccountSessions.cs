using System.Net;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Storage;
using TokenAuth.Kernel.Storage.Caching;
using TokenAuth.Kernel.Telemetry;

namespace TokenAuth.Kernel.Sessions;

/// <summary>A session, as listed on the account page.</summary>
internal sealed record ListedSession(
    long Id, string Dialect, string? ApplicationName, DateTimeOffset CreatedAt, DateTimeOffset LastUsedAt,
    string OpenedFrom, DateTimeOffset? ExpiresAt);

/// <summary>A page of the list of sessions.</summary>
/// <param name="Count">The number of sessions on all pages.</param>
/// <param name="Number">The number of this page, from 1.</param>
internal sealed record SessionPage(IReadOnlyList<ListedSession> Sessions, long Count, int Number, int Pages);

/// <summary>Lists and ends the valid sessions of an account, for its owner.</summary>
internal sealed class AccountSessions(
    Store store, CacheInvalidator invalidator, SecurityLog events, TokenAuthOptions options, TimeProvider clock,
    Metrics telemetry)
{
    public const int PageSize = 5;

    private const string Valid =
        """
        s.account_id = @account AND (s.expires_at IS NULL OR s.expires_at > @now)
          AND (s.dialect <> @browser OR s.created_at > @oldest)
        """;

    /// <summary>Lists a page of the valid sessions.</summary>
    /// <param name="first">The session to list first. The others follow, the last used first.</param>
    /// <param name="page">The number of the page. A number out of range gives the nearest page.</param>
    public async Task<SessionPage> ListAsync(long accountId, long? first, int page, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var browserLife = options.Browser.MaxLifetime;
        SqlParameter[] valid =
        [
            ("@account", accountId),
            ("@now", now),
            ("@browser", DialectNames.Browser),
            ("@oldest", now - browserLife),
        ];
        var count = (await store.QueryAsync<long>(
            $"SELECT COUNT(*) FROM sessions s WHERE {Valid}", cancellation, valid)).Single();
        var pages = (int)Math.Max(1, (count + PageSize - 1) / PageSize);
        var number = Math.Clamp(page, 1, pages);
        var sessions = await store.QueryAsync<ListedSession>(
            $"""
            SELECT s.id, s.dialect, p.name AS application_name, s.created_at, s.last_used_at, s.opened_from,
                   s.expires_at
            FROM sessions s LEFT JOIN applications p ON p.id = s.application_id
            WHERE {Valid}
            ORDER BY CASE WHEN s.id = @first THEN 0 ELSE 1 END, s.last_used_at DESC, s.id DESC
            LIMIT @limit OFFSET @offset
            """,
            cancellation,
            [.. valid, ("@first", first), ("@limit", PageSize), ("@offset", (long)(number - 1) * PageSize)]);
        return new SessionPage([.. sessions.Select(InBrowserLife)], count, number, pages);

        ListedSession InBrowserLife(ListedSession session) =>
            session.Dialect == DialectNames.Browser && session.CreatedAt + browserLife < session.ExpiresAt
                ? session with { ExpiresAt = session.CreatedAt + browserLife }
                : session;
    }

    /// <summary>
    /// Ends every session of an account but one, and deletes its confirmed handshakes, which would become sessions.
    /// </summary>
    /// <param name="thisSession">The session that stays; 0 ends all.</param>
    /// <param name="by">The administrator who acts, if it is not the owner.</param>
    /// <returns>The number of sessions that ended.</returns>
    public async Task<int> EndOthersAsync(
        long accountId, long thisSession, IPAddress from, CancellationToken cancellation, long? by = null)
    {
        var ended = await events.WriteAsync(
            async (connection, happened) =>
            {
                await AccountChanges.DropPendingAsync(connection, ("@id", accountId));
                var ended = await connection.ListAsync(
                    "DELETE FROM sessions WHERE account_id = @account AND id <> @this RETURNING dialect",
                    row => row.GetString(0), ("@account", accountId), ("@this", thisSession));
                if (ended.Count > 0)
                {
                    happened.Add(new SecurityEvent(
                        EventKind.SessionEnded, accountId, From: from,
                        Detail: SecurityEvent.SessionsEnded(ended.Count))
                    {
                        ActorId = by,
                    });
                }

                return ended;
            },
            cancellation);
        invalidator.Invalidate(accountId);
        telemetry.SessionsEnded(ended);
        return ended.Count;
    }
}
