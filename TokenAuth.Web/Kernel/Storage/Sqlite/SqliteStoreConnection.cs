using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace TokenAuth.Kernel.Storage.Sqlite;

/// <summary>
/// A connection to a SQLite file. It calls SQLite's native API: ADO.NET's commands, parameters and readers cost as much
/// again as SQLite itself (ADR 12). SQLite has no asynchronous calls, so every task is complete when it is returned.
/// </summary>
/// <param name="connection">An open connection.</param>
internal sealed class SqliteStoreConnection(SqliteConnection connection) : StoreConnection
{
    private readonly Dictionary<string, SqliteStatement> _statements = new(StringComparer.Ordinal);

    public override SqliteConnection Connection => connection;

    /// <summary>Checks whether a transaction was begun and has not ended.</summary>
    public bool IsInTransaction => raw.sqlite3_get_autocommit(connection.Handle) == 0;

    /// <summary>
    /// Runs every statement of the text. Each one is prepared only when it runs, because it may need what an earlier
    /// one created.
    /// </summary>
    public override ValueTask<int> ExecuteAsync(string sql, params SqlParameter[] parameters)
    {
        var changed = 0;
        for (var rest = sql; rest.Length > 0;)
        {
            var statement = Statement(rest, parameters);
            if (statement.IsEmpty)
                break;
            using (var run = statement.Start(parameters))
            {
                while (run.Step())
                {
                    // The rows are not needed.
                }
            }

            changed += statement.Changed;
            rest = statement.Rest;
        }

        return ValueTask.FromResult(changed);
    }

    public override ValueTask<T?> FirstAsync<T>(string sql, Func<RowReader, T> map, params SqlParameter[] parameters)
        where T : default
    {
        var statement = Single(sql, parameters);
        using var run = statement.Start(parameters);
        if (!run.Step())
            return ValueTask.FromResult<T?>(default);
        var value = map(statement);
        while (!statement.IsReadOnly && run.Step())
        {
            // A statement that writes must run to its end.
        }

        return ValueTask.FromResult<T?>(value);
    }

    public override ValueTask<List<T>> ListAsync<T>(
        string sql, Func<RowReader, T> map, params SqlParameter[] parameters)
    {
        var rows = new List<T>();
        var statement = Single(sql, parameters);
        using var run = statement.Start(parameters);
        while (run.Step())
            rows.Add(map(statement));
        return ValueTask.FromResult(rows);
    }

    public override void Dispose()
    {
        foreach (var statement in _statements.Values)
            statement.Dispose();
        connection.Dispose();
    }

    private SqliteStatement Single(string sql, SqlParameter[] parameters) =>
        Statement(sql, parameters) is { IsEmpty: false, Rest: "" } only
            ? only
            : throw new ArgumentException("The text must hold exactly one statement", nameof(sql));

    private SqliteStatement Statement(string sql, SqlParameter[] parameters)
    {
        if (!_statements.TryGetValue(sql, out var statement))
            _statements.Add(sql, statement = new SqliteStatement(connection.Handle!, sql, parameters));
        return statement;
    }
}
