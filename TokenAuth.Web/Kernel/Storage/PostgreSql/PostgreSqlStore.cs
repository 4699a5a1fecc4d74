using System.Collections.Concurrent;
using System.Net.Sockets;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Polly;
using TokenAuth.Kernel.Storage.Caching;

namespace TokenAuth.Kernel.Storage.PostgreSql;

/// <summary>
/// PostgreSQL, for several nodes: one server, or several of which the primary is looked for. A connection that broke is never
/// lent again, nor are those that were opened before it.
/// </summary>
internal sealed class PostgreSqlStore : Store, IAsyncDisposable
{
    /// <summary>Taken by whoever migrates: any number that nobody else uses in this database.</summary>
    private const long MigrationLock = 0x746f6b656e;

    private readonly ConcurrentStack<(PostgreSqlStoreConnection Connection, int Generation)> _idle = new();
    private readonly SemaphoreSlim _room;
    private readonly NpgsqlDataSource _hosts;
    private readonly Func<Exception, bool> _isLost;
    private readonly ResiliencePipeline _pipeline;
    private readonly TimeSpan _operationTimeout;
    private readonly CommitMarkerSlots _slots = new();
    private readonly BatchedInserts _inserts;
    private int _generation;

    private readonly StoreSchema<PostgreSqlStore> _schema;

    public PostgreSqlStore(string connectionString, StoreSchema<PostgreSqlStore> schema)
    {
        _schema = schema;
        var settings = PostgreSqlSettings.Of(connectionString);
        var severalHosts = settings.Host!.Contains(',', StringComparison.Ordinal);
        (_hosts, Source) = PostgreSqlSettings.Build(settings, severalHosts);
        Location = $"{settings.Host}/{settings.Database ?? settings.Username}";
        _isLost = severalHosts
            ? failure => PostgreSqlErrors.IsOutOfReach(failure) || PostgreSqlErrors.IsReadOnly(failure) // it was the primary until a moment ago
            : PostgreSqlErrors.IsOutOfReach;
        _operationTimeout = TimeSpan.FromSeconds((settings.Timeout * settings.Host.Split(',').Length) + 2);
        _pipeline = StoreResilience.Remote(
            _operationTimeout, PostgreSqlErrors.IsOutOfReach, failure => _isLost(failure) || PostgreSqlErrors.IsCollision(failure) || PostgreSqlErrors.IsFull(failure));

        // EF Core takes connections from the same pool, so some of it stays free.
        _room = new SemaphoreSlim(Math.Max(1, settings.MaxPoolSize * 3 / 4));
        _inserts = new BatchedInserts(write => RunAsync(static (connection, write) => write(connection), write, CancellationToken.None));
    }

    /// <summary>For what brings its own statements, such as EF Core.</summary>
    public NpgsqlDataSource Source { get; }

    /// <summary>Another one after each connection that was lost: who answers now may be another server.</summary>
    public int Generation => Volatile.Read(ref _generation);

    public override string Setting => PostgreSqlSettings.Setting;

    public override string Location { get; }

    public override async Task<bool> ExistsAsync() => await ReadAsync(connection => connection.FirstAsync(
        """SELECT to_regclass('"__EFMigrationsHistory"') IS NOT NULL""", row => row.GetBoolean(0)));

    public override ValueTask<T> ReadAsync<T>(Func<StoreConnection, ValueTask<T>> unit, CancellationToken cancellation = default) =>
        RunAsync(static (connection, unit) => unit(connection), unit, cancellation);

    public override ChangeFeed OpenChangeFeed() => new PostgreSqlChangeFeed(this);

    public override RowQuery<T> Query<T>(string sql, Func<RowReader, T> map) => new BatchedQuery<T>(this, sql, map);

    /// <summary>What may be run twice needs no mark.</summary>
    public override Task InsertAsync(string sql, SqlParameter[] parameters, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        return _inserts.InsertAsync(sql, parameters);
    }

    public override async ValueTask<T> WriteAsync<T>(Func<StoreConnection, ValueTask<T>> unit, CancellationToken cancellation = default)
    {
        var write = new MarkedTransaction<T>(unit, _slots);
        try
        {
            return await RunAsync(static (connection, write) => write.RunAsync(connection), write, cancellation);
        }
        finally
        {
            write.End();
        }
    }

    public override Task<T> SerializeWriteAsync<T>(Func<Task<T>> write) => write();

    public override async Task ProbeAsync()
    {
        await using var fresh = await OpenAsync();
        await using var probe = fresh.CreateCommand();
        probe.CommandText = "SELECT id FROM accounts LIMIT 1";
        await probe.ExecuteScalarAsync();
    }

