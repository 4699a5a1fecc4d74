using System.Net;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Accounts;

/// <summary>The outcome of giving or taking the right of an administrator.</summary>
internal enum AdministratorChange
{
    Done,

    /// <summary>The account is what it should become already.</summary>
    Unchanged,

    /// <summary>The acting administrator is no longer one.</summary>
    Refused,
}

/// <summary>
/// Reads and changes who is an administrator. The right is always read from the store, and never from a cookie, so that
/// it ends on every node at once.
/// </summary>
internal sealed class Administrators(Store store, SecurityLog events)
{
    /// <summary>Checks whether an account is active and an administrator's.</summary>
    public async Task<bool> IncludesAsync(long accountId, CancellationToken cancellation) =>
        await store.QueryAsync<long>(
            "SELECT id FROM accounts WHERE id = @id AND is_admin AND state = @active",
            cancellation,
            ("@id", accountId), ("@active", (long)AccountState.Active)) is [_];

    /// <summary>
    /// Returns when an administrator last proved who they are in this session; null if the account is not an
    /// administrator's, is not active, or has no such session.
    /// </summary>
    public async Task<DateTimeOffset?> ProvedAtAsync(long accountId, long sessionId, CancellationToken cancellation) =>
        await store.QueryAsync<DateTimeOffset>(
            """
            SELECT COALESCE(s.proved_at, s.created_at) FROM sessions s JOIN accounts a ON a.id = s.account_id
            WHERE s.id = @session AND a.id = @account AND a.is_admin AND a.state = @active
            """,
            cancellation,
            ("@session", sessionId), ("@account", accountId), ("@active", (long)AccountState.Active)) is [var at]
            ? at
            : null;

    /// <summary>Gives an account the right of an administrator, or takes it.</summary>
    /// <param name="from">The caller's address; null for the command line.</param>
    /// <param name="by">The administrator who acts; null for the command line.</param>
    public async Task<AdministratorChange> SetAsync(
        long accountId, bool isAdmin, IPAddress? from, long? by, CancellationToken cancellation) =>
        await events.WriteAsync(
            async (connection, happened) =>
            {
                if (by is { } actor && !(await AccountLock.TakeAdministratorsAsync(connection)).Contains(actor))
                    return AdministratorChange.Refused;
                if (await connection.ExecuteAsync(
                    "UPDATE accounts SET is_admin = @admin WHERE id = @id AND is_admin <> @admin",
                    ("@admin", isAdmin), ("@id", accountId)) == 0)
                    return AdministratorChange.Unchanged;
                happened.Add(new SecurityEvent(
                    isAdmin ? EventKind.AdministratorAdded : EventKind.AdministratorRemoved, accountId, From: from)
                {
                    ActorId = by,
                });
                return AdministratorChange.Done;
            },
            cancellation);
}
