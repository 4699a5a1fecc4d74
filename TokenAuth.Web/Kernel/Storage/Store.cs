using System.Data.Common;
using System.Reflection;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using TokenAuth.Kernel.Storage.Caching;

namespace TokenAuth.Kernel.Storage;

/// <summary>
/// The one store, whichever engine is behind it. Units of work are delegates that run statements on a lent
/// <see cref="StoreConnection"/>; SQL keeps to what SQLite and PostgreSQL have in common.
/// </summary>
/// <remarks>
/// A unit may be run again after it was rolled back, so it has no effects but its statements'.
/// What it throws reaches the caller; nothing it wrote is then kept.
/// </remarks>
internal abstract class Store
{
    /// <summary>
    /// Ends the insertion of a row with a random <c>token_hash</c>, so that it can be repeated: the row is written once more, because a
    /// commit that waits for a standby has to wait then, too.
    /// </summary>
    public const string RetrySafe = " ON CONFLICT (token_hash) DO UPDATE SET token_hash = excluded.token_hash";

    /// <summary>Each process writes a row of its own: none waits for another that has stopped in the middle.</summary>
    private readonly byte[] _probeSubject = RandomNumberGenerator.GetBytes(32);

    /// <summary>The option that says where the store is.</summary>
    public abstract string Setting { get; }

    /// <summary>Where it is, for a person.</summary>
    public abstract string Location { get; }

    /// <summary>Whether there is a store, up to date or not. Makes nothing.</summary>
    public abstract Task<bool> ExistsAsync();

    /// <summary>Runs a unit that only reads.</summary>
    public abstract ValueTask<T> ReadAsync<T>(
        Func<StoreConnection, ValueTask<T>> unit, CancellationToken cancellation = default);

    /// <summary>Prepares a read of the one row with a key.</summary>
    /// <param name="sql">Selects the key first; ends with <c>WHERE</c> and the key's column.</param>
    /// <param name="map">Columns from 1 on are the row's.</param>
    public abstract RowQuery<T> Query<T>(string sql, Func<RowReader, T> map)
        where T : class;

    /// <summary>For one reader, who is told what has changed since it last asked.</summary>
    public abstract ChangeFeed OpenChangeFeed();

    /// <summary>
    /// Writes a row that nobody else can have written, because its key is a random one, and returns once it is durable. The
    /// statement leaves the same behind when it is run again (<see cref="RetrySafe"/>).
    /// </summary>
    public abstract Task InsertAsync(string sql, SqlParameter[] parameters, CancellationToken cancellation = default);

    /// <summary>Runs a unit in a transaction, and returns once that is durable.</summary>
    public abstract ValueTask<T> WriteAsync<T>(
        Func<StoreConnection, ValueTask<T>> unit, CancellationToken cancellation = default);

    /// <summary>Takes this process's turn to write, for writes that do not go through a unit (those of EF Core).</summary>
    public abstract Task<T> SerializeWriteAsync<T>(Func<Task<T>> write);

    /// <summary>Throws where the store cannot be opened and read now; connections that are open already are not believed.</summary>
    public abstract Task ProbeAsync();

    /// <summary>Throws where nothing can be written now: a full disk, a file or a server that only reads.</summary>
    public async Task ProbeWriteAsync(DateTimeOffset expiresAt) => await WriteAsync(connection => connection.ExecuteAsync(
        "INSERT INTO replays (subject_hash, expires_at) VALUES (@subject, @expires) ON CONFLICT (subject_hash) DO UPDATE SET expires_at = excluded.expires_at",
        ("@subject", _probeSubject), ("@expires", expiresAt)));

    /// <summary>What the engine's own tables need to be rid of, like the statements of the expiry sweep.</summary>
    public virtual IEnumerable<string> ExpiryStatements => [];

    /// <summary>The time of day where the store is, if that is another machine.</summary>
    public virtual ValueTask<DateTimeOffset?> ClockAsync() => ValueTask.FromResult<DateTimeOffset?>(null);

    /// <summary>Runs something while no other process does so on this store.</summary>
    public abstract Task WithStoreLockAsync(Func<Task> work, CancellationToken cancellation = default);

    /// <summary>Makes a store where there is none, and applies missing migrations; of several processes that start at once, one does.</summary>
    public async Task MigrateAsync(CancellationToken cancellation = default)
    {
        await CreateAsync();
        if (await IsMigratedAsync(cancellation))
            return;
        await using var db = CreateContext();
        if ((await db.Database.GetPendingMigrationsAsync(cancellation)).Any())
            await WithStoreLockAsync(() => ApplyMigrationsAsync(db, cancellation), cancellation);
    }

    /// <summary>What is wrong with the store: damage, a migration that is missing. Empty where all is well.</summary>
    public abstract Task<IReadOnlyList<string>> CheckAsync(CancellationToken cancellation = default);

    /// <summary>Writes a consistent copy to a new file while the server runs.</summary>
    public abstract Task BackupAsync(string file, CancellationToken cancellation = default);

    /// <summary>For what is done outside requests.</summary>
    public abstract DbContext CreateContext();

    /// <summary>What a new store needs before it is opened.</summary>
    protected virtual Task CreateAsync() => Task.CompletedTask;

    /// <summary>In this process's turn; those that came too late find nothing to do.</summary>
    protected virtual Task ApplyMigrationsAsync(DbContext db, CancellationToken cancellation) => db.Database.MigrateAsync(cancellation);

    /// <summary>The context whose migrations are this engine's.</summary>
    protected abstract Type ContextType { get; }

    /// <summary>EF Core would be loaded, and its model built, to find that nothing is to be done: two fifths of a start.</summary>
    private async ValueTask<bool> IsMigratedAsync(CancellationToken cancellation)
    {
        var known = typeof(Store).Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(Migration)) && type.GetCustomAttribute<DbContextAttribute>()!.ContextType == ContextType)
            .Select(type => type.GetCustomAttribute<MigrationAttribute>()!.Id);
        try
        {
            var applied = await ReadAsync(connection => connection.ListAsync("SELECT \"MigrationId\" FROM \"__EFMigrationsHistory\"", row => row.GetString(0)), cancellation);
            return known.All(applied.Contains);
        }
        catch (DbException failure) when (failure is not StoreUnavailableException)
        {
            // There is no such table yet, or something is wrong that EF Core will meet as well.
            return false;
        }
    }
}
