using System.Net;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Storage;
using TokenAuth.Kernel.Storage.Caching;
using TokenAuth.Kernel.Telemetry;

namespace TokenAuth.Kernel.Accounts;

/// <summary>The outcome of closing an account.</summary>
internal enum CloseResult
{
    Done,

    /// <summary>It is the last active administrator's. Nobody could open the administration pages afterwards.</summary>
    LastAdministrator,

    /// <summary>The account is not active, or the session has ended, in the meantime.</summary>
    NoLonger,
}

/// <summary>
/// Closes an account for its owner, who can come back within a week, and erases it after that. Meanwhile nothing signs
/// in with it. Each of the three changes locks the account and looks at its state first, so that of an owner who comes
/// back and the sweep of any node one is first, and the other finds that.
/// </summary>
internal sealed class AccountClosing(
    Store store, CacheInvalidator invalidator, SecurityLog events, TimeProvider clock, Metrics telemetry)
{
    /// <summary>The time in which the owner can come back.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromDays(7);

    /// <summary>The number of accounts that the sweep looks up at a time.</summary>
    private const long Batch = 100;

    /// <summary>
    /// Closes an account, and ends its sessions and confirmed handshakes. Consents and API keys stay for the case that
    /// the owner comes back.
    /// </summary>
    /// <param name="session">The session in which the owner asks for it.</param>
    public async Task<CloseResult> CloseAsync(
        long accountId, long session, IPAddress from, CancellationToken cancellation)
    {
        var eraseAt = clock.GetUtcNow() + Grace;
        List<string> ended = [];
        var result = await events.WriteAsync(
            async (connection, happened) =>
            {
                SqlParameter id = ("@id", accountId);
                ended = [];
                var administrators = await AccountLock.TakeAdministratorsAsync(connection);
                if (await AccountLock.TakeAsync(connection, accountId) != AccountState.Active
                    || await connection.FirstAsync(
                        "SELECT id FROM sessions WHERE id = @session AND account_id = @id", row => row.GetInt64(0),
                        ("@session", session), id) == 0)
                    return CloseResult.NoLonger;
                if (administrators is [var last] && last == accountId)
                    return CloseResult.LastAdministrator;
                await connection.ExecuteAsync(
                    "UPDATE accounts SET state = @closing, erase_at = @erase WHERE id = @id",
                    ("@closing", (long)AccountState.Closing), ("@erase", eraseAt), id);
                ended = await AccountChanges.EndAllAsync(connection, id);
                happened.Add(new SecurityEvent(
                    EventKind.ErasureRequested, accountId, From: from,
                    Detail: SecurityEvent.SessionsEnded(ended.Count)));
                return CloseResult.Done;
            },
            cancellation);
        invalidator.Invalidate(accountId);
        telemetry.SessionsEnded(ended);
        return result;
    }

    /// <summary>
    /// Returns when a closing account is erased. Null if the account is not closing, or its stamp is another one.
    /// </summary>
    /// <param name="stamp">The account's stamp, read before the owner proved who they are.</param>
    public async ValueTask<DateTimeOffset?> ErasedAtAsync(
        long accountId, string? stamp, CancellationToken cancellation) =>
        await store.ReadAsync(
            connection => connection.FirstAsync(
                $"SELECT erase_at FROM accounts WHERE {IsClosing}", row => row.InstantOrNull(0),
                Which(accountId, stamp)),
            cancellation);

    /// <summary>
    /// Makes a closing account active again. False if it has been erased, is no longer closing, was closed again in the
    /// meantime, or has another stamp.
    /// </summary>
    /// <param name="stamp">As for <see cref="ErasedAtAsync"/>.</param>
    /// <param name="eraseAt">What <see cref="ErasedAtAsync"/> returned. So a proof keeps an account once.</param>
    public async Task<bool> KeepAsync(
        long accountId, string? stamp, DateTimeOffset eraseAt, IPAddress from, CancellationToken cancellation)
    {
        var isKept = await events.WriteAsync(
            async (connection, happened) =>
            {
                if (await connection.ExecuteAsync(
                    $"UPDATE accounts SET state = @active, erase_at = NULL WHERE {IsClosing} AND erase_at = @erase",
                    [("@active", (long)AccountState.Active), .. Which(accountId, stamp), ("@erase", eraseAt)]) == 0)
                    return false;
                happened.Add(new SecurityEvent(EventKind.ErasureCancelled, accountId, From: from));
                return true;
            },
            cancellation);
        invalidator.Invalidate(accountId);
        return isKept;
    }

    /// <summary>Erases the accounts that were closed a week ago, each in a transaction of its own.</summary>
    /// <returns>The number of erased accounts.</returns>
    public async Task<int> EraseDueAsync(CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var erased = 0;
        List<long> due;
        do
        {
            due = await store.ReadAsync(
                connection => connection.ListAsync(
                    """
                    SELECT id FROM accounts WHERE erase_at IS NOT NULL AND erase_at <= @now
                    ORDER BY erase_at LIMIT @batch
                    """,
                    row => row.GetInt64(0), ("@now", now), ("@batch", Batch)),
                cancellation);
            foreach (var account in due)
                erased += await EraseAsync(account, now, cancellation) ? 1 : 0;
        }
        while (due.Count == Batch);
        return erased;
    }

    /// <summary>Erases one account. False if its owner has come back, or another node has erased it.</summary>
    private async Task<bool> EraseAsync(long accountId, DateTimeOffset now, CancellationToken cancellation)
    {
        var ended = await events.WriteAsync(
            async (connection, happened) =>
                await AccountLock.TakeAsync(connection, accountId) == AccountState.Closing
                && await connection.FirstAsync(
                    "SELECT erase_at FROM accounts WHERE id = @id", row => row.InstantOrNull(0),
                    ("@id", accountId)) <= now
                    ? await AccountErasure.EraseAsync(connection, happened, accountId)
                    : null,
            cancellation);
        invalidator.Invalidate(accountId);
        telemetry.SessionsEnded(ended ?? []);
        return ended is not null;
    }

    private const string IsClosing =
        "id = @id AND state = @closing AND (@stamp IS NULL OR security_stamp = @stamp)";

    private static SqlParameter[] Which(long accountId, string? stamp) =>
        [("@id", accountId), ("@closing", (long)AccountState.Closing), ("@stamp", stamp)];
}
