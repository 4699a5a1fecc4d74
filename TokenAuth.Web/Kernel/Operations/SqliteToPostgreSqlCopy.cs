using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Npgsql;
using NpgsqlTypes;
using TokenAuth.Kernel.DataProtection;
using TokenAuth.Kernel.Schema;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Storage;
using TokenAuth.Kernel.Storage.PostgreSql;

namespace TokenAuth.Kernel.Operations;

/// <summary>
/// Copies a SQLite store into an empty store on PostgreSQL, in one transaction. Rows keep their numbers.
/// </summary>
internal sealed class SqliteToPostgreSqlCopy(PostgreSqlStore target, WrappingKey wrapping)
{
    /// <summary>The number of rows between two reports.</summary>
    private const int ReportStep = 1000;

    private long _done;

    /// <summary>Copies a SQLite file.</summary>
    /// <param name="report">Gets the number of copied rows and of all rows, from time to time.</param>
    /// <returns>The number of rows in each table.</returns>
    /// <exception cref="StoreRefusedException">
    /// The file cannot be read, is of another version, or has a key ring of another wrapping key; or the store on
    /// PostgreSQL is not empty.
    /// </exception>
    public async Task<IReadOnlyDictionary<string, long>> FromAsync(
        string file, Action<long, long> report, CancellationToken cancellation)
    {
        try
        {
            await using var source = await OpenAsync(file, cancellation);
            return await CopyAsync(source, report, cancellation);
        }
        catch (Exception damaged) when (damaged is SqliteException
            or InvalidCastException
            or FormatException
            or OverflowException)
        {
            throw new StoreRefusedException($"{file} cannot be read: {damaged.Message}");
        }
    }

    private async Task<IReadOnlyDictionary<string, long>> CopyAsync(
        SqliteConnection source, Action<long, long> report, CancellationToken cancellation)
    {
        await target.MigrateAsync(cancellation);
        await using var connection = await target.Source.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var rows = new Dictionary<string, long>(StringComparer.Ordinal);
        var tables = await TablesAsync();
        var total = await CountAsync(source, tables, cancellation);
        foreach (var table in tables)
        {
            // The lock keeps other nodes from writing until the transaction ends.
            var isFilled = await ScalarAsync(
                connection,
                $"LOCK TABLE {table.Name}; SELECT EXISTS (SELECT 1 FROM {table.Name})",
                cancellation);
            if (isFilled is true)
                throw new StoreRefusedException($"The PostgreSQL store is not empty: there are rows in {table.Name}.");
            rows.Add(table.Name, await CopyAsync(source, connection, table, done => report(done, total), cancellation));
            if (table.Identity is { } identity)
            {
                // The number of a deleted row, such as an erased account, is not given again.
                var last = await ScalarAsync(
                    source, $"SELECT seq FROM sqlite_sequence WHERE name = '{table.Name}'", cancellation);
                await ScalarAsync(
                    connection,
                    $"SELECT setval(pg_get_serial_sequence('{table.Name}', '{identity}'), "
                        + $"GREATEST({last ?? "NULL"}, (SELECT MAX({identity}) FROM {table.Name})))",
                    cancellation);
            }
        }

        await transaction.CommitAsync(cancellation);
        return rows;
    }

    /// <summary>
    /// Opens the file and starts a transaction, so that a server may continue to write to it while the copy reads one
    /// state.
    /// </summary>
    private async Task<SqliteConnection> OpenAsync(string file, CancellationToken cancellation)
    {
        if (!File.Exists(file))
            throw new StoreRefusedException($"There is no file {file}.");
        // The copy does not write, but a read-only connection would leave the files of the write-ahead log behind.
        var connectionString = new SqliteConnectionStringBuilder
        {
            DataSource = file,
            Mode = SqliteOpenMode.ReadWrite,
            Pooling = false,
        }.ToString();
        var options = new DbContextOptionsBuilder<SqliteAuthDb>().UseSqlite(connectionString).Options;
        await using (var db = new SqliteAuthDb(options))
        {
            if ((await db.Database.GetPendingMigrationsAsync(cancellation)).Any())
            {
                throw new StoreRefusedException(
                    $"{file} is no TokenAuth store of this version: run db migrate on it first.");
            }
        }

        var source = new SqliteConnection(connectionString);
        await source.OpenAsync(cancellation);
        await using var command = source.CreateCommand();
        command.CommandText = "BEGIN; SELECT xml FROM key_ring";
        await using var keys = await command.ExecuteReaderAsync(cancellation);
        while (await keys.ReadAsync(cancellation))
        {
            if (!wrapping.Opens(KeyRing.Parse(keys.GetString(0))))
            {
                throw new StoreRefusedException(
                    $"The key ring in {file} was wrapped by another key than the configured one: "
                        + "set TokenAuth:KeyRing:WrappingKey to the store's own.");
            }
        }

        return source;
    }

