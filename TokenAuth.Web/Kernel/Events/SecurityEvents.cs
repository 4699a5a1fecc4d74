using System.Data.Common;
using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Events;

/// <summary>A security event, as listed for people and operators.</summary>
/// <param name="Login">The account's login name, if the account still exists.</param>
/// <param name="Application">The application's name, if it still exists.</param>
/// <param name="ActorUid">The administrator who acted; null if the owner or an operator did.</param>
/// <param name="Actor">The administrator's login name, if the account still exists.</param>
internal sealed record ListedEvent(
    long Id, DateTimeOffset At, string Kind, long? Uid, string? Login, string? Application, string? Dialect,
    string? Address, string? Detail, long Count, long? ActorUid = null, string? Actor = null);

/// <summary>
/// Reads the security event log. First writes the events that wait in this process, so that the list contains them.
/// </summary>
internal sealed class SecurityEvents(Store store, SecurityLog log)
{
    /// <summary>Lists events, the newest first.</summary>
    /// <param name="accountId">Limits the list to this account; null lists all events.</param>
    /// <param name="since">The earliest time.</param>
    /// <param name="before">Limits the list to events older than this number, for the next page.</param>
    /// <param name="limit">The maximum number of events.</param>
    public async Task<IReadOnlyList<ListedEvent>> ListAsync(
        long? accountId, DateTimeOffset? since, long? before, int limit, CancellationToken cancellation)
    {
        await FlushAsync();
        return await store.QueryAsync<ListedEvent>(
            accountId is null ? All : OfAccount,
            cancellation,
            ("@account", accountId),
            ("@since", since ?? DateTimeOffset.UnixEpoch),
            ("@before", before ?? long.MaxValue),
            ("@limit", (long)limit));
    }

    /// <summary>Writes the events that wait in this process, if the store can be written.</summary>
    public async Task FlushAsync()
    {
        try
        {
            await log.FlushAsync(CancellationToken.None);
        }
        catch (DbException)
        {
            // The store cannot be written: it is read-only or full. Its events are still listed.
        }
    }

    /// <summary>Selects <see cref="ListedEvent"/>s from <c>e</c>. Conditions follow.</summary>
    public const string Selection =
        """
        SELECT e.id, e.occurred_at AS at, e.kind, e.account_id AS uid, a.user_name AS login, p.name AS application,
               e.dialect, e.address, e.detail, e.count,
               e.actor_id AS actor_uid, b.user_name AS actor
        FROM security_events e
        LEFT JOIN accounts a ON a.id = e.account_id
        LEFT JOIN applications p ON p.id = e.application_id
        LEFT JOIN accounts b ON b.id = e.actor_id
        """;

    private const string Page = " e.occurred_at >= @since AND e.id < @before ORDER BY e.id DESC LIMIT @limit";

    private const string All = Selection + " WHERE" + Page;

    private const string OfAccount = Selection + " WHERE e.account_id = @account AND" + Page;
}
