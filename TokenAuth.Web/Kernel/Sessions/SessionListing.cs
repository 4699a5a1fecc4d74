using System.Runtime.CompilerServices;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Storage;
using TokenAuth.Kernel.Telemetry;

namespace TokenAuth.Kernel.Sessions;

/// <summary>A valid session of any dialect, as listed for operators.</summary>
internal sealed class OpenSession
{
    public long Id { get; init; }

    public string Dialect { get; init; } = "";

    /// <summary>The account; null if the session belongs to an application's user.</summary>
    public long? Uid { get; init; }

    public string? Login { get; init; }

    /// <summary>The application's own name for its user; null for accounts.</summary>
    public string? UserId { get; init; }

    public string? Namespace { get; init; }

    public string? Application { get; init; }

    public string? ApiKey { get; init; }

    public string Permissions { get; init; } = "";

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset LastUsedAt { get; init; }

    public DateTimeOffset? ExpiresAt { get; set; }

    public string OpenedFrom { get; init; } = "";

    public string? BoundTo { get; init; }
}

/// <summary>Limits a list of sessions. Null does not limit it.</summary>
internal sealed record SessionFilter(long? AccountId = null, long? ApplicationId = null, string? Dialect = null);

/// <summary>Lists valid sessions in the order of their numbers. Reads them in pages to limit memory.</summary>
internal sealed class SessionListing(Store store, TokenAuthOptions options, TimeProvider clock)
{
    /// <summary>
    /// The number of sessions that one statement looks at, valid or not. No index finds those of an application or a
    /// dialect.
    /// </summary>
    private const int PageSize = 5000;

    private const string OfAll = "s.id > @after";

    private const string OfAccount = "s.account_id = @account AND s.id > @after";

    public async IAsyncEnumerable<OpenSession> ListAsync(
        SessionFilter filter, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var browserLife = options.Browser.MaxLifetime;
        var scope = filter.AccountId is null ? OfAll : OfAccount;
        var after = 0L;
        while (await EndOfPageAsync(scope, filter.AccountId, after, cancellation) is { } end)
        {
            var page = await store.QueryAsync<OpenSession>(
                $"""
                SELECT s.id, s.dialect, s.account_id AS uid, a.user_name AS login, u.user_id, s.namespace,
                       p.name AS application, p.api_key, s.permissions, s.created_at, s.last_used_at, s.expires_at,
                       s.opened_from, s.bound_to
                FROM sessions s
                LEFT JOIN accounts a ON a.id = s.account_id
                LEFT JOIN applications p ON p.id = s.application_id
                LEFT JOIN application_users u ON u.id = s.application_user_id
                WHERE {scope} AND s.id <= @end
                  AND (s.expires_at IS NULL OR s.expires_at > @now)
                  AND (s.dialect <> @browser OR s.created_at > @oldest)
                  AND (a.state IS NULL OR a.state = @active) AND (p.enabled IS NULL OR p.enabled = @enabled)
                  AND (@application IS NULL OR s.application_id = @application)
                  AND (@dialect IS NULL OR s.dialect = @dialect)
                ORDER BY s.id
                """,
                cancellation,
                ("@account", filter.AccountId),
                ("@after", after),
                ("@end", end),
                ("@now", now),
                ("@browser", DialectNames.Browser),
                ("@oldest", now - browserLife),
                ("@active", (long)AccountState.Active),
                ("@enabled", true),
                ("@application", filter.ApplicationId),
                ("@dialect", filter.Dialect));
            foreach (var session in page)
            {
                if (session.Dialect == DialectNames.Browser && session.CreatedAt + browserLife < session.ExpiresAt)
                    session.ExpiresAt = session.CreatedAt + browserLife;
                yield return session;
            }

            after = end;
        }
    }

    /// <summary>Returns the number of the last session of the next page; null if there is no other page.</summary>
    private async ValueTask<long?> EndOfPageAsync(
        string scope, long? accountId, long after, CancellationToken cancellation) =>
        (await store.QueryAsync<long?>(
            $"SELECT MAX(id) FROM (SELECT s.id FROM sessions s WHERE {scope} ORDER BY s.id LIMIT @limit) AS page",
            cancellation,
            ("@account", accountId), ("@after", after), ("@limit", PageSize))).Single();
}
