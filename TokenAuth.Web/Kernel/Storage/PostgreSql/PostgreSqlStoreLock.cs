using Npgsql;

namespace TokenAuth.Kernel.Storage.PostgreSql;

/// <summary>The advisory lock that excludes every other process on a store.</summary>
/// <remarks>
/// A transaction's lock ends with the transaction, however that ends. A session's lock would stay behind if a pooler
/// lends the server's connection to another client after each transaction. The lock is polled, because a waiting
/// statement would hold a connection that the owner of the lock may need.
/// </remarks>
internal static class PostgreSqlStoreLock
{
    /// <summary>Any number that is not used otherwise in this database.</summary>
    private const long Number = 0x746f6b656e;

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>Waits for the lock, and holds it while the work runs.</summary>
    /// <param name="locking">A connection for the lock only.</param>
    public static async Task RunAsync(NpgsqlConnection locking, Func<Task> work, CancellationToken cancellation)
    {
        while (!await TryRunAsync(locking, work, cancellation))
            await Task.Delay(PollInterval, TimeProvider.System, cancellation);
    }

    private static async Task<bool> TryRunAsync(
        NpgsqlConnection locking, Func<Task> work, CancellationToken cancellation)
    {
        await using var transaction = await locking.BeginTransactionAsync(cancellation);
        await using var command = locking.CreateCommand();
        command.CommandText =
            $"SET LOCAL idle_in_transaction_session_timeout = 0; SELECT pg_try_advisory_xact_lock({Number})";
        if (!(bool)(await command.ExecuteScalarAsync(cancellation))!)
            return false;
        await work();
        await transaction.CommitAsync(CancellationToken.None);
        return true;
    }
}
