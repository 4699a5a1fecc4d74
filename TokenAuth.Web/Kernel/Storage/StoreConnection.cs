using System.Data.Common;

namespace TokenAuth.Kernel.Storage;

/// <summary>
/// One connection, lent for one unit of work. It keeps every statement that it ever ran prepared, so SQL
/// texts are constants and values are parameters. Not for use by two threads at once.
/// </summary>
/// <param name="connection">Open.</param>
/// <param name="prepares">Whether statements have to be prepared explicitly; SQLite's are by being run.</param>
internal sealed class StoreConnection(DbConnection connection, bool prepares = false) : IDisposable
{
    private readonly Dictionary<string, DbCommand> _statements = new(StringComparer.Ordinal);

    public DbConnection Connection => connection;

    /// <summary>Runs a statement and tells how many rows it changed.</summary>
    public async ValueTask<int> ExecuteAsync(string sql, params StoreParameter[] parameters) =>
        await (await StatementAsync(sql, parameters)).ExecuteNonQueryAsync();

    /// <summary>The first row, mapped; the default where there is none.</summary>
    public async ValueTask<T?> FirstAsync<T>(string sql, Func<DbDataReader, T> map, params StoreParameter[] parameters)
    {
        await using var reader = await (await StatementAsync(sql, parameters)).ExecuteReaderAsync();
        return await reader.ReadAsync() ? map(reader) : default;
    }

    /// <summary>Every row, mapped.</summary>
    public async ValueTask<List<T>> ListAsync<T>(string sql, Func<DbDataReader, T> map, params StoreParameter[] parameters)
    {
        var rows = new List<T>();
        await using var reader = await (await StatementAsync(sql, parameters)).ExecuteReaderAsync();
        while (await reader.ReadAsync())
            rows.Add(map(reader));
        return rows;
    }

    /// <summary>Runs statements in one journey and one transaction, and tells how many rows they changed. For PostgreSQL alone.</summary>
    public async ValueTask<int> ExecuteAllAsync(IEnumerable<(string Sql, StoreParameter[] Parameters)> statements)
    {
        await using var batch = connection.CreateBatch();
        foreach (var (sql, parameters) in statements)
        {
            var command = batch.CreateBatchCommand();
            command.CommandText = sql;
            foreach (var parameter in parameters)
                command.Parameters.Add(Declare(command.CreateParameter(), parameter, parameter.Value));
            batch.BatchCommands.Add(command);
        }

        await batch.PrepareAsync(); // asks the server for nothing where it knows them all
        return await batch.ExecuteNonQueryAsync();
    }

    public void Dispose()
    {
        foreach (var statement in _statements.Values)
            statement.Dispose();
        connection.Dispose();
    }

    private async ValueTask<DbCommand> StatementAsync(string sql, StoreParameter[] parameters)
    {
        var isKnown = _statements.TryGetValue(sql, out var command);
        if (!isKnown)
            _statements.Add(sql, command = Declare(sql, parameters));

        for (var i = 0; i < parameters.Length; i++)
            command!.Parameters[i].Value = parameters[i].Value ?? DBNull.Value;
        if (!isKnown && prepares)
            await command!.PrepareAsync();
        return command!;
    }

    private DbCommand Declare(string sql, StoreParameter[] parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var parameter in parameters)
            command.Parameters.Add(Declare(command.CreateParameter(), parameter));
        return command;
    }

    private static DbParameter Declare(DbParameter parameter, StoreParameter declared, object? value = null)
    {
        parameter.ParameterName = declared.Name;
        if (declared.Type is { } type)
            parameter.DbType = type;
        parameter.Value = value ?? DBNull.Value;
        return parameter;
    }
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
