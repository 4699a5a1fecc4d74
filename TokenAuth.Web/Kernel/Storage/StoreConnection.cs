using System.Data.Common;

namespace TokenAuth.Kernel.Storage;

/// <summary>
/// One connection, lent for one unit of work. It keeps every statement that it ever ran prepared, so SQL
/// texts are constants, each with its parameters in one order, and values are parameters. Not for use by two threads at once.
/// </summary>
internal abstract class StoreConnection : IDisposable
{
    /// <summary>For what brings its own statements, such as Dapper.</summary>
    public abstract DbConnection Connection { get; }

    /// <summary>Runs a statement and tells how many rows it changed.</summary>
    public abstract ValueTask<int> ExecuteAsync(string sql, params SqlParameter[] parameters);

    /// <summary>The first row, mapped; the default where there is none.</summary>
    public abstract ValueTask<T?> FirstAsync<T>(string sql, Func<RowReader, T> map, params SqlParameter[] parameters);

    /// <summary>Every row, mapped.</summary>
    public abstract ValueTask<List<T>> ListAsync<T>(string sql, Func<RowReader, T> map, params SqlParameter[] parameters);

    public abstract void Dispose();
}
