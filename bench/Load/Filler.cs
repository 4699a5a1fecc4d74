using System.Buffers.Binary;
using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Npgsql;
using NpgsqlTypes;

namespace TokenAuth.Bench;

/// <summary>
/// Fills a store with accounts, sessions and handshakes, without the server. It writes rows as the server would, in the
/// order of their hashes, because an index takes these many times faster than rows in random order.
/// </summary>
internal abstract class Filler
{
    protected const string SessionColumns =
        "token_hash, dialect, application_id, account_id, permissions, created_at, "
        + "last_used_at, opened_from, expires_at";

    protected const string HandshakeColumns =
        "token_hash, dialect, application_id, account_id, permissions, session_lifetime, session_slides, "
        + "opened_at, opened_from, expires_at";

    private static readonly long Now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    public async Task FillAsync(BenchFixture fixture, long sessions)
    {
        var accounts = Math.Max(1, sessions / 10);
        await using var connection = await OpenAsync();
        await ExecuteAsync(
            connection,
            $"""
            INSERT INTO accounts (id, user_name, normalized_user_name, display_name, state, is_admin, created_at,
                                  last_session_number, email_confirmed, phone_number_confirmed, two_factor_enabled,
                                  lockout_enabled, access_failed_count)
            WITH RECURSIVE n(i) AS (
                SELECT {fixture.PersonId + 1}
                UNION ALL SELECT i + 1 FROM n WHERE i < {fixture.PersonId + accounts - 1})
            SELECT n.i, 'bench' || n.i, 'BENCH' || n.i, 'Bench ' || n.i, a.state, a.is_admin, a.created_at, 0,
                   a.email_confirmed,
                   a.phone_number_confirmed, a.two_factor_enabled, a.lockout_enabled, a.access_failed_count
            FROM n, accounts a WHERE a.id = {fixture.PersonId} AND n.i < {fixture.PersonId + accounts}
            """);

        object?[] Session(long number) => BenchFixture.IsIpernity(number)
            ? [
                BenchFixture.HashOf(fixture.TextOf(number)), "ipernity", fixture.Web.Id,
                fixture.PersonId + (number % accounts), "doc=write,blog=read", Now, Now, "127.0.0.1", null]
            : [
                BenchFixture.HashOf(fixture.TextOf(number)), "peopleaggregator", null, fixture.PersonId + (number % accounts),
                "", Now, Now, "127.0.0.1", BenchFixture.Expiry.ToUnixTimeMilliseconds()];
        await AddAsync(connection, "sessions", SessionColumns, Sorted(sessions, fixture.TextOf).Select(Session));
        await SettleAsync(connection);
    }

    /// <summary>
    /// Adds confirmed handshakes, each to be exchanged once, in the order in which the server would have created them.
    /// </summary>
    public async Task AddHandshakesAsync(BenchFixture fixture, long from, int count)
    {
        object?[] Handshake(long number) =>
            [
                BenchFixture.HashOf(BenchFixture.HandshakeOf(number)), "mediapost", fixture.Web.Id, fixture.PersonId, "",
                86_400_000L, false, Now, "127.0.0.1", BenchFixture.Expiry.ToUnixTimeMilliseconds()];
        await using var connection = await OpenAsync();
        await AddAsync(
            connection, "handshakes", HandshakeColumns,
            Enumerable.Range(0, count).Select(i => Handshake(from + i)));
        await WriteBackAsync(connection);
    }

    /// <summary>Adds API keys of the first members, with a last use of now.</summary>
    public async Task AddKeysAsync(BenchFixture fixture, int count)
    {
        await using var connection = await OpenAsync();
        foreach (var member in Enumerable.Range(1, count).Select(number => fixture.Member(number)))
        {
            var hash = Convert.ToHexStringLower(BenchFixture.HashOf(member.Key));
            await ExecuteAsync(
                connection,
                $"""
                INSERT INTO account_keys (account_id, name, key_hash, protected_md5, created_at, last_used_at)
                SELECT {member.Id}, 'bench', {Bytes(hash)}, protected_md5, created_at, {Now}
                FROM account_keys WHERE account_id = {fixture.PersonId}
                ON CONFLICT (key_hash) DO UPDATE SET last_used_at = excluded.last_used_at
                """);
        }
    }

    /// <summary>Adds users of the wiki, as their first logins would.</summary>
    public async Task AddUsersAsync(BenchFixture fixture, IEnumerable<string> users)
    {
        await using var connection = await OpenAsync();
        foreach (var user in users)
        {
            await ExecuteAsync(
                connection,
                $"""
                INSERT INTO application_users (application_id, user_id, email, email_opt_in, created_at, updated_at)
                VALUES ({fixture.Wiki.Id}, '{user}', '{user}@example.test', FALSE, {Now}, {Now})
                ON CONFLICT (application_id, user_id) DO NOTHING;
                INSERT INTO application_user_roles (application_user_id, namespace, role)
                SELECT id, '{BenchFixture.Namespace}', 1 FROM application_users
                WHERE application_id = {fixture.Wiki.Id} AND user_id = '{user}'
                ON CONFLICT (application_user_id, namespace) DO NOTHING
                """);
        }
    }

    /// <summary>Gives the first members the password of the fixture's person.</summary>
    public async Task AddPasswordsAsync(BenchFixture fixture, int count)
    {
        await using var connection = await OpenAsync();
        await ExecuteAsync(
            connection,
            $"""
            UPDATE accounts SET
              password_hash = (SELECT p.password_hash FROM accounts p WHERE p.id = {fixture.PersonId}),
              security_stamp = 'bench'
            WHERE id > {fixture.PersonId} AND id <= {fixture.PersonId + count}
            """);
    }