    /// <summary>
    /// Returns the tables in the order of their foreign keys: a table follows those that it refers to.
    /// </summary>
    private async Task<IReadOnlyList<Table>> TablesAsync()
    {
        await using var db = target.CreateContext();
        var waiting = db.Model.GetEntityTypes()
            .Where(table => table.ClrType != typeof(CommitMarker) && table.ClrType != typeof(ChangeFeedRow))
            .ToList();
        var ordered = new List<IEntityType>();
        while (waiting.Count > 0)
        {
            var next = waiting.First(table => table.GetForeignKeys().All(
                key => key.PrincipalEntityType == table || ordered.Contains(key.PrincipalEntityType)));
            waiting.Remove(next);
            ordered.Add(next);
        }

        return [.. ordered.Select(entity => new Table(
            entity.GetTableName()!,
            [.. entity.GetProperties().Select(column => new Column(column.GetColumnName(), column.GetColumnType()))],
            entity.FindPrimaryKey()!.Properties is [{ ValueGenerated: ValueGenerated.OnAdd } key]
                && key.GetColumnType() == "bigint"
                    ? key.GetColumnName()
                    : null))];
    }

    private static async Task<long> CountAsync(
        SqliteConnection source, IReadOnlyList<Table> tables, CancellationToken cancellation)
    {
        await using var count = source.CreateCommand();
        count.CommandText =
            "SELECT " + string.Join(" + ", tables.Select(table => $"(SELECT count(*) FROM {table.Name})"));
        return (long)(await count.ExecuteScalarAsync(cancellation))!;
    }

    private async Task<long> CopyAsync(
        SqliteConnection source, NpgsqlConnection connection, Table table, Action<long> report,
        CancellationToken cancellation)
    {
        var columns = string.Join(", ", table.Columns.Select(column => column.Name));
        await using var select = source.CreateCommand();
        select.CommandText = $"SELECT {columns} FROM {table.Name}";
        await using var reader = await select.ExecuteReaderAsync(cancellation);
        await using var writer = await connection.BeginBinaryImportAsync(
            $"COPY {table.Name} ({columns}) FROM STDIN (FORMAT BINARY)", cancellation);
        writer.Timeout = TimeSpan.FromHours(1);
        while (await reader.ReadAsync(cancellation))
        {
            await writer.StartRowAsync(cancellation);
            for (var i = 0; i < table.Columns.Count; i++)
            {
                await (reader.IsDBNull(i)
                    ? writer.WriteNullAsync(cancellation)
                    : WriteAsync(writer, reader, i, table.Columns[i].Type, cancellation));
            }

            if (++_done % ReportStep == 0)
                report(_done);
        }

        return (long)await writer.CompleteAsync(cancellation);
    }

    private static Task WriteAsync(
        NpgsqlBinaryImporter writer, DbDataReader reader, int column, string type, CancellationToken cancellation) =>
        type switch
        {
            "bigint" => writer.WriteAsync(reader.GetInt64(column), NpgsqlDbType.Bigint, cancellation),
            "integer" => writer.WriteAsync(reader.GetInt32(column), NpgsqlDbType.Integer, cancellation),
            "boolean" => writer.WriteAsync(reader.GetBoolean(column), NpgsqlDbType.Boolean, cancellation),
            "bytea" => writer.WriteAsync((byte[])reader[column], NpgsqlDbType.Bytea, cancellation),
            // PostgreSQL's texts cannot contain a zero character.
            _ => writer.WriteAsync(reader.GetString(column).Replace('\0', '\uFFFD'), NpgsqlDbType.Text, cancellation),
        };

    private static async Task<object?> ScalarAsync(
        DbConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.CommandTimeout = 0;
        return await command.ExecuteScalarAsync(cancellation);
    }

    /// <param name="Identity">The identity column. Its sequence continues after SQLite's last number.</param>
    private sealed record Table(string Name, IReadOnlyList<Column> Columns, string? Identity);

    private sealed record Column(string Name, string Type);
}
