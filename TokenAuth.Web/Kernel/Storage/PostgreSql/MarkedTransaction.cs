using System.Collections.Concurrent;
using System.Security.Cryptography;
using Npgsql;

namespace TokenAuth.Kernel.Storage.PostgreSql;

/// <summary>
/// Runs one write over all its attempts, so that it happens at most once (ADR 10). Each attempt first writes the commit
/// marker into a slot that no other write uses. If the marker exists, an earlier COMMIT has succeeded and only its
/// answer was lost. If that COMMIT is still in progress, the slot is locked and the attempt waits.
/// </summary>
internal sealed class MarkedTransaction<T>(Func<StoreConnection, ValueTask<T>> unit, CommitMarkerSlots slots)
{
    private readonly long _mark = slots.NextMark();
    private byte[]? _slot;
    private T? _value;

    /// <summary>Tells whether a COMMIT was sent and has not been answered.</summary>
    private bool _isUndecided;

    public async ValueTask<T> RunAsync(PostgreSqlStoreConnection connection)
    {
        _slot ??= slots.Take();
        await using var transaction = await connection.Connection.BeginTransactionAsync();
        var isFirst = await connection.ExecuteAsync(
            $"""
            INSERT INTO write_marks (slot, mark, used_at)
            VALUES (@slot, @mark, {CommitMarkerSlots.Now})
            ON CONFLICT (slot) DO UPDATE SET mark = excluded.mark, used_at = excluded.used_at
            WHERE write_marks.mark <> excluded.mark
            """,
            ("@slot", _slot), ("@mark", _mark)) == 1;
        if (isFirst)
        {
            _isUndecided = false;
            _value = await unit(connection);
            _isUndecided = true;
        }
        else
        {
            // The transaction must write, so that its commit waits for a synchronous standby: a write that only the old
            // primary knew has not happened.
            await connection.FirstAsync(
                "SELECT pg_logical_emit_message(true, 'tokenauth', '')::text", row => row.GetString(0));
        }

        await transaction.CommitAsync();
        _isUndecided = false;
        return _value!;
    }

    /// <summary>
    /// Ends the write after its last attempt. A slot whose last COMMIT is undecided is not used again.
    /// </summary>
    public void End()
    {
        if (_slot is not null && !_isUndecided)
            slots.Return(_slot);
    }
}

/// <summary>The slots of one process, as many as it ever had concurrent writes.</summary>
internal sealed class CommitMarkerSlots
{
    /// <summary>
    /// The time of the transaction by the server's clock in milliseconds, as SQL. It is the time of rows in the
    /// engine's own tables, and decides when they expire.
    /// </summary>
    public const string Now = "(extract(epoch FROM now()) * 1000)::bigint";

    private readonly ConcurrentBag<byte[]> _free = [];
    private long _mark;

    public long NextMark() => Interlocked.Increment(ref _mark);

    public byte[] Take() => _free.TryTake(out var slot) ? slot : RandomNumberGenerator.GetBytes(16);

    public void Return(byte[] slot) => _free.Add(slot);
}
