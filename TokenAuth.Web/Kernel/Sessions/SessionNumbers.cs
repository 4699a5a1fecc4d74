using System.Collections.Concurrent;
using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Sessions;

/// <summary>
/// Numbers the sessions of an account. A number is never used twice: the account's row has the highest number that was
/// given out, and this process takes leases of several numbers from it. A lost lease leaves a gap.
/// </summary>
internal sealed class SessionNumbers(Store store)
{
    /// <summary>An account that often signs in gets a number from the store for every 32nd session.</summary>
    private const int MaxLease = 32;

    /// <summary>The number of accounts with a lease. Beyond it, all leases are dropped.</summary>
    private const int MaxAccounts = 10_000;

    private readonly ConcurrentDictionary<long, Lease> _leases = new();

    /// <summary>Returns the next number of an account; 0 if there is no such account.</summary>
    public async ValueTask<long> NextAsync(long accountId, CancellationToken cancellation)
    {
        if (_leases.Count > MaxAccounts)
            _leases.Clear();
        var lease = _leases.GetOrAdd(accountId, _ => new Lease());
        if (lease.Take() is { } left)
            return left;

        await lease.Renewal.WaitAsync(cancellation);
        try
        {
            if (lease.Take() is { } renewed)
                return renewed;
            var size = lease.NextSize;

            // Running it twice takes two leases, which is harmless.
            var last = await store.ApplyAsync(
                [
                    new SqlStatement(
                        """
                        UPDATE accounts SET last_session_number = last_session_number + @size
                        WHERE id = @id RETURNING last_session_number
                        """,
                        ("@size", size), ("@id", accountId)),
                ],
                row => row.GetInt64(0), cancellation);
            if (last == 0)
                return 0;
            lease.Renew(last - size + 1, last);
            return last - size + 1;
        }
        finally
        {
            lease.Renewal.Release();
        }
    }

    private sealed class Lease
    {
        private readonly Lock _lock = new();
        private long _next = 1;
        private long _last;

        /// <summary>Taken while the store is asked, so that concurrent sign-ins share a lease.</summary>
        public SemaphoreSlim Renewal { get; } = new(1, 1);

        /// <summary>The size of the next lease: twice the size of the last one.</summary>
        public int NextSize { get; private set; } = 1;

        public long? Take()
        {
            lock (_lock)
                return _next <= _last ? _next++ : null;
        }

        /// <summary>Keeps all numbers but the first, which the caller uses.</summary>
        public void Renew(long first, long last)
        {
            lock (_lock)
            {
                (_next, _last) = (first + 1, last);
                NextSize = Math.Min(MaxLease, NextSize * 2);
            }
        }
    }
}
