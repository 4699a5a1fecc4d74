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
        if (lease.TryTake(out var number, out var size))
            return number;

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
        return last == 0 ? 0 : lease.Renew(last - size + 1, last);
    }

    private sealed class Lease
    {
        private readonly Lock _lock = new();
        private long _next = 1;
        private long _last;
        private int _size = 1;

        /// <summary>Takes a number, or returns the size of the lease to take. Each one is twice the last.</summary>
        public bool TryTake(out long number, out int size)
        {
            lock (_lock)
            {
                number = _next;
                size = _size;
                if (_next <= _last)
                {
                    _next++;
                    return true;
                }

                _size = Math.Min(MaxLease, _size * 2);
                return false;
            }
        }

        /// <summary>Keeps all numbers but the first, which it returns. Concurrent calls may each bring a lease.</summary>
        public long Renew(long first, long last)
        {
            lock (_lock)
            {
                if (_next > _last)
                    (_next, _last) = (first + 1, last);
            }

            return first;
        }
    }
}
