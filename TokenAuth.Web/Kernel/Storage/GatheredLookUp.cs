using System.Collections.Concurrent;
using System.Data.Common;

namespace TokenAuth.Kernel.Storage;

/// <summary>
/// Reads together what is asked for while other reads are on their way: a journey to a server costs more than what is looked up
/// there. Nothing waits for company: a lone question is asked at once.
/// </summary>
internal sealed class GatheredLookUp<T>(Store store, string sql, Func<DbDataReader, T> map) : LookUp<T>
    where T : class
{
    /// <summary>While the server answers one, the next is gathered and sent.</summary>
    private const int MostOnTheirWay = 2;

    private const int MostTogether = 64;

    private readonly string _sql = sql + " = ANY(@keys)";
    private readonly ConcurrentQueue<Question> _waiting = new();
    private int _onTheirWay;

    public override ValueTask<T?> FindAsync(byte[] key, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        var question = new Question(key);
        _waiting.Enqueue(question);
        if (TryStart())
            _ = AskAsync();
        return new ValueTask<T?>(question.Task);
    }

    private bool TryStart()
    {
        if (Interlocked.Increment(ref _onTheirWay) <= MostOnTheirWay)
            return true;
        Interlocked.Decrement(ref _onTheirWay);
        return false;
    }

    /// <summary>Goes on until nothing waits; whoever asks after that starts anew.</summary>
    private async Task AskAsync()
    {
        do
        {
            var together = new List<Question>();
            while (Take(together))
            {
                await AnswerAsync(together);
                together.Clear();
            }

            Interlocked.Decrement(ref _onTheirWay);
        }
        while (!_waiting.IsEmpty && TryStart());
    }

    private bool Take(List<Question> together)
    {
        while (together.Count < MostTogether && _waiting.TryDequeue(out var question))
            together.Add(question);
        return together.Count > 0;
    }

    private async Task AnswerAsync(List<Question> together)
    {
        try
        {
            var keys = together.ConvertAll(question => question.Key).ToArray();
            var rows = await store.ReadAsync(connection => connection.ListAsync(_sql, row => (Key: (byte[])row[0], Row: map(row)), ("@keys", keys)));
            foreach (var question in together)
                question.SetResult(rows.Find(found => found.Key.AsSpan().SequenceEqual(question.Key)).Row);
        }
        catch (Exception failure)
        {
            foreach (var question in together)
                question.TrySetException(failure);

            // Who waits for a server that does not answer is told so now, and not turn by turn.
            while (failure is StoreUnavailableException && _waiting.TryDequeue(out var question))
                question.TrySetException(failure);
        }
    }

    private sealed class Question(byte[] key) : TaskCompletionSource<T?>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public byte[] Key => key;
    }
}