    public override IEnumerable<string> ExpiryStatements =>
    [
        "DELETE FROM write_marks WHERE used_at <= @now - 86400000",
        "DELETE FROM session_changes WHERE ctid = ANY (ARRAY(SELECT ctid FROM session_changes WHERE changed_at <= @now - 3600000 LIMIT 5000))",
    ];

    public override ValueTask<DateTimeOffset?> ClockAsync() => ReadAsync(connection => connection.FirstAsync(
        "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint", row => (DateTimeOffset?)row.Instant(0)));

    public override async Task WithStoreLockAsync(Func<Task> work, CancellationToken cancellation = default)
    {
        // The lock ends with its transaction, however that ends. One of the session would stay behind where a pooler lends the server's
        // connection to somebody else after each transaction, and who waited for one would keep a connection from the one that has it.
        await using var turn = await OpenAsync();
        while (!await TryWithStoreLockAsync(turn, work, cancellation))
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancellation);
    }

    private static async Task<bool> TryWithStoreLockAsync(NpgsqlConnection turn, Func<Task> work, CancellationToken cancellation)
    {
        await using var transaction = await turn.BeginTransactionAsync(cancellation);
        await using var command = turn.CreateCommand();
        command.CommandText = $"SET LOCAL idle_in_transaction_session_timeout = 0; SELECT pg_try_advisory_xact_lock({MigrationLock})";
        if (!(bool)(await command.ExecuteScalarAsync(cancellation))!)
            return false;
        await work();
        await transaction.CommitAsync(CancellationToken.None);
        return true;
    }

    public override async Task<IReadOnlyList<string>> CheckAsync(CancellationToken cancellation = default)
    {
        await using var db = CreateContext();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation); // a pooler may not have any
        var missing = await db.Database.GetPendingMigrationsAsync(cancellation);
        return [.. missing.Select(m => $"migration {m} is missing"), .. await db.Database.SqlQueryRaw<string>(PostgreSqlFindings.Sql).ToListAsync(cancellation)];
    }

    public override Task BackupAsync(string file, CancellationToken cancellation = default) =>
        throw new NotSupportedException("PostgreSQL has its own tools for this: pg_dump, or pg_basebackup with WAL archiving (docs/operations.md).");

    public async ValueTask DisposeAsync()
    {
        while (_idle.TryPop(out var idle))
            idle.Connection.Dispose();
        await Source.DisposeAsync();
        await _hosts.DisposeAsync();
        _room.Dispose();
    }

    public override DbContext CreateContext() => _schema.Create(this);

    protected override Type ContextType => _schema.ContextType;

    private async ValueTask<T> RunAsync<T, TState>(Func<PostgreSqlStoreConnection, TState, ValueTask<T>> use, TState state, CancellationToken cancellation)
    {
        // Whoever has gone away is not followed: once it is asked, the server's answer counts, not the caller's.
        if (!await _room.WaitAsync(_operationTimeout, cancellation))
            throw new StoreUnavailableException("Too many calls wait for PostgreSQL");
        try
        {
            return await _pipeline.ExecuteAsync(
                static (all, _) => all.store.AttemptAsync(all.use, all.state), (store: this, use, state), CancellationToken.None);
        }
        catch (Exception failure) when (StoreResilience.Refuses(failure) || PostgreSqlErrors.IsOutOfReach(failure))
        {
            throw new StoreUnavailableException("PostgreSQL cannot be reached", failure);
        }
        finally
        {
            _room.Release();
        }
    }

    /// <summary>Lends a connection for one attempt. After a failure its state is not known, so it is not lent again.</summary>
    private async ValueTask<T> AttemptAsync<T, TState>(Func<PostgreSqlStoreConnection, TState, ValueTask<T>> use, TState state)
    {
        PostgreSqlStoreConnection? connection = null;
        try
        {
            var generation = Generation;
            connection = TakeIdle(generation) ?? await PostgreSqlStoreConnection.OpenAsync(Source);
            var value = await use(connection, state);
            _idle.Push((connection, generation));
            connection = null;
            return value;
        }
        catch (Exception failure) when (_isLost(failure))
        {
            // What was opened to the same server is as broken.
            Interlocked.Increment(ref _generation);
            Source.Clear();
            throw;
        }
        finally
        {
            connection?.Dispose();
        }
    }

    private PostgreSqlStoreConnection? TakeIdle(int generation)
    {
        while (_idle.TryPop(out var idle))
        {
            if (idle.Generation == generation)
                return idle.Connection;
            idle.Connection.Dispose();
        }

        return null;
    }

    /// <summary>For what goes past the pipeline, which must see each failure as it was.</summary>
    private async Task<NpgsqlConnection> OpenAsync()
    {
        try
        {
            return await PostgreSqlSettings.OpenAsync(Source);
        }
        catch (Exception failure) when (failure is SocketException or IOException or TimeoutException)
        {
            throw new StoreUnavailableException(failure.Message, failure);
        }
    }
}
