
namespace TokenAuth.Kernel.Storage;

/// <summary>Reads together what is asked for while other reads are on their way.</summary>
internal sealed class GatheredLookUp<T> : LookUp<T>
    where T : class
{
    private readonly Gathering<Question> _questions;

    public GatheredLookUp(Store store, string sql, Func<StoredRow, T> map)
    {
        var all = sql + " = ANY(@keys)";
        _questions = new Gathering<Question>(async together =>
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
        var question = new Question(key);
        _questions.Add(question);
        return new ValueTask<T?>(question.Task);
    }

    private sealed class Question(byte[] key) : TaskCompletionSource<T?>(TaskCreationOptions.RunContinuationsAsynchronously), IGathered
    {
        public byte[] Key => key;
    }
}
