using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace TokenAuth.Kernel.Storage.Sqlite;

/// <summary>
/// The one writer of a process, on a thread of its own. It takes every unit that is waiting, runs them in one
/// transaction and pays for one fsync (group commit): it never waits for more, so a lone write is not delayed
/// and a crowd of them is not slowed down. From time to time it has the log written back into the database (checkpoint), beside the
/// writes that go on.
/// </summary>
/// <remarks>
/// When any unit of a group fails, the group is rolled back and its units are run again one by one, so that
/// only the one that fails is refused.
/// </remarks>
internal sealed class SqliteWriter : IDisposable
{
    private const int MaxGroupSize = 256;

    private const int MaxQueueLength = 4096;

    /// <summary>So many after the last, the next checkpoint is begun: a page that many of them have changed is written back once.</summary>
    private const int UnitsPerCheckpoint = 4000;

    private readonly SqliteStoreConnection _connection;
    private readonly Func<SqliteStoreConnection> _open;
    private readonly BlockingCollection<Unit> _queue = new(MaxQueueLength);
    private readonly Thread _thread;
    private SqliteStoreConnection? _checkpoints;
    private int _sinceCheckpoint;

    /// <param name="open">Opens a connection.</param>
    public SqliteWriter(Func<SqliteStoreConnection> open)
    {
        _open = open;
        _connection = open();
        _thread = new Thread(Loop) { IsBackground = true, Name = "SQLite writer" };
        _thread.Start();
    }

    /// <summary>The last checkpoint that was begun.</summary>
    public Task Checkpoint { get; private set; } = Task.CompletedTask;

    public Task<T> RunAsync<T>(Func<StoreConnection, ValueTask<T>> body) => Enqueue(new Unit<T>(body, ownTurn: false));

    /// <summary>Reads, in no transaction, while no unit is running.</summary>
    public Task<T> ReadAsync<T>(Func<StoreConnection, ValueTask<T>> body) => Enqueue(new Unit<T>(body, ownTurn: true));

    /// <summary>Runs a write that brings its own connection, while no unit is running.</summary>
    public Task<T> SerializeWriteAsync<T>(Func<Task<T>> write) => Enqueue(new Unit<T>(_ => new ValueTask<T>(write()), ownTurn: true));

    /// <summary>Finishes what is queued, then closes.</summary>
    public void Dispose()
    {
        _queue.CompleteAdding();
        _thread.Join();
        Checkpoint.Wait();
        _queue.Dispose();
        _checkpoints?.Dispose();
        _connection.Dispose();
    }

    private Task<T> Enqueue<T>(Unit<T> unit)
    {
        if (!_queue.TryAdd(unit))
            throw new StoreUnavailableException("Too many writes are waiting");
        return unit.Completion;
    }

    private void Loop()
    {
        var group = new List<Unit>(MaxGroupSize);
        Unit? next = null;
        while (next is not null || _queue.TryTake(out next, Timeout.Infinite))
        {
            if (next.RunsAlone)
            {
                next.RunAlone(_connection);
                next = null;
                continue;
            }

            do
            {
                group.Add(next);
                next = null;
            }
            while (group.Count < MaxGroupSize && _queue.TryTake(out next) && !next.RunsAlone);
            Commit(group);
            BeginCheckpointAfter(group.Count);
            group.Clear();
        }
    }

    private void BeginCheckpointAfter(int units)
    {
        _sinceCheckpoint += units;
        if (_sinceCheckpoint < UnitsPerCheckpoint || !Checkpoint.IsCompleted)
            return;
        _sinceCheckpoint = 0;
        Checkpoint = Task.Factory.StartNew(CheckpointAsync, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
    }

    /// <summary>
    /// Nearly all is written back while the writes go on, then most of what they have added since. The little that is left then has a
    /// turn of its own: only when all is written back does the log start again from its beginning.
    /// </summary>
    private async Task CheckpointAsync()
    {
        const string written = "PRAGMA wal_checkpoint(PASSIVE)";
        try
        {
            var connection = _checkpoints ??= _open();
            await connection.ExecuteAsync(written);
            await connection.ExecuteAsync(written);
            await SerializeWriteAsync(() => connection.ExecuteAsync(written).AsTask());
        }
        catch (Exception)
        {
            // A full disk, a long queue, or the end: nothing is lost, and the next one does it.
        }
    }

    private void Commit(List<Unit> group)
    {
        if (group.Count == 0)
            return;
        try
        {
            Execute("BEGIN IMMEDIATE");
        }
        catch (Exception failure)
        {
            // Another process held the lock for longer than the busy timeout: no unit is to blame, and none would fare better alone.
            foreach (var unit in group)
                unit.Fail(failure);
            return;
        }

        try
        {
            InTransaction(group);
        }
        catch (Exception) when (group.Count > 1)
        {
            foreach (var unit in group)
                Commit([unit]);
            return;
        }
        catch (Exception failure)
        {
            group[0].Fail(failure);
            return;
        }

        foreach (var unit in group)
            unit.Succeed();
    }

    private void InTransaction(List<Unit> group)
    {
        try
        {
            foreach (var unit in group)
                unit.Run(_connection);
            Execute("COMMIT");
        }
        catch
        {
            // Some failures (a full disk) have rolled back already.
            if (_connection.IsInTransaction)
                Execute("ROLLBACK");
            throw;
        }
    }

    /// <summary>SQLite has no asynchronous calls: every task of this engine is complete when it is returned.</summary>
    private void Execute(string sql) => _connection.ExecuteAsync(sql).AsTask().GetAwaiter().GetResult();

    private abstract class Unit(bool ownTurn)
    {
        public bool RunsAlone => ownTurn;

        public abstract void Run(StoreConnection connection);

        public abstract void Succeed();

        public abstract void Fail(Exception failure);

        public void RunAlone(StoreConnection connection)
        {
            try
            {
                Run(connection);
                Succeed();
            }
            catch (Exception failure)
            {
                Fail(failure);
            }
        }
    }

    private sealed class Unit<T>(Func<StoreConnection, ValueTask<T>> body, bool ownTurn) : Unit(ownTurn)
    {
        private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T? _value;

        public Task<T> Completion => _completion.Task;

        public override void Run(StoreConnection connection) => _value = body(connection).AsTask().GetAwaiter().GetResult();

        public override void Succeed() => _completion.SetResult(_value!);

        public override void Fail(Exception failure) => _completion.SetException(failure);
    }
}
