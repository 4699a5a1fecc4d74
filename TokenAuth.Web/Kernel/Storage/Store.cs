using System.Data.Common;
using System.Reflection;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Polly.CircuitBreaker;
using TokenAuth.Kernel.Storage.Caching;

namespace TokenAuth.Kernel.Storage;

/// <summary>
/// The store, on SQLite or PostgreSQL. A unit of work is a delegate that runs statements on a lent
/// <see cref="StoreConnection"/>. SQL uses only what both engines share.
/// </summary>
/// <remarks>
/// The folder <c>Storage</c> owns connections, batches, retries, commit markers and the caches of rows. It must not
/// know the meaning of tables and rows.
/// A unit may run again after a rollback, so its statements are its only effects. An exception that it throws reaches
/// the caller, and its writes are rolled back.
/// </remarks>
internal abstract class Store
{
    /// <summary>
    /// Makes an insert with a random <c>token_hash</c> idempotent. It ends with DO UPDATE, not DO NOTHING, so that the
    /// retry returns the row as well.
    /// </summary>
    public const string Idempotent = " ON CONFLICT (token_hash) DO UPDATE SET token_hash = excluded.token_hash";

    /// <summary>
    /// Random for each process, so that no probe waits for another process that has stopped in a transaction.
    /// </summary>
    private readonly byte[] _probeSubject = RandomNumberGenerator.GetBytes(32);

    /// <summary>Counts of the store's work, for metrics.</summary>
    public StoreStatistics Statistics { get; } = new();

    /// <summary>The number of reads and writes that wait in this process for their turn.</summary>
    public abstract int Waiting { get; }

    /// <summary>
    /// Tells whether the circuit breaker refuses calls. It closes with the first call that succeeds after the break.
    /// </summary>
    public bool IsRefusing => Breaker.CircuitState != CircuitState.Closed;

    /// <summary>The name of the option that locates the store.</summary>
    public abstract string Setting { get; }

    /// <summary>The store's location, for messages to the operator.</summary>
    public abstract string Location { get; }

    /// <summary>Checks whether the store exists, migrated or not. Creates nothing.</summary>
    public abstract Task<bool> ExistsAsync();

    /// <summary>Runs a unit that only reads.</summary>
    public abstract ValueTask<T> ReadAsync<T>(
        Func<StoreConnection, ValueTask<T>> unit, CancellationToken cancellation = default);

    /// <summary>Prepares the lookup of one row by its key.</summary>
    /// <param name="sql">
    /// A SELECT whose first column is the key. It ends with <c>WHERE</c> and the name of the key's column.
    /// </param>
    /// <param name="map">Maps a row. Column 0 is the key; the other columns follow.</param>
    public abstract RowQuery<T> Query<T>(string sql, Func<RowReader, T> map)
        where T : class;

    /// <summary>Opens a feed of the changes since its own last poll. One reader uses a feed.</summary>
    public abstract ChangeFeed OpenChangeFeed();

    /// <summary>
    /// Runs an idempotent write: a few statements in one transaction and one round trip, together with the writes of
    /// other callers. Returns once it is durable.
    /// </summary>
    /// <param name="statements">
    /// Statements that need no result of each other in this process. Running them twice has the effect of running them
    /// once: if the answer to a COMMIT is lost, they run again.
    /// </param>
    /// <param name="map">
    /// Maps the first row of the first statement. No other statement returns rows. Null if none does.
    /// </param>
    /// <returns>The mapped row; the default value if there is none.</returns>
    public abstract Task<T?> ApplyAsync<T>(
        SqlStatement[] statements, Func<RowReader, T>? map, CancellationToken cancellation = default);

    /// <summary>Runs an idempotent write of one statement that returns no rows.</summary>
    public Task ApplyAsync(string sql, SqlParameter[] parameters, CancellationToken cancellation = default) =>
        ApplyAsync<int>([new SqlStatement(sql, parameters)], map: null, cancellation);

    /// <summary>
    /// Returns a locking clause such as <c>FOR SHARE</c>; empty on an engine whose writers never run side by side.
    /// </summary>
    public abstract string Locking(string clause);

    /// <summary>
    /// The clause that orders a text by its bytes, so that all texts with one prefix lie together; empty on an engine
    /// that does so anyway.
    /// </summary>
    public virtual string Bytewise => "";

    /// <summary>Selects the engine with its version, and the size of the store in bytes.</summary>
    public abstract string DescriptionSql { get; }

    /// <summary>Runs a unit in a transaction, and returns once the transaction is durable.</summary>
    public abstract ValueTask<T> WriteAsync<T>(
        Func<StoreConnection, ValueTask<T>> unit, CancellationToken cancellation = default);

