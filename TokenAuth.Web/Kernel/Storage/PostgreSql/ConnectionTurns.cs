namespace TokenAuth.Kernel.Storage.PostgreSql;

/// <summary>Turns to use a connection, of which there are a fixed number. Counts the callers that wait.</summary>
/// <param name="timeout">How long a caller waits at most.</param>
internal sealed class ConnectionTurns(int count, TimeSpan timeout) : IDisposable
{
    private readonly SemaphoreSlim _free = new(count);
    private int _waiting;

    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Waits for a turn. False if there was none in time.</summary>
    public async ValueTask<bool> WaitAsync(CancellationToken cancellation)
    {
        Interlocked.Increment(ref _waiting);
        try
        {
            return await _free.WaitAsync(timeout, cancellation);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    public void Release() => _free.Release();

    public void Dispose() => _free.Dispose();
}
