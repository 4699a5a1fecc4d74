using System.Data.Common;

namespace TokenAuth.Kernel.Storage;

/// <summary>
/// A connection, lent to one unit of work. It keeps every statement prepared. SQL texts are therefore constants, each
/// with its parameters in one order, and values are parameters. One thread at a time may use it.
/// </summary>
internal abstract class StoreConnection : IDisposable
{
    /// <summary>The underlying connection, for Dapper (<see cref="StoreQueries"/>).</summary>
    public abstract DbConnection Connection { get; }

    /// <summary>Runs a statement and returns the number of rows that it changed.</summary>
    public abstract ValueTask<int> ExecuteAsync(string sql, params SqlParameter[] parameters);

    /// <summary>Returns the first row, mapped; the default value if there is none.</summary>
    public abstract ValueTask<T?> FirstAsync<T>(string sql, Func<RowReader, T> map, params SqlParameter[] parameters);

    /// <summary>Returns all rows, mapped.</summary>
    public abstract ValueTask<List<T>> ListAsync<T>(
        string sql, Func<RowReader, T> map, params SqlParameter[] parameters);

    public abstract void Dispose();
}
