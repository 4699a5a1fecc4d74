using System.Collections.Concurrent;
using System.Net.Sockets;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Polly;
using TokenAuth.Kernel.Storage.Caching;

namespace TokenAuth.Kernel.Storage.PostgreSql;

/// <summary>
/// The store in PostgreSQL, for several nodes: one server, or the primary of several. A broken connection is not used
/// again, nor are those opened before it broke. Idle connections stay here with their prepared statements: with
/// Npgsql's pool alone, createToken costs a fifth more processor time (89 instead of 74 µs).
/// </summary>
internal sealed class PostgreSqlStore : Store, IAsyncDisposable
{
    private readonly ConcurrentStack<(PostgreSqlStoreConnection Connection, int Generation)> _idle = new();
    private readonly ConnectionTurns _turns;
    private readonly NpgsqlDataSource _hosts;
    private readonly Func<Exception, bool> _isLost;
    private readonly ResiliencePipeline _pipeline;
    private readonly CommitMarkerSlots _slots = new();
    private readonly BatchedWrites _writes;
    private readonly ConcurrentBag<Func<int>> _lookupQueues = [];
    private int _generation;
    private readonly StoreSchema<PostgreSqlStore> _schema;

    /// <param name="isObserved">Whether the store reports retries, timeouts and breaks as metrics.</param>
    public PostgreSqlStore(string connectionString, StoreSchema<PostgreSqlStore> schema, bool isObserved = false)
    {
        _schema = schema;
        var settings = PostgreSqlSettings.Of(connectionString);
        var severalHosts = settings.Host!.Contains(',', StringComparison.Ordinal);
        (_hosts, Source) = PostgreSqlSettings.Build(settings, severalHosts);
        Location = $"{settings.Host}/{settings.Database ?? settings.Username}";
        _isLost = severalHosts
            ? failure => PostgreSqlErrors.IsOutOfReach(failure)
                || PostgreSqlErrors.IsReadOnly(failure) // the server is no longer the primary
            : PostgreSqlErrors.IsOutOfReach;
        var operationTimeout = TimeSpan.FromSeconds((settings.Timeout * settings.Host.Split(',').Length) + 2);
        _pipeline = StoreResilience.Remote(
            Breaker,
            isObserved,
            operationTimeout,
            PostgreSqlErrors.IsOutOfReach,
            failure => _isLost(failure) || PostgreSqlErrors.IsCollision(failure) || PostgreSqlErrors.IsFull(failure));

        // EF Core uses the same pool, so a quarter of it stays free.
        _turns = new ConnectionTurns(Math.Max(1, settings.MaxPoolSize * 3 / 4), operationTimeout);
        _writes = new BatchedWrites(
            write => RunAsync(static (connection, write) => write(connection), write, CancellationToken.None),
            Statistics);
    }

    /// <summary>The source of connections for libraries that create their own commands, such as EF Core.</summary>
    public NpgsqlDataSource Source { get; }

    /// <summary>Changes after each lost connection, because another server may answer from then on.</summary>
    public int Generation => Volatile.Read(ref _generation);

    public override int Waiting =>
        _turns.Waiting + _writes.Waiting + _lookupQueues.Sum(waiting => waiting());

    public override string Setting => PostgreSqlSettings.Setting;

    public override string Location { get; }

    public override async Task<bool> ExistsAsync() => await ReadAsync(connection => connection.FirstAsync(
        """SELECT to_regclass('"__EFMigrationsHistory"') IS NOT NULL""", row => row.GetBoolean(0)));

    public override ValueTask<T> ReadAsync<T>(
        Func<StoreConnection, ValueTask<T>> unit, CancellationToken cancellation = default)
    {
        Statistics.Read(units: 1, batches: 1);
        return RunAsync(static (connection, unit) => unit(connection), unit, cancellation);
    }

    public override ChangeFeed OpenChangeFeed() => new PostgreSqlChangeFeed(this);

    public override RowQuery<T> Query<T>(string sql, Func<RowReader, T> map)
    {
        var query = new BatchedQuery<T>(this, sql, map);
        _lookupQueues.Add(() => query.Waiting);
        return query;
    }

