using System.Data.Common;

namespace TokenAuth.Kernel.Storage;

/// <summary>
/// One connection, lent for one unit of work. It keeps every statement that it ever ran prepared, so SQL
/// texts are constants and values are parameters. Not for use by two threads at once.
/// </summary>
internal sealed class StoreConnection(DbConnection connection) : IDisposable
{
    private readonly Dictionary<string, DbCommand> _statements = new(StringComparer.Ordinal);

    public DbConnection Connection => connection;

    /// <summary>The unit's transaction, where the engine needs to be told.</summary>
    public DbTransaction? Transaction { get; set; }

    /// <summary>Runs a statement and tells how many rows it changed.</summary>
    public async ValueTask<int> ExecuteAsync(string sql, params (string Name, object? Value)[] parameters) =>
        await Statement(sql, parameters).ExecuteNonQueryAsync();

    /// <summary>The first row, mapped; the default where there is none.</summary>
    public async ValueTask<T?> FirstAsync<T>(
        string sql, Func<DbDataReader, T> map, params (string Name, object? Value)[] parameters)
    {
        await using var reader = await Statement(sql, parameters).ExecuteReaderAsync();
        return await reader.ReadAsync() ? map(reader) : default;
    }

    /// <summary>Every row, mapped.</summary>
    public async ValueTask<List<T>> ListAsync<T>(
        string sql, Func<DbDataReader, T> map, params (string Name, object? Value)[] parameters)
    {
        var rows = new List<T>();
        await using var reader = await Statement(sql, parameters).ExecuteReaderAsync();
        while (await reader.ReadAsync())
            rows.Add(map(reader));
        return rows;
    }

    public void Dispose()
    {
        foreach (var statement in _statements.Values)
            statement.Dispose();
        connection.Dispose();
    }

    private DbCommand Statement(string sql, (string Name, object? Value)[] parameters)
    {
        if (!_statements.TryGetValue(sql, out var command))
            _statements.Add(sql, command = Prepare(sql, parameters));

        command.Transaction = Transaction;
        for (var i = 0; i < parameters.Length; i++)
            command.Parameters[i].Value = Stored(parameters[i].Value);
        return command;
    }

    private DbCommand Prepare(string sql, (string Name, object? Value)[] parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, _) in parameters)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            command.Parameters.Add(parameter);
        }

        return command;
    }

    /// <summary>Instants and spans are milliseconds and enumerations numbers, as in <see cref="AuthDb"/>.</summary>
    private static object Stored(object? value) => value switch
    {
        null => DBNull.Value,
        DateTimeOffset instant => instant.ToUnixTimeMilliseconds(),
        TimeSpan span => (long)span.TotalMilliseconds,
        Enum enumeration => Convert.ToInt32(enumeration, provider: null),
        _ => value,
    };
}

/// <summary>How the store's numbers are read back.</summary>
internal static class StoredValues
{
    extension(DbDataReader reader)
    {
        public DateTimeOffset Instant(int column) => DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(column));

        public DateTimeOffset? InstantOrNull(int column) => reader.IsDBNull(column) ? null : reader.Instant(column);

        public TimeSpan? SpanOrNull(int column) =>
            reader.IsDBNull(column) ? null : TimeSpan.FromMilliseconds(reader.GetInt64(column));

        public long? NumberOrNull(int column) => reader.IsDBNull(column) ? null : reader.GetInt64(column);

        public string? TextOrNull(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
    }
}
