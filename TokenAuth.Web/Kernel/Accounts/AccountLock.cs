using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Accounts;

/// <summary>
/// Serializes changes to an account, its keys and its sessions, where one depends on what it reads of another.
/// </summary>
internal static class AccountLock
{
    /// <summary>
    /// Locks the account's row until the transaction ends, so that what is read of the account after this stays true
    /// until then. Uses an UPDATE that changes nothing, because SQLite has no <c>SELECT FOR UPDATE</c>.
    /// </summary>
    /// <returns>The account's state; null if there is no such account.</returns>
    public static ValueTask<AccountState?> TakeAsync(StoreConnection connection, long accountId) =>
        connection.FirstAsync(
            "UPDATE accounts SET last_session_number = last_session_number WHERE id = @id RETURNING state",
            row => (AccountState?)row.GetInt64(0),
            ("@id", accountId));

    /// <summary>
    /// Locks the rows of all active administrators until the transaction ends. So of two administrators who close each
    /// other's account at the same time, the second one is an administrator no longer.
    /// </summary>
    /// <returns>The numbers of the active administrators.</returns>
    public static ValueTask<List<long>> TakeAdministratorsAsync(StoreConnection connection) =>
        connection.ListAsync(
            """
            UPDATE accounts SET last_session_number = last_session_number
            WHERE is_admin AND state = @active RETURNING id
            """,
            row => row.GetInt64(0),
            ("@active", (long)AccountState.Active));
}
