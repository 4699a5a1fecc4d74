using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace TokenAuth.Kernel.Storage.Sqlite;

/// <summary>
/// The one writer of a process, on its own thread. It runs all waiting units in one transaction and pays for one fsync
/// (group commit). It never waits for more units, so a lone write is not delayed. From time to time it writes the log
/// back into the database (a checkpoint) while writes continue.
/// </summary>
/// <remarks>
/// If a unit fails, the group is rolled back and each unit runs again on its own, so that only the failing unit is
/// refused.
/// </remarks>
internal sealed class SqliteWriter : IDisposable
{
    private const int MaxGroupSize = 256;

    private const int MaxQueueLength = 4096;

    /// <summary>
    /// The number of units between two checkpoints. A page that many units have changed is written back once.
    /// </summary>
    private const int UnitsPerCheckpoint = 4000;

    private readonly SqliteStoreConnection _connection;
    private readonly Func<SqliteStoreConnection> _open;
    private readonly StoreStatistics _statistics;
    private readonly BlockingCollection<Unit> _queue = new(MaxQueueLength);
    private readonly Thread _thread;
    private SqliteStoreConnection? _checkpoints;
    private int _sinceCheckpoint;

    /// <param name="open">Opens a connection to the file.</param>
    public SqliteWriter(Func<SqliteStoreConnection> open, StoreStatistics statistics)
    {
        (_open, _statistics) = (open, statistics);
        _connection = open();
        _thread = new Thread(Loop) { IsBackground = true, Name = "SQLite writer" };
        _thread.Start();
    }

    /// <summary>The last checkpoint that was started.</summary>
    public Task Checkpoint { get; private set; } = Task.CompletedTask;

    /// <summary>The number of units that wait for the writer.</summary>
    public int Waiting => _queue.Count;

    /// <summary>Runs a unit in a transaction, together with the other waiting units.</summary>
    public Task<T> RunAsync<T>(Func<StoreConnection, ValueTask<T>> body) =>
        Enqueue(new Unit<T>(body, runsAlone: false));

    /// <summary>Reads outside of a transaction, while no unit is running.</summary>
    public Task<T> ReadAsync<T>(Func<StoreConnection, ValueTask<T>> body) =>
        Enqueue(new Unit<T>(body, runsAlone: true));

    /// <summary>Runs a write on another connection, while no unit is running.</summary>
    public Task<T> SerializeWriteAsync<T>(Func<Task<T>> write) =>
        Enqueue(new Unit<T>(_ => new ValueTask<T>(write()), runsAlone: true));

    /// <summary>Runs the queued units, then closes.</summary>
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
            _statistics.Write(group.Count, batches: 1);
            Commit(group);
            StartCheckpointAfter(group.Count);
            group.Clear();
        }
    }

    private void StartCheckpointAfter(int units)
    {
        _sinceCheckpoint += units;
        if (_sinceCheckpoint < UnitsPerCheckpoint || !Checkpoint.IsCompleted)
            return;
        _sinceCheckpoint = 0;
        Checkpoint = Task.Factory
            .StartNew(CheckpointAsync, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)
            .Unwrap();
    }

    /// <summary>
    /// Writes nearly the whole log back while writes continue, then most of what they have added. The small rest is
    /// written back while no unit runs: SQLite restarts the log only when all of it is written back.
    /// </summary>
    private async Task CheckpointAsync()
    {
        const string checkpoint = "PRAGMA wal_checkpoint(PASSIVE)";
        try
        {
            var connection = _checkpoints ??= _open();
            await connection.ExecuteAsync(checkpoint);
            await connection.ExecuteAsync(checkpoint);
            await SerializeWriteAsync(() => connection.ExecuteAsync(checkpoint).AsTask());
        }
        catch (Exception)
        {
            // The disk is full, the queue is full or the writer is closing. Nothing is lost; the next checkpoint does
            // the work.
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
            // Another process held the lock for longer than the busy timeout. No unit is at fault, and running them one
            // by one would not help.
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
            // Some failures, such as a full disk, have already rolled back.
            if (_connection.IsInTransaction)
                Execute("ROLLBACK");
            throw;
        }
    }

    /// <summary>
    /// Runs a statement synchronously. SQLite has no asynchronous calls, so the task is already complete.
    /// </summary>
    private void Execute(string sql) => _connection.ExecuteAsync(sql).AsTask().GetAwaiter().GetResult();

    private abstract class Unit(bool runsAlone)
    {
        public bool RunsAlone => runsAlone;

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

    private sealed class Unit<T>(Func<StoreConnection, ValueTask<T>> body, bool runsAlone) : Unit(runsAlone)
    {
        private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T? _value;

        public Task<T> Completion => _completion.Task;

        public override void Run(StoreConnection connection) =>
            _value = body(connection).AsTask().GetAwaiter().GetResult();

        public override void Succeed() => _completion.SetResult(_value!);

        public override void Fail(Exception failure) => _completion.SetException(failure);
    }
}
