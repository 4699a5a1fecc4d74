
namespace TokenAuth.Kernel.Storage;

/// <summary>
/// Looks up one row by its key, as nearly every call does. <see cref="Store.Query"/> creates it once.
/// </summary>
internal abstract class RowQuery<T>
    where T : class
{
    /// <summary>
    /// Returns the row with this key, mapped; null if there is none. The read starts after this call.
    /// </summary>
    public abstract ValueTask<T?> FindAsync(byte[] key, CancellationToken cancellation = default);
}

/// <summary>Runs each lookup on its own. SQLite runs in this process, so batching saves nothing.</summary>
internal sealed class SingleRowQuery<T>(Store store, string sql, Func<RowReader, T> map) : RowQuery<T>
    where T : class
{
    private readonly string _sql = sql + " = @key";

    public override ValueTask<T?> FindAsync(byte[] key, CancellationToken cancellation = default) =>
        store.ReadAsync(connection => connection.FirstAsync(_sql, map, ("@key", key)), cancellation);
}
