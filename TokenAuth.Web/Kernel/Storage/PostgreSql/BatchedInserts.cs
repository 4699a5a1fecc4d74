namespace TokenAuth.Kernel.Storage.PostgreSql;

/// <summary>
/// Batches inserts: rows that arrive while others are in flight are written in one round trip and one transaction
/// (group commit). Each insert must be safe to retry.
/// </summary>
internal sealed class BatchedInserts
{
    private readonly Func<Func<PostgreSqlStoreConnection, ValueTask<int>>, ValueTask<int>> _run;
    private readonly Batcher<Insert> _batcher;

    /// <param name="run">Runs a delegate on a lent connection, and retries it if that may help.</param>
    public BatchedInserts(Func<Func<PostgreSqlStoreConnection, ValueTask<int>>, ValueTask<int>> run)
    {
        _run = run;
        _batcher = new Batcher<Insert>(WriteAsync);
    }

    public Task InsertAsync(string sql, SqlParameter[] parameters)
    {
        var insert = new Insert(sql, parameters);
        _batcher.Add(insert);
        return insert.Task;
    }

    private async Task WriteAsync(IReadOnlyList<Insert> batch)
    {
        try
        {
            await _run(async connection =>
            {
                try
                {
                    return await connection.ExecuteAllAsync(
                        batch.Select(insert => (insert.Sql, insert.Parameters)));
                }
                catch (Exception failure) when (
                    batch.Count > 1
                    && (PostgreSqlErrors.IsCollision(failure) || !StoreUnavailableException.IsBehind(failure)))
                {
                    throw new BatchRefusedException(failure);
                }
            });
        }
        catch (BatchRefusedException)
        {
            // One insert failed or waits for a lock. Each is now written on its own, so that none delays the others.
            foreach (var insert in batch)
                _ = WriteAloneAsync(insert);
            return;
        }

        foreach (var insert in batch)
            insert.SetResult();
    }

    private async Task WriteAloneAsync(Insert insert)
    {
        try
        {
            await WriteAsync([insert]);
        }
        catch (Exception failure)
        {
            insert.TrySetException(failure);
        }
    }

    /// <summary>
    /// Thrown instead of a failure that concerns one insert, so that the batch is not retried as a whole.
    /// </summary>
    private sealed class BatchRefusedException(Exception inner) : Exception(inner.Message, inner);

    private sealed class Insert(string sql, SqlParameter[] parameters)
        : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), IBatchItem
    {
        public string Sql => sql;

        public SqlParameter[] Parameters => parameters;
    }
}
