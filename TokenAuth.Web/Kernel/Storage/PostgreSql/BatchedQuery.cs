
namespace TokenAuth.Kernel.Storage.PostgreSql;

/// <summary>Reads together what is asked for while other reads are on their way.</summary>
internal sealed class BatchedQuery<T> : RowQuery<T>
    where T : class
{
    private readonly Batcher<Item> _batcher;

    public BatchedQuery(Store store, string sql, Func<RowReader, T> map)
    {
        var all = sql + " = ANY(@keys)";
        _batcher = new Batcher<Item>(async together =>
        {
            var keys = together.Select(question => question.Key).ToArray();
            var rows = await store.ReadAsync(connection => connection.ListAsync(all, row => (Key: row.GetBytes(0), Row: map(row)), ("@keys", keys)));
            foreach (var question in together)
                question.SetResult(rows.Find(found => found.Key.AsSpan().SequenceEqual(question.Key)).Row);
        });
    }

    public override ValueTask<T?> FindAsync(byte[] key, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        var question = new Item(key);
        _batcher.Add(question);
        return new ValueTask<T?>(question.Task);
    }

    private sealed class Item(byte[] key) : TaskCompletionSource<T?>(TaskCreationOptions.RunContinuationsAsynchronously), IBatchItem
    {
        public byte[] Key => key;
    }
}