    /// <summary>
    /// Runs a write of EF Core, which does not go through a unit, while no other write of this process runs.
    /// </summary>
    public abstract Task<T> SerializeWriteAsync<T>(Func<Task<T>> write);

    /// <summary>
    /// Throws if the store cannot be opened and read now. Opens a new connection, because an open one may hide a
    /// failure.
    /// </summary>
    public abstract Task ProbeAsync();

    /// <summary>
    /// Throws if the store cannot be written now: the disk is full, or the file or the server is read-only.
    /// </summary>
    public async Task ProbeWriteAsync(DateTimeOffset expiresAt) =>
        await WriteAsync(connection => connection.ExecuteAsync(
            "INSERT INTO replays (subject_hash, expires_at) VALUES (@subject, @expires) "
            + "ON CONFLICT (subject_hash) DO UPDATE SET expires_at = excluded.expires_at",
            ("@subject", _probeSubject), ("@expires", expiresAt)));

    /// <summary>
    /// Statements for the expiry sweep that clean the engine's own tables, by the clock of the store. They run until
    /// they delete nothing more, so none may delete what its own transaction has written.
    /// </summary>
    public virtual IEnumerable<string> ExpiryStatements => [];

    /// <summary>Reads the clock of the database server; null if the store runs on this machine.</summary>
    public virtual ValueTask<DateTimeOffset?> ClockAsync() => ValueTask.FromResult<DateTimeOffset?>(null);

    /// <summary>Runs work under a lock that excludes every other process on this store.</summary>
    public abstract Task WithStoreLockAsync(Func<Task> work, CancellationToken cancellation = default);

    /// <summary>
    /// Creates the store if it does not exist, and applies missing migrations. If several processes start together, one
    /// of them migrates.
    /// </summary>
    public async Task MigrateAsync(CancellationToken cancellation = default)
    {
        await CreateAsync();
        if (await IsMigratedAsync(cancellation))
            return;
        await using var db = CreateContext();
        if ((await db.Database.GetPendingMigrationsAsync(cancellation)).Any())
            await WithStoreLockAsync(() => ApplyMigrationsAsync(db, cancellation), cancellation);
    }

    /// <summary>Checks whether the schema is the one of this version, or a later one. Changes nothing.</summary>
    public ValueTask<bool> IsCurrentAsync(CancellationToken cancellation = default) => IsMigratedAsync(cancellation);

    /// <summary>Lists the store's defects: damage, missing migrations. Empty if there are none.</summary>
    public abstract Task<IReadOnlyList<string>> CheckAsync(CancellationToken cancellation = default);

    /// <summary>Writes a consistent copy to a new file while the server runs.</summary>
    /// <param name="report">Gets the number of copied pages and of all pages, from time to time.</param>
    public abstract Task BackupAsync(
        string file, Action<long, long>? report = null, CancellationToken cancellation = default);

    /// <summary>Creates a context for work outside of requests.</summary>
    public abstract DbContext CreateContext();

    /// <summary>Prepares a new store before it is opened.</summary>
    protected virtual Task CreateAsync() => Task.CompletedTask;

    /// <summary>
    /// Applies the missing migrations, under the store's lock. A process that comes later finds none missing.
    /// </summary>
    protected virtual Task ApplyMigrationsAsync(DbContext db, CancellationToken cancellation) =>
        db.Database.MigrateAsync(cancellation);

    protected CircuitBreakerStateProvider Breaker { get; } = new();

    /// <summary>The context whose migrations belong to this engine.</summary>
    protected abstract Type ContextType { get; }

    /// <summary>Lists the migrations that this version has for the engine.</summary>
    public IEnumerable<string> KnownMigrations() =>
        from type in typeof(Store).Assembly.GetTypes()
        where type.IsSubclassOf(typeof(Migration))
            && type.GetCustomAttribute<DbContextAttribute>()!.ContextType == ContextType
        select type.GetCustomAttribute<MigrationAttribute>()!.Id;

    /// <summary>Lists the migrations that the store has.</summary>
    public ValueTask<List<string>> AppliedMigrationsAsync(CancellationToken cancellation) => ReadAsync(
        connection => connection.ListAsync(
            "SELECT \"MigrationId\" FROM \"__EFMigrationsHistory\"", row => row.GetString(0)),
        cancellation);

    /// <summary>
    /// Checks for missing migrations without EF Core. Loading it and building its model takes two fifths of a start.
    /// </summary>
    private async ValueTask<bool> IsMigratedAsync(CancellationToken cancellation)
    {
        try
        {
            var applied = await AppliedMigrationsAsync(cancellation);
            return KnownMigrations().All(applied.Contains);
        }
        catch (DbException failure) when (failure is not StoreUnavailableException)
        {
            // The table does not exist yet, or EF Core will meet the same failure and report it.
            return false;
        }
    }
}
