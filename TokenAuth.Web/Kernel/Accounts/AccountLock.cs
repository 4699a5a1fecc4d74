using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Accounts;

/// <summary>Changes to an account, its keys and its sessions take turns, where one depends on what it reads of another.</summary>
internal static class AccountLock
{
    /// <summary>
    /// Holds the account's row until the transaction ends: whatever is read of the account after this stays true that long. By an
    /// update, because SQLite has no <c>SELECT FOR UPDATE</c>.
    /// </summary>
    /// <returns>The account's state; null where there is no such account.</returns>
    public static ValueTask<AccountState?> TakeAsync(StoreConnection connection, long accountId) => connection.FirstAsync(
        "UPDATE accounts SET last_session_number = last_session_number WHERE id = @id RETURNING state",
        row => (AccountState?)row.GetInt64(0), ("@id", accountId));
}
