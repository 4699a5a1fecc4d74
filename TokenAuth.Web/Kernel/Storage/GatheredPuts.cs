namespace TokenAuth.Kernel.Storage;

/// <summary>
/// Writes rows together, in one journey and one transaction (group commit), that come in while others are on their way. Each can be
/// written again without harm.
/// </summary>
internal sealed class GatheredPuts
{
    private readonly Func<Func<PostgreSqlConnection, ValueTask<int>>, ValueTask<int>> _run;
    private readonly Gathering<Put> _puts;

    /// <param name="run">Lends a connection, again where that may help.</param>
    public GatheredPuts(Func<Func<PostgreSqlConnection, ValueTask<int>>, ValueTask<int>> run)
    {
        _run = run;
        _puts = new Gathering<Put>(WriteAsync);
    }

    public Task PutAsync(string sql, StoreParameter[] parameters)
    {
        var put = new Put(sql, parameters);
        _puts.Add(put);
        return put.Task;
    }

    private async Task WriteAsync(IReadOnlyList<Put> together)
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
                    throw new RefusedTogetherException(failure);
                }
            });
        }
        catch (RefusedTogetherException)
        {
            // One of them is at fault, or has to wait for a lock: from here on each answers for itself, and holds no other up.
            foreach (var put in together)
                _ = WriteAloneAsync(put);
            return;
        }

        foreach (var put in together)
            put.SetResult();
    }

    private async Task WriteAloneAsync(Put put)
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
    private sealed class RefusedTogetherException(Exception inner) : Exception(inner.Message, inner);

    private sealed class Put(string sql, StoreParameter[] parameters) : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), IGathered
    {
        public string Sql => sql;

        public StoreParameter[] Parameters => parameters;
    }
}
