using TokenAuth.Kernel.Storage.Sqlite;

namespace TokenAuth.Kernel.Storage.Caching;

/// <summary>
/// Reports which accounts, sessions and applications have changed in the store since the last poll, whichever process
/// changed them. It need not report new rows, nor sessions that were only extended. One caller at a time may poll it.
/// </summary>
internal abstract class ChangeFeed
{
    /// <returns>
    /// The accounts that have changed, or one of whose sessions has; null if anything may have changed.
    /// </returns>
    public abstract ValueTask<IReadOnlyCollection<long>?> ReadAsync();
}

/// <summary>
/// Polls <c>PRAGMA data_version</c> on the writer's connection. It changes when any other connection has written, in
/// this process or another, and does not say what. The writer's own writes do not change it.
/// </summary>
internal sealed class SqliteChangeFeed(SqliteStore store) : ChangeFeed
{
    private long? _version;

    public override async ValueTask<IReadOnlyCollection<long>?> ReadAsync()
    {
        var version = await store.ReadAsWriterAsync(
            connection => connection.FirstAsync("PRAGMA data_version", row => row.GetInt64(0)));
        var isSame = version == _version;
        _version = version;
        return isSame ? [] : null;
    }
}
