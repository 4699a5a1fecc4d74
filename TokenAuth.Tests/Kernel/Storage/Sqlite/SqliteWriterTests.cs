using System.Buffers.Binary;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using TokenAuth.Kernel.Schema;
using TokenAuth.Kernel.Storage;
using TokenAuth.Kernel.Storage.Sqlite;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Kernel.Storage.Sqlite;

/// <summary>
/// The group commit of SQLite's one writer. A gate blocks the writer, so that units sent meanwhile form a batch.
/// </summary>
public sealed class SqliteWriterTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("tokenauth-test-");
    private readonly SqliteStore _store;
    private readonly ManualResetEventSlim _gate = new();
    private readonly ManualResetEventSlim _held = new();
    private bool _isClosed;

    public SqliteWriterTests() => _store = new SqliteStore(SqliteEngine.FileAt(File("a.db")), StoreSchemas.Sqlite);

    [Fact]
    public async Task A_batch_of_units_is_one_transaction()
    {
        await MakeTableAsync();
        var commits = await CountCommitsAsync();
        var (units, batches) = (_store.Statistics.WriteUnits, _store.Statistics.WriteBatches);
        var gate = HoldWriter();

        var inserts = Enumerable.Range(0, 200).Select(InsertAsync).ToList();
        _gate.Set();
        await Task.WhenAll([gate, .. inserts]);

        // The other transaction is the gate's.
        Assert.Equal(2, commits());
        Assert.Equal(
            (201, 2), (_store.Statistics.WriteUnits - units, _store.Statistics.WriteBatches - batches));
        Assert.Equal(200, await CountAsync());
    }

    [Fact]
    public async Task Units_run_in_the_order_in_which_they_were_sent()
    {
        await MakeTableAsync();
        var gate = HoldWriter();
        var units = Enumerable.Range(0, 700).Select(InsertAsync).ToList();
        _gate.Set();
        await Task.WhenAll([gate, .. units]);

        Assert.Equal(700, await _store.ReadAsync(connection => connection.FirstAsync(
            "SELECT count(*) FROM things WHERE number = id - 1", row => row.GetInt64(0))));
    }

    [Fact]
    public async Task A_unit_that_throws_in_a_batch_fails_alone()
    {
        await MakeTableAsync();
        var gate = HoldWriter();

        var before = Enumerable.Range(0, 50).Select(InsertAsync).ToList();
        var bad = _store.WriteAsync<bool>(async connection =>
        {
            await connection.ExecuteAsync("INSERT INTO things (number) VALUES (-1)");
            throw new InvalidOperationException("on purpose");
        }).AsTask();
        var after = Enumerable.Range(50, 50).Select(InsertAsync).ToList();
        _gate.Set();

        await Task.WhenAll([gate, .. before, .. after]);
        await Assert.ThrowsAsync<InvalidOperationException>(() => bad);
        Assert.Equal(100, await CountAsync());
        Assert.Equal(
            0,
            await _store.ReadAsync(
                connection => connection.FirstAsync(
                    "SELECT count(*) FROM things WHERE number < 0", row => row.GetInt64(0))));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_serialized_write_runs_in_order_while_no_unit_holds_the_lock()
    {
        await MakeTableAsync();
        var gate = HoldWriter();

        var before = Enumerable.Range(0, 20).Select(InsertAsync).ToList();
        var turn = _store.SerializeWriteAsync(async () =>
        {
            // This would fail if the writer were in a transaction.
            await using var own = Connect(busyTimeout: 1);
            await ExecuteAsync(
                own, "BEGIN IMMEDIATE; INSERT INTO things (number) SELECT 1000 + count(*) FROM things; COMMIT");
            return true;
        });
        var after = Enumerable.Range(20, 20).Select(InsertAsync).ToList();
        _gate.Set();
        await Task.WhenAll([gate, turn, .. before, .. after]).WaitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(
            1020,
            await _store.ReadAsync(
                connection => connection.FirstAsync("SELECT max(number) FROM things", row => row.GetInt64(0))));
        Assert.Equal(41, await CountAsync());
    }

    [Fact(Timeout = 60_000)]
    public async Task Closing_the_store_finishes_the_units_sent_before()
    {
        await MakeTableAsync();
        var gate = HoldWriter();
        var units = Enumerable.Range(0, 600).Select(InsertAsync).ToList();

        var closing = Task.Run(Close);
        _gate.Set();
        await closing.WaitAsync(TestContext.Current.CancellationToken);

        await Task.WhenAll([gate, .. units]).WaitAsync(TestContext.Current.CancellationToken);
        await using var own = Connect();
        await using var count = own.CreateCommand();
        count.CommandText = "SELECT count(*) FROM things";
        Assert.Equal(600L, await count.ExecuteScalarAsync());
    }

    [Fact]
    public async Task A_closed_store_accepts_no_unit()
    {
        await MakeTableAsync();
        Close();

        await Assert.ThrowsAnyAsync<InvalidOperationException>(() => InsertAsync(1));
    }

    [Fact]
    public async Task A_write_waits_for_a_lock_of_another_process()
    {
        await MakeTableAsync();
        await using var own = Connect();
        await ExecuteAsync(own, "BEGIN IMMEDIATE; INSERT INTO things (number) VALUES (-1)");

        var unit = InsertAsync(1);
        Assert.False(unit.IsCompleted);
        await ExecuteAsync(own, "COMMIT");

        await unit;
        Assert.Equal(2, await CountAsync());
    }

    [Fact]
    public async Task A_read_by_the_writer_takes_no_lock_and_waits_for_none()
    {
        await MakeTableAsync();
        await using var own = Connect();
        await ExecuteAsync(own, "BEGIN IMMEDIATE; INSERT INTO things (number) VALUES (-1)");

        Assert.Equal(
            0,
            await _store.ReadAsWriterAsync(
                connection => connection.FirstAsync("SELECT count(*) FROM things", row => row.GetInt64(0))));

        await ExecuteAsync(own, "COMMIT");
        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task The_log_is_checkpointed_during_writes_and_restarts_at_its_beginning()
    {
        await MakeTableAsync();
        using (var writer = new SqliteWriter(() => Connect("a.db"), new StoreStatistics()))
        {
            for (var batch = 0; batch < 5; batch++)
                await Task.WhenAll(
                    Enumerable.Range(0, 1000).Select(
                        number => writer.RunAsync(
                            connection => connection.ExecuteAsync(
                                "INSERT INTO things (number) VALUES (@number)", ("@number", number)))));
            await writer.Checkpoint;

            await writer.RunAsync(connection => connection.ExecuteAsync("INSERT INTO things (number) VALUES (1)"));
        }

        // Bytes 12 to 15 count the restarts, https://www.sqlite.org/fileformat2.html#walformat
        await using var log = new FileStream(
            File("a.db-wal"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var header = new byte[16];
        await log.ReadExactlyAsync(header);
        Assert.InRange(BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(12)), 1u, 100u);
        Assert.Equal(5001, await CountAsync());
    }

    public void Dispose()
    {
        _gate.Set();
        Close();
        _gate.Dispose();
        _held.Dispose();
        _directory.Delete(recursive: true);
    }

    private void Close()
    {
        if (!_isClosed)
            _store.Dispose();
        _isClosed = true;
    }

    /// <summary>Blocks the writer; returns once it waits.</summary>
    private Task<bool> HoldWriter()
    {
        var gate = _store.WriteAsync(connection =>
        {
            _held.Set();
            _gate.Wait();
            return ValueTask.FromResult(true);
        }).AsTask();
        _held.Wait();
        return gate;
    }

    /// <summary>Counts the commits of the writer's connection from now on.</summary>
    private async Task<Func<int>> CountCommitsAsync()
    {
        var commits = 0;
        await _store.WriteAsync(connection =>
        {
            raw.sqlite3_commit_hook(((SqliteConnection)connection.Connection).Handle, _ => ++commits * 0, v: null);
            return ValueTask.FromResult(true);
        });
        return () => commits - 1;
    }

    private SqliteStoreConnection Connect(string name)
    {
        var connection = new SqliteConnection($"Data Source={File(name)};Pooling=false");
        connection.Open();
        SqlitePragmas.Set(connection);
        return new SqliteStoreConnection(connection);
    }

    private Task<int> MakeTableAsync() => _store.WriteAsync(connection =>
        connection.ExecuteAsync(
            "CREATE TABLE things (id INTEGER PRIMARY KEY AUTOINCREMENT, number INTEGER NOT NULL)")).AsTask();

    private Task<int> InsertAsync(int number) => _store.WriteAsync(connection =>
        connection.ExecuteAsync("INSERT INTO things (number) VALUES (@number)", ("@number", number))).AsTask();

    private ValueTask<long> CountAsync() => _store.ReadAsync(connection =>
        connection.FirstAsync("SELECT count(*) FROM things", row => row.GetInt64(0)));

    private SqliteConnection Connect(int busyTimeout = 5)
    {
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder
            {
                DataSource = File("a.db"),
                Pooling = false,
                DefaultTimeout = busyTimeout,
            }.ToString());
        connection.Open();
        return connection;
    }

    private static async Task ExecuteAsync(SqliteConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    private string File(string name) => Path.Combine(_directory.FullName, name);
}
