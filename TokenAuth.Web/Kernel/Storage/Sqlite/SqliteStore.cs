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
/// The store in one SQLite file, with a write-ahead log and <c>synchronous=FULL</c>: an answered write survives a power
/// cut. Readers run beside one writer (<see cref="SqliteWriter"/>).
/// </summary>
internal sealed class SqliteStore : Store, IDisposable
{
    /// <summary>The number of readers that stay open. More rarely run at the same time.</summary>
    private static readonly int MaxIdleReaders = Math.Max(4, Environment.ProcessorCount);

    private readonly SqliteFile _file;
    private readonly StoreSchema<SqliteStore> _schema;

    /// <summary>
    /// A bag returns to a thread the reader that it used last, whose pages are still in the processor's cache.
    /// </summary>
    private readonly ConcurrentBag<SqliteStoreConnection> _readers = [];

    /// <summary>The number of readers in the bag, counted here because counting the bag locks it.</summary>
    private int _idle;

    private readonly Lock _opening = new();
    private SqliteWriter? _writer;
    private readonly ResiliencePipeline _pipeline;

    static SqliteStore()
    {
        // No two threads share a connection, ours or EF Core's, so SQLite need not lock in each call. Its memory
        // statistics, which are not read, would lock in each allocation. Set both before a connection is opened.
        Batteries_V2.Init();
        _ = raw.sqlite3_config(raw.SQLITE_CONFIG_MULTITHREAD);
        _ = raw.sqlite3_config(raw.SQLITE_CONFIG_MEMSTATUS, 0);
    }

    /// <param name="isObserved">Whether the store reports retries and breaks as metrics.</param>
    public SqliteStore(SqliteFile file, StoreSchema<SqliteStore> schema, bool isObserved = false)
    {
        (_file, _schema) = (file, schema);
        _pipeline = StoreResilience.Local(Breaker, isObserved, SqliteErrors.IsLocked);
        // SQLite itself waits for a lock (busy_timeout). After that, the library would retry for another half minute.
        ConnectionString = new SqliteConnectionStringBuilder(file.ConnectionString)
        {
            Pooling = false,
            DefaultTimeout = 1,
        }.ToString();
    }

    /// <summary>The writer, opened when it is first needed. If that fails, the next caller tries it again.</summary>
    private SqliteWriter Writer
    {
        get
        {
            if (Volatile.Read(ref _writer) is { } open)
                return open;
            lock (_opening)
                return _writer ??= new SqliteWriter(Open, Statistics);
        }
    }

    public string ConnectionString { get; }

    public override int Waiting => Volatile.Read(ref _writer)?.Waiting ?? 0;

    public override string Setting => _file.Setting;

    public override string Location => _file.Path;

    public override Task<bool> ExistsAsync() => _file.HasStoreAsync();

    public override async ValueTask<T> ReadAsync<T>(
        Func<StoreConnection, ValueTask<T>> unit, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        Statistics.Read(units: 1, batches: 1);
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
            // The state of a connection after a failure is unknown, so it is not used again.
            reader?.Dispose();
        }
    }

    public override ChangeFeed OpenChangeFeed() => new SqliteChangeFeed(this);

    public override RowQuery<T> Query<T>(string sql, Func<RowReader, T> map) => new SingleRowQuery<T>(this, sql, map);

    public override Task<T?> ApplyAsync<T>(
        SqlStatement[] statements, Func<RowReader, T>? map, CancellationToken cancellation = default)
        where T : default => WriteAsync(
        async connection =>
        {
            T? value = default;
            for (var i = 0; i < statements.Length; i++)
            {
                if (i == 0 && map is not null)
                    value = await connection.FirstAsync(statements[i].Sql, map, statements[i].Parameters);
                else
                    await connection.ExecuteAsync(statements[i].Sql, statements[i].Parameters);
            }

            return value;
        },
        cancellation).AsTask();

    public override string Locking(string clause) => "";
    public override string DescriptionSql => SqlitePragmas.DescriptionSql;

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
        // An open reader may answer from memory. An ordinary new one would create a file if it was lost.
        var existing = new SqliteConnectionStringBuilder(ConnectionString) { Mode = SqliteOpenMode.ReadWrite };
        using var fresh = Open(existing.ToString());
        await fresh.FirstAsync("SELECT id FROM accounts LIMIT 1", _ => true);
    }

    public override async Task WithStoreLockAsync(Func<Task> work, CancellationToken cancellation = default)
    {
        await using var db = CreateContext();
        await using var fileLock = await PrivateFiles.LockAsync(
            db.Database.GetDbConnection().DataSource + ".migrating", cancellation);
        await work();
    }

    public override async Task<IReadOnlyList<string>> CheckAsync(CancellationToken cancellation = default)
    {
        try
        {
            await using var db = CreateContext();
            var missing = (await db.Database.GetPendingMigrationsAsync(cancellation))
                .Select(m => $"migration {m} is missing");
            var damage = await db.Database.SqlQueryRaw<string>("PRAGMA integrity_check").ToListAsync(cancellation);
            var orphans = await db.Database
                .SqlQueryRaw<string>("SELECT \"table\" FROM pragma_foreign_key_check")
                .ToListAsync(cancellation);
            return
            [
                .. missing,
                .. damage.Where(line => line != "ok"),
                .. orphans.Select(table => $"a row of {table} has lost its owner"),
            ];
        }
        catch (SqliteException damaged) when (SqliteErrors.IsDamaged(damaged))
        {
            // The file is too damaged for the check itself.
            return [damaged.Message];
        }
    }

    public override async Task BackupAsync(
        string file, Action<long, long>? report = null, CancellationToken cancellation = default)
    {
        using var source = Open();
        await SqliteBackup.WriteAsync(source.Connection, file, report, cancellation);
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
        // EF Core's own lock is a row, which a killed process leaves behind forever. Our lock ends with its process.
        await db.Database.ExecuteSqlRawAsync("DROP TABLE IF EXISTS \"__EFMigrationsLock\"", cancellation);
        await base.ApplyMigrationsAsync(db, cancellation);
    }

    /// <summary>
    /// Writes through the circuit breaker: if another process keeps the lock, callers do not wait for it one after the
    /// other.
    /// </summary>
    private async ValueTask<T> WriteAsync<T>(Func<StoreConnection, ValueTask<T>> unit)
    {
        try
        {
            return await _pipeline.ExecuteAsync(
                static (write, _) => new ValueTask<T>(write.store.Writer.RunAsync(write.unit)),
                (store: this, unit),
                CancellationToken.None);
        }
        catch (Exception refused) when (StoreResilience.Refuses(refused))
        {
            throw new StoreUnavailableException("Another process holds the lock of the database", refused);
        }
    }

    private SqliteStoreConnection Open() =>
        _file.ReadsOnly ? new SqliteStoreConnection(_file.OpenToRead()) : Open(ConnectionString);

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
