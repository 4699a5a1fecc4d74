using System.Data.Common;
using Npgsql;

namespace TokenAuth.Kernel.Storage.PostgreSql;

/// <summary>
/// A connection to PostgreSQL. Every statement is prepared when it first runs, so that the server keeps its plan.
/// </summary>
/// <remarks>
/// Through a pooler such as PgBouncer nothing is prepared. After each transaction the pooler may switch to another
/// server connection, which lacks the statement, or has another node's statement of the same name.
/// </remarks>
internal sealed class PostgreSqlStoreConnection : StoreConnection
{
    private readonly Dictionary<string, NpgsqlCommand> _statements = new(StringComparer.Ordinal);
    private readonly bool _prepares;

    private PostgreSqlStoreConnection(NpgsqlConnection connection, bool prepares) =>
        (Connection, _prepares) = (connection, prepares);

    public override NpgsqlConnection Connection { get; }

    /// <summary>
    /// Opens a connection. Detects a pooler: the process number that it announced is not the one that answers.
    /// </summary>
    public static async Task<PostgreSqlStoreConnection> OpenAsync(NpgsqlDataSource source)
    {
        var connection = await PostgreSqlSettings.OpenAsync(source);
        try
        {
            await using var command = connection.CreateCommand();
            command.CommandText = "SELECT pg_backend_pid()";
            var answering = (int)(await command.ExecuteScalarAsync())!;
            return new PostgreSqlStoreConnection(connection, prepares: answering == connection.ProcessID);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public override async ValueTask<int> ExecuteAsync(string sql, params SqlParameter[] parameters) =>
        await (await StatementAsync(sql, parameters)).ExecuteNonQueryAsync();

    public override async ValueTask<T?> FirstAsync<T>(
        string sql, Func<RowReader, T> map, params SqlParameter[] parameters)
        where T : default
    {
        await using var reader = await (await StatementAsync(sql, parameters)).ExecuteReaderAsync();
        return await reader.ReadAsync() ? map(new Row(reader)) : default;
    }

    public override async ValueTask<List<T>> ListAsync<T>(
        string sql, Func<RowReader, T> map, params SqlParameter[] parameters)
    {
        var rows = new List<T>();
        await using var reader = await (await StatementAsync(sql, parameters)).ExecuteReaderAsync();
        var row = new Row(reader);
        while (await reader.ReadAsync())
            rows.Add(map(row));
        return rows;
    }

    /// <summary>
    /// Runs writes in one round trip and one transaction, and hands each the row that it returns. Returns after the
    /// commit.
    /// </summary>
    /// <param name="last">A statement to run after them; its rows are ignored.</param>
    public async ValueTask RunBatchAsync(IReadOnlyList<BatchedWrite> writes, SqlStatement? last)
    {
        await using var batch = Connection.CreateBatch();
        foreach (var write in writes)
        {
            foreach (var statement in write.Statements)
                Add(batch, statement);
        }

        if (last is { } added)
            Add(batch, added);
        if (_prepares)
            await batch.PrepareAsync(); // no round trip if every statement is prepared
        await using var reader = await batch.ExecuteReaderAsync();
        var row = new Row(reader);
        foreach (var write in writes)
        {
            if (!write.ReturnsRow)
                continue;
            write.Read(await reader.ReadAsync() ? row : null);
            await reader.NextResultAsync(); // skips statements without rows
        }

        while (await reader.NextResultAsync())
        {
            // The last answer of the server is that of the commit.
        }
    }

    public override void Dispose()
    {
        foreach (var statement in _statements.Values)
            statement.Dispose();
        Connection.Dispose();
    }

    private async ValueTask<NpgsqlCommand> StatementAsync(string sql, SqlParameter[] parameters)
    {
        if (_statements.TryGetValue(sql, out var command))
        {
            for (var i = 0; i < parameters.Length; i++)
                command.Parameters[i].Value = parameters[i].Value ?? DBNull.Value;
            return command;
        }

        _statements.Add(sql, command = Connection.CreateCommand());
        command.CommandText = sql;
        foreach (var parameter in parameters)
            command.Parameters.Add(Declare(parameter, parameter.Value));
        if (_prepares)
            await command.PrepareAsync();
        return command;
    }

    private static void Add(NpgsqlBatch batch, SqlStatement statement)
    {
        var command = batch.CreateBatchCommand();
        command.CommandText = PositionalSql.Of(statement);
        foreach (var parameter in statement.Parameters)
        {
            var declared = Declare(parameter, parameter.Value);
            declared.ParameterName = ""; // a parameter without a name is positional
            command.Parameters.Add(declared);
        }

        batch.BatchCommands.Add(command);
    }

    private static NpgsqlParameter Declare(SqlParameter declared, object? value)
    {
        var parameter = new NpgsqlParameter { ParameterName = declared.Name };
        if (declared.Type is { } type)
            parameter.DbType = type;
        parameter.Value = value ?? DBNull.Value;
        return parameter;
    }

    private sealed class Row(DbDataReader reader) : RowReader
    {
        public override bool IsNull(int column) => reader.IsDBNull(column);

        public override long GetInt64(int column) => reader.GetInt64(column);

        public override bool GetBoolean(int column) => reader.GetBoolean(column);

        public override string GetString(int column) => reader.GetString(column);

        public override byte[] GetBytes(int column) => reader.GetFieldValue<byte[]>(column);

        public override string GetName(int column) => reader.GetName(column);
    }
}
