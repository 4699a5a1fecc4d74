using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Polly;
using SQLitePCL;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Storage.Caching;

namespace TokenAuth.Kernel.Storage.Sqlite;

/// <summary>
/// SQLite in one file: write-ahead log, <c>synchronous=FULL</c> (an answered write survives a power cut),
/// readers beside one writer (<see cref="SqliteWriter"/>).
/// </summary>
internal sealed class SqliteStore : Store, IDisposable
{
    /// <summary>No more read at the same time for long.</summary>
    private static readonly int MaxIdleReaders = Math.Max(4, Environment.ProcessorCount);

    private readonly SqliteFile _file;
    private readonly StoreSchema<SqliteStore> _schema;
    private readonly string _connectionString;

    /// <summary>A thread gets the one back that it had before: what that has cached is near.</summary>
    private readonly ConcurrentBag<SqliteStoreConnection> _readers = [];

    /// <summary>The bag would have to be locked to be counted.</summary>
    private int _idle;

    private readonly Lock _opening = new();
    private SqliteWriter? _writer;
    private readonly ResiliencePipeline _pipeline = StoreResilience.Local(failure => failure is SqliteException { SqliteErrorCode: raw.SQLITE_BUSY or raw.SQLITE_LOCKED });

    static SqliteStore()
    {
        // No connection, ours or EF Core's, is used by two threads at once, so SQLite need not guard each call; and nobody asks how
        // much memory it uses, for which it would guard each allocation. Said before the first is opened.
        Batteries_V2.Init();
        _ = raw.sqlite3_config(raw.SQLITE_CONFIG_MULTITHREAD);
        _ = raw.sqlite3_config(raw.SQLITE_CONFIG_MEMSTATUS, 0);
    }

    public SqliteStore(SqliteFile file, StoreSchema<SqliteStore> schema)
    {
        (_file, _schema) = (file, schema);
        // SQLite itself waits for a lock (the busy timeout); the library would go on trying for half a minute after that.
        _connectionString = new SqliteConnectionStringBuilder(file.ConnectionString) { Pooling = false, DefaultTimeout = 1 }.ToString();
    }

    /// <summary>One that cannot be opened is tried again by the next that needs it.</summary>
    private SqliteWriter Writer
    {
        get
        {
            if (Volatile.Read(ref _writer) is { } open)
                return open;
            lock (_opening)
                return _writer ??= new SqliteWriter(Open);
        }
    }

    public string ConnectionString => _connectionString;

    public override string Setting => _file.Setting;

    public override string Location => _file.Path;

    public override Task<bool> ExistsAsync() => _file.HasStoreAsync();

    public override async ValueTask<T> ReadAsync<T>(
        Func<StoreConnection, ValueTask<T>> unit, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        if (_readers.TryTake(out var reader))
            Interlocked.Decrement(ref _idle);
        else
            reader = Open();
        try
        {
            var value = await unit(reader);
            if (Volatile.Read(ref _idle) < MaxIdleReaders)
            {
                Interlocked.Increment(ref _idle);
                _readers.Add(reader);
                reader = null;
            }

            return value;
        }
        finally
        {
            // After a failure the connection's state is not known: it is not lent again.
            reader?.Dispose();
        }
    }

    public override ChangeFeed OpenChangeFeed() => new SqliteChangeFeed(this);

    public override RowQuery<T> Query<T>(string sql, Func<RowReader, T> map) => new SingleRowQuery<T>(this, sql, map);

    public override Task InsertAsync(string sql, SqlParameter[] parameters, CancellationToken cancellation = default) =>
        WriteAsync(connection => connection.ExecuteAsync(sql, parameters), cancellation).AsTask();

    public override ValueTask<T> WriteAsync<T>(
        Func<StoreConnection, ValueTask<T>> unit, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        return WriteAsync(unit);
    }

    /// <summary>Reads on the writer's own connection, between its transactions.</summary>
    public Task<T> ReadAsWriterAsync<T>(Func<StoreConnection, ValueTask<T>> unit) => Writer.ReadAsync(unit);

    public override Task<T> SerializeWriteAsync<T>(Func<Task<T>> write) => Writer.SerializeWriteAsync(write);

    public override async Task ProbeAsync()
    {
        // A reader that is open already answers from memory, and an ordinary one would make a new file in the place of a lost one.
        using var fresh = Open(new SqliteConnectionStringBuilder(_connectionString) { Mode = SqliteOpenMode.ReadWrite }.ToString());
        await fresh.FirstAsync("SELECT id FROM accounts LIMIT 1", _ => true);
    }

    public override async Task WithStoreLockAsync(Func<Task> work, CancellationToken cancellation = default)
    {
        await using var db = CreateContext();
        await using var turn = await PrivateFiles.LockAsync(db.Database.GetDbConnection().DataSource + ".migrating", cancellation);
        await work();
    }

    public override async Task<IReadOnlyList<string>> CheckAsync(CancellationToken cancellation = default)
    {
        try
        {
            await using var db = CreateContext();
            var missing = (await db.Database.GetPendingMigrationsAsync(cancellation)).Select(m => $"migration {m} is missing");
            var damage = await db.Database.SqlQueryRaw<string>("PRAGMA integrity_check").ToListAsync(cancellation);
            var orphans = await db.Database.SqlQueryRaw<string>("SELECT \"table\" FROM pragma_foreign_key_check").ToListAsync(cancellation);
            return [.. missing, .. damage.Where(line => line != "ok"), .. orphans.Select(table => $"a row of {table} has lost its owner")];
        }
        catch (SqliteException damaged) when (damaged.SqliteErrorCode is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB)
        {
            // Too much of it for the check itself.
            return [damaged.Message];
        }
    }

    public override async Task BackupAsync(string file, CancellationToken cancellation = default)
    {
        using var source = Open();
        await SqliteBackup.WriteAsync(source.Connection, file, cancellation);
    }

    public void Dispose()
    {
        _writer?.Dispose();
        while (_readers.TryTake(out var reader))
            reader.Dispose();
    }

    public override DbContext CreateContext() => _schema.Create(this);

    protected override Type ContextType => _schema.ContextType;

    protected override Task CreateAsync() => _file.CreateAsync();

    protected override async Task ApplyMigrationsAsync(DbContext db, CancellationToken cancellation)
    {
        // EF Core's own lock is a row, which a process that was killed leaves behind for ever. Ours ends with its process.
        await db.Database.ExecuteSqlRawAsync("DROP TABLE IF EXISTS \"__EFMigrationsLock\"", cancellation);
        await base.ApplyMigrationsAsync(db, cancellation);
    }

    /// <summary>A lock that another process does not let go is waited for once, and not by every caller after the other.</summary>
    private async ValueTask<T> WriteAsync<T>(Func<StoreConnection, ValueTask<T>> unit)
    {
        try
        {
            return await _pipeline.ExecuteAsync(
                static (write, _) => new ValueTask<T>(write.store.Writer.RunAsync(write.unit)), (store: this, unit), CancellationToken.None);
        }
        catch (Exception refused) when (StoreResilience.Refuses(refused))
        {
            throw new StoreUnavailableException("Another process holds the lock of the database", refused);
        }
    }

    private SqliteStoreConnection Open() => Open(_connectionString);

    private static SqliteStoreConnection Open(string connectionString)
    {
        var connection = new SqliteConnection(connectionString);
        try
        {
            connection.Open();
            SqlitePragmas.Set(connection);
            return new SqliteStoreConnection(connection);
        }
        catch (DbException)
        {
            connection.Dispose();
            throw;
        }
    }
}
