using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Accounts;

/// <summary>An account as calls look it up.</summary>
internal sealed record FoundAccount(long Id, string Login, string DisplayName, AccountState State);

/// <summary>Finds accounts by their login names, whatever the case.</summary>
internal sealed class AccountDirectory(Store store)
{
    public async ValueTask<FoundAccount?> FindAsync(string login, CancellationToken cancellation) =>
        await store.ReadAsync(
            connection => connection.FirstAsync(
                "SELECT id, user_name, display_name, state FROM accounts WHERE normalized_user_name = @name",
                row => new FoundAccount(row.GetInt64(0), row.GetString(1), row.GetString(2), (AccountState)row.GetInt64(3)),
                ("@name", login.ToUpperInvariant())),
            cancellation);
}
