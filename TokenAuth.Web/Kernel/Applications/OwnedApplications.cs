using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Applications;

/// <summary>
/// Finds the applications that an account owns, enabled or not. Being an administrator makes nobody an owner.
/// </summary>
internal sealed class OwnedApplications(Store store)
{
    /// <summary>Lists the applications of an account in the order of their registration.</summary>
    public async Task<IReadOnlyList<Application>> ListAsync(long accountId, CancellationToken cancellation) =>
        await store.ReadAsync(
            connection => connection.ListAsync(
                ApplicationRow.Select + " WHERE owner_id = @owner ORDER BY id",
                ApplicationRow.Read,
                ("@owner", accountId)),
            cancellation);

    /// <summary>Finds the application with this number; null if the account does not own one.</summary>
    public async Task<Application?> FindAsync(long accountId, long id, CancellationToken cancellation) =>
        await store.ReadAsync(
            connection => connection.FirstAsync(
                ApplicationRow.Select + " WHERE id = @id AND owner_id = @owner",
                ApplicationRow.Read,
                ("@id", id), ("@owner", accountId)),
            cancellation);

    /// <summary>Finds the application with this API key; null if the account does not own one.</summary>
    public async Task<Application?> FindAsync(long accountId, string apiKey, CancellationToken cancellation) =>
        await store.ReadAsync(
            connection => connection.FirstAsync(
                ApplicationRow.Select + " WHERE api_key = @key AND owner_id = @owner",
                ApplicationRow.Read,
                ("@key", apiKey), ("@owner", accountId)),
            cancellation);
}
