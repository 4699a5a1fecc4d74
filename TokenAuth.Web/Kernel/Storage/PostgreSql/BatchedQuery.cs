
namespace TokenAuth.Kernel.Storage.PostgreSql;

/// <summary>Batches lookups: keys that arrive while other reads are in flight are read in one round trip.</summary>
internal sealed class BatchedQuery<T> : RowQuery<T>
    where T : class
{
    private readonly Batcher<Item> _batcher;

    public BatchedQuery(Store store, string sql, Func<RowReader, T> map)
    {
        var all = sql + " = ANY(@keys)";
        _batcher = new Batcher<Item>(async batch =>
        {
            var keys = batch.Select(item => item.Key).ToArray();
            store.Statistics.Read(batch.Count - 1, batches: 0); // ReadAsync counts one unit and the batch
            var rows = await store.ReadAsync(connection => connection.ListAsync(
                all, row => (Key: row.GetBytes(0), Row: map(row)), ("@keys", keys)));
            foreach (var item in batch)
                item.SetResult(rows.Find(found => found.Key.AsSpan().SequenceEqual(item.Key)).Row);
        });
    }

    /// <summary>The number of lookups that are not sent yet.</summary>
    public int Waiting => _batcher.Waiting;

    public override ValueTask<T?> FindAsync(byte[] key, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        var item = new Item(key);
        _batcher.Add(item);
        return new ValueTask<T?>(item.Task);
    }

    private sealed class Item(byte[] key)
        : TaskCompletionSource<T?>(TaskCreationOptions.RunContinuationsAsynchronously), IBatchItem
    {
        public byte[] Key => key;
    }
}
