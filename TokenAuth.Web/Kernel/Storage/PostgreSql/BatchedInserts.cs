namespace TokenAuth.Kernel.Storage.PostgreSql;

/// <summary>
/// Writes rows together, in one journey and one transaction (group commit), that come in while others are on their way. Each can be
/// written again without harm.
/// </summary>
internal sealed class BatchedInserts
{
    private readonly Func<Func<PostgreSqlStoreConnection, ValueTask<int>>, ValueTask<int>> _run;
    private readonly Batcher<Insert> _batcher;

    /// <param name="run">Lends a connection, again where that may help.</param>
    public BatchedInserts(Func<Func<PostgreSqlStoreConnection, ValueTask<int>>, ValueTask<int>> run)
    {
        _run = run;
        _batcher = new Batcher<Insert>(WriteAsync);
    }

    public Task InsertAsync(string sql, SqlParameter[] parameters)
    {
        var put = new Insert(sql, parameters);
        _batcher.Add(put);
        return put.Task;
    }

    private async Task WriteAsync(IReadOnlyList<Insert> together)
    {
        try
        {
            await _run(async connection =>
            {
                try
                {
                    return await connection.ExecuteAllAsync(together.Select(put => (put.Sql, put.Parameters)));
                }
                catch (Exception failure) when (together.Count > 1 && (PostgreSqlErrors.IsCollision(failure) || !StoreUnavailableException.IsBehind(failure)))
                {
                    throw new BatchRefusedException(failure);
                }
            });
        }
        catch (BatchRefusedException)
        {
            // One of them is at fault, or has to wait for a lock: from here on each answers for itself, and holds no other up.
            foreach (var put in together)
                _ = WriteAloneAsync(put);
            return;
        }

        foreach (var put in together)
            put.SetResult();
    }

    private async Task WriteAloneAsync(Insert put)
    {
        try
        {
            await WriteAsync([put]);
        }
        catch (Exception failure)
        {
            put.TrySetException(failure);
        }
    }

    /// <summary>Not repeated for all together.</summary>
    private sealed class BatchRefusedException(Exception inner) : Exception(inner.Message, inner);

    private sealed class Insert(string sql, SqlParameter[] parameters) : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), IBatchItem
    {
        public string Sql => sql;

        public SqlParameter[] Parameters => parameters;
    }
}
