namespace TokenAuth.Kernel.Storage.PostgreSql;

/// <summary>
/// Batches idempotent writes: those that arrive while others are in flight run in one round trip and one transaction,
/// so they share one fsync (group commit). A lost COMMIT is resolved by running them again.
/// </summary>
internal sealed class BatchedWrites
{
    /// <summary>
    /// Makes a retry write to the log, so that its commit waits for a synchronous standby: what only the old primary
    /// knew has not happened.
    /// </summary>
    private static readonly SqlStatement LogMessage =
        new("SELECT pg_logical_emit_message(true, 'tokenauth', '')::text");

    private readonly Func<Func<PostgreSqlStoreConnection, ValueTask<int>>, ValueTask<int>> _run;
    private readonly Batcher<BatchedWrite> _batcher;
    private readonly StoreStatistics _statistics;

    /// <param name="run">Runs a delegate on a lent connection, and retries it if that may help.</param>
    public BatchedWrites(
        Func<Func<PostgreSqlStoreConnection, ValueTask<int>>, ValueTask<int>> run, StoreStatistics statistics)
    {
        (_run, _statistics) = (run, statistics);
        _batcher = new Batcher<BatchedWrite>(WriteAsync);
    }

    /// <summary>The number of writes that are not sent yet.</summary>
    public int Waiting => _batcher.Waiting;

    /// <summary>Runs the statements of one write, and returns once they are durable.</summary>
    /// <param name="map">Maps the first row of the first statement; null if no statement returns rows.</param>
    public Task<T?> ApplyAsync<T>(SqlStatement[] statements, Func<RowReader, T>? map)
    {
        var write = new BatchedWrite<T>(statements, map);
        _batcher.Add(write);
        return write.Completion;
    }

    private async Task WriteAsync(IReadOnlyList<BatchedWrite> batch)
    {
        var isRetry = false;
        _statistics.Write(batch.Count, batches: 1);
        try
        {
            await _run(async connection =>
            {
                try
                {
                    await connection.RunBatchAsync(batch, isRetry ? LogMessage : null);
                    return batch.Count;
                }
                catch (Exception failure) when (
                    batch.Count > 1
                    && (PostgreSqlErrors.IsCollision(failure) || !StoreUnavailableException.IsBehind(failure)))
                {
                    throw new BatchRefusedException(failure);
                }
                finally
                {
                    isRetry = true;
                }
            });
        }
        catch (BatchRefusedException)
        {
            // One write failed or waits for a lock. Each now runs on its own, so that none delays the others.
            foreach (var write in batch)
                _ = WriteAloneAsync(write);
            return;
        }

        foreach (var write in batch)
            write.Complete();
    }

    private async Task WriteAloneAsync(BatchedWrite write)
    {
        try
        {
            await WriteAsync([write]);
        }
        catch (Exception failure)
        {
            write.TrySetException(failure);
        }
    }

    /// <summary>
    /// Thrown instead of a failure that concerns one write, so that the batch is not retried as a whole.
    /// </summary>
    private sealed class BatchRefusedException(Exception inner) : Exception(inner.Message, inner);

    private sealed class BatchedWrite<T>(SqlStatement[] statements, Func<RowReader, T>? map) : BatchedWrite
    {
        private readonly TaskCompletionSource<T?> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T? _value;

        public Task<T?> Completion => _completion.Task;

        public override SqlStatement[] Statements => statements;

        public override bool ReturnsRow => map is not null;

        public override void Read(RowReader? row) => _value = row is null ? default : map!(row);

        public override void Complete() => _completion.SetResult(_value);

        public override bool TrySetException(Exception failure) => _completion.TrySetException(failure);
    }
}

/// <summary>One write of a batch.</summary>
internal abstract class BatchedWrite : IBatchItem
{
    public abstract SqlStatement[] Statements { get; }

    /// <summary>True if the first statement returns rows. No other statement does.</summary>
    public abstract bool ReturnsRow { get; }

    /// <summary>Takes the first row of the first statement; null if it has none.</summary>
    public abstract void Read(RowReader? row);

    /// <summary>Completes the caller's task, once the transaction is durable.</summary>
    public abstract void Complete();

    public abstract bool TrySetException(Exception failure);
}