    /// <summary>Batches the write. It needs no commit marker, because it is idempotent.</summary>
    public override Task<T?> ApplyAsync<T>(
        SqlStatement[] statements, Func<RowReader, T>? map, CancellationToken cancellation = default)
        where T : default
    {
        cancellation.ThrowIfCancellationRequested();
        return _writes.ApplyAsync(statements, map);
    }

    public override string Locking(string clause) => clause;

    public override string Bytewise => " COLLATE \"C\"";

    public override string DescriptionSql =>
        "SELECT 'PostgreSQL ' || current_setting('server_version'), pg_database_size(current_database())";

    public override async ValueTask<T> WriteAsync<T>(
        Func<StoreConnection, ValueTask<T>> unit, CancellationToken cancellation = default)
    {
        Statistics.Write(units: 1, batches: 1);
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
        $"DELETE FROM write_marks WHERE used_at <= {CommitMarkerSlots.Now} - 86400000",
        "DELETE FROM session_changes WHERE ctid = ANY (ARRAY("
            + $"SELECT ctid FROM session_changes WHERE changed_at <= {CommitMarkerSlots.Now} - 3600000 LIMIT 5000))",
    ];

    public override ValueTask<DateTimeOffset?> ClockAsync() => ReadAsync(connection => connection.FirstAsync(
        "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint", row => (DateTimeOffset?)row.Instant(0)));

    public override async Task WithStoreLockAsync(Func<Task> work, CancellationToken cancellation = default)
    {
        await using var locking = await OpenAsync();
        await PostgreSqlStoreLock.RunAsync(locking, work, cancellation);
    }

    public override async Task<IReadOnlyList<string>> CheckAsync(CancellationToken cancellation = default)
    {
        await using var db = CreateContext();
        // A pooler may lend another server connection after each transaction.
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var missing = await db.Database.GetPendingMigrationsAsync(cancellation);
        var defects = await db.Database.SqlQueryRaw<string>(PostgreSqlFindings.Sql).ToListAsync(cancellation);
        return [.. missing.Select(m => $"migration {m} is missing"), .. defects];
    }

    public override Task BackupAsync(
        string file, Action<long, long>? report = null, CancellationToken cancellation = default) =>
        throw new NotSupportedException(
            "PostgreSQL has its own tools for this: "
            + "pg_dump, or pg_basebackup with WAL archiving (docs/operations.md).");

    public async ValueTask DisposeAsync()
    {
        while (_idle.TryPop(out var idle))
            idle.Connection.Dispose();
        await Source.DisposeAsync();
        await _hosts.DisposeAsync();
        _turns.Dispose();
    }

    public override DbContext CreateContext() => _schema.Create(this);

    protected override Type ContextType => _schema.ContextType;

    private async ValueTask<T> RunAsync<T, TState>(
        Func<PostgreSqlStoreConnection, TState, ValueTask<T>> use, TState state, CancellationToken cancellation)
    {
        // Only the wait for a connection is cancelled with the request. A statement that was sent runs to its end.
        if (!await _turns.WaitAsync(cancellation))
            throw new StoreUnavailableException("Too many calls wait for PostgreSQL");
        try
        {
            return await _pipeline.ExecuteAsync(
                static (all, _) => all.store.AttemptAsync(all.use, all.state),
                (store: this, use, state),
                CancellationToken.None);
        }
        catch (Exception failure) when (StoreResilience.Refuses(failure) || PostgreSqlErrors.IsOutOfReach(failure))
        {
            throw new StoreUnavailableException("PostgreSQL cannot be reached", failure);
        }
        finally
        {
            _turns.Release();
        }
    }

    /// <summary>Runs one attempt on a lent connection, which is not used again after a failure.</summary>
    private async ValueTask<T> AttemptAsync<T, TState>(
        Func<PostgreSqlStoreConnection, TState, ValueTask<T>> use, TState state)
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
            // Other connections to the same server are broken, too.
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

    /// <summary>
    /// Opens a connection for work that bypasses the pipeline. The pipeline itself must see each failure unchanged.
    /// </summary>
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