    /// <summary>Returns the number that a query selects.</summary>
    public async Task<long> NumberAsync(string sql)
    {
        await using var connection = await OpenAsync();
        await using var command = connection.CreateCommand();
        (command.CommandText, command.CommandTimeout) = (sql, 0);
        return Convert.ToInt64(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// Reads the store once, so that it is in the machine's memory, as it is for a server that has run for a while.
    /// </summary>
    public abstract Task WarmAsync();

    /// <summary>Counts the rows written since then; the server's sweep may have deleted older ones meanwhile.</summary>
    /// <param name="written">The column with the time of writing.</param>
    public Task<long> CountAsync(string table, string written, DateTimeOffset since) =>
        NumberAsync($"SELECT COUNT(*) FROM {table} WHERE {written} >= {since.ToUnixTimeMilliseconds()}");

    protected abstract Task<DbConnection> OpenAsync();

    /// <summary>A literal of bytes in a statement.</summary>
    protected abstract string Bytes(string hex);

    protected abstract Task AddAsync(
        DbConnection connection, string table, string columns, IEnumerable<object?[]> rows);

    /// <summary>
    /// Writes the log back: a server does not meet a transaction of that size, so it must not have to process it.
    /// </summary>
    protected abstract Task WriteBackAsync(DbConnection connection);

    /// <summary>Does now what the engine would do later, during a measurement.</summary>
    protected abstract Task SettleAsync(DbConnection connection);

    protected static async Task ExecuteAsync(DbConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        (command.CommandText, command.CommandTimeout) = (sql, 0);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>The numbers in the order of their texts' hashes.</summary>
    private static long[] Sorted(long count, Func<long, string> textOf)
    {
        var numbers = new long[count];
        var keys = new ulong[count];
        Parallel.For(
            0, count,
            i => (numbers[i], keys[i]) =
                (i, BinaryPrimitives.ReadUInt64BigEndian(BenchFixture.HashOf(textOf(i)))));
        Array.Sort(keys, numbers);
        return numbers;
    }
}

internal sealed class SqliteFiller(string file) : Filler
{
    public override async Task WarmAsync()
    {
        await using var store = File.OpenRead(file);
        await store.CopyToAsync(Stream.Null);
    }

    protected override string Bytes(string hex) => $"x'{hex}'";

    protected override async Task<DbConnection> OpenAsync()
    {
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString());
        await connection.OpenAsync();
        await ExecuteAsync(
            connection, "PRAGMA busy_timeout=10000; PRAGMA synchronous=OFF; PRAGMA cache_size=-1000000;");
        return connection;
    }

    protected override async Task AddAsync(
        DbConnection connection, string table, string columns, IEnumerable<object?[]> rows)
    {
        await using var transaction = await connection.BeginTransactionAsync();
        await using var insert = connection.CreateCommand();
        var names = columns.Split(", ");
        insert.CommandText =
            $"INSERT INTO {table} ({columns}) VALUES ({string.Join(", ", names.Select(name => "@" + name))})";
        insert.Transaction = transaction;
        foreach (var name in names)
        {
            var parameter = insert.CreateParameter();
            parameter.ParameterName = "@" + name;
            insert.Parameters.Add(parameter);
        }

        foreach (var row in rows)
        {
            for (var i = 0; i < row.Length; i++)
                insert.Parameters[i].Value = row[i] ?? DBNull.Value;
            await insert.ExecuteNonQueryAsync();
        }

        await transaction.CommitAsync();
    }

    protected override Task WriteBackAsync(DbConnection connection) =>
        ExecuteAsync(connection, "PRAGMA wal_checkpoint(TRUNCATE)");

    protected override Task SettleAsync(DbConnection connection) => WriteBackAsync(connection);
}

internal sealed class PostgreSqlFiller(string connectionString) : Filler
{
    public override async Task WarmAsync()
    {
        await using var connection = await OpenAsync();
        await ExecuteAsync(
            connection,
            """
            CREATE EXTENSION IF NOT EXISTS pg_prewarm;
            SELECT pg_prewarm(oid::regclass, 'read')
            FROM pg_class WHERE relkind IN ('r', 'i') AND relnamespace = current_schema()::regnamespace
            """);
    }

    protected override string Bytes(string hex) => $"'\\x{hex}'";

    protected override async Task<DbConnection> OpenAsync()
    {
        var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync();
        return connection;
    }

    protected override async Task AddAsync(
        DbConnection connection, string table, string columns, IEnumerable<object?[]> rows)
    {
        // Skips the checks of millions of valid references.
        await ExecuteAsync(connection, "SET session_replication_role = replica");
        await using var import = await ((NpgsqlConnection)connection).BeginBinaryImportAsync(
            $"COPY {table} ({columns}) FROM STDIN (FORMAT BINARY)");
        foreach (var row in rows)
        {
            await import.StartRowAsync();
            foreach (var value in row)
            {
                await (value switch
                {
                    null => import.WriteNullAsync(),
                    byte[] bytes => import.WriteAsync(bytes, NpgsqlDbType.Bytea),
                    long number => import.WriteAsync(number, NpgsqlDbType.Bigint),
                    bool flag => import.WriteAsync(flag, NpgsqlDbType.Boolean),
                    _ => import.WriteAsync((string)value, NpgsqlDbType.Text),
                });
            }
        }

        await import.CompleteAsync();
    }

    protected override Task WriteBackAsync(DbConnection connection) => ExecuteAsync(connection, "CHECKPOINT");

    protected override async Task SettleAsync(DbConnection connection)
    {
        await ExecuteAsync(connection, "VACUUM (FREEZE, ANALYZE)");
        await WriteBackAsync(connection);
    }
}
