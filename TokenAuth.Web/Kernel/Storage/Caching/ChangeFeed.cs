using TokenAuth.Kernel.Storage.Sqlite;

namespace TokenAuth.Kernel.Storage.Caching;

/// <summary>
/// Tells what has changed in a store since it was last asked: accounts, sessions, applications, whoever changed them. New rows are no
/// change, nor is a session that slides. Not for use by two at once.
/// </summary>
internal abstract class ChangeFeed
{
    /// <returns>The accounts that have changed, themselves or a session of theirs; null where anything may have.</returns>
    public abstract ValueTask<IReadOnlyCollection<long>?> ReadAsync();
}

/// <summary>
/// SQLite tells a connection whether others have written, other processes among them: <c>PRAGMA data_version</c>. What
/// goes through the writer is its own doing, and is not told.
/// </summary>
internal sealed class SqliteChangeFeed(SqliteStore store) : ChangeFeed
{
    private long? _version;

    public override async ValueTask<IReadOnlyCollection<long>?> ReadAsync()
    {
        var version = await store.ReadAsWriterAsync(connection => connection.FirstAsync("PRAGMA data_version", row => row.GetInt64(0)));
        var isSame = version == _version;
        _version = version;
        return isSame ? [] : null;
    }
}
