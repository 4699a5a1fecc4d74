
namespace TokenAuth.Kernel.Storage;

/// <summary>A read that nearly every call makes: the one row with a key. Made once, by <see cref="Store.Query"/>.</summary>
internal abstract class RowQuery<T>
    where T : class
{
    /// <summary>The row with this key, mapped; null where there is none. It is read after this was called.</summary>
    public abstract ValueTask<T?> FindAsync(byte[] key, CancellationToken cancellation = default);
}

/// <summary>Each by itself, for an engine in this process.</summary>
internal sealed class SingleRowQuery<T>(Store store, string sql, Func<RowReader, T> map) : RowQuery<T>
    where T : class
{
    private readonly string _sql = sql + " = @key";

    public override ValueTask<T?> FindAsync(byte[] key, CancellationToken cancellation = default) =>
        store.ReadAsync(connection => connection.FirstAsync(_sql, map, ("@key", key)), cancellation);
}
