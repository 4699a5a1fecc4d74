using Npgsql;

namespace TokenAuth.Kernel.Storage;

/// <summary>One unit to be written, over all its attempts, so that it happens at most once.</summary>
internal sealed class PostgreSqlWrite<T>(Func<StoreConnection, ValueTask<T>> unit)
{
    private T? _value;

    /// <summary>The transaction whose COMMIT was sent and not answered.</summary>
    private string? _undecided;

    public async ValueTask<T> RunAsync(StoreConnection connection)
    {
        if (_undecided is { } earlier && await HasHappenedAsync(connection, earlier))
            return _value!;
        _undecided = null;

        await using var transaction = await ((NpgsqlConnection)connection.Connection).BeginTransactionAsync();
        var number = await connection.FirstAsync("SELECT pg_current_xact_id()::text", row => row.GetString(0));
        _value = await unit(connection);
        _undecided = number;
        await transaction.CommitAsync();
        return _value;
    }

    /// <summary>
    /// Asks what became of a transaction. The message is written to the log, so that where commits wait for a standby, the answer
    /// does too: what only the old primary knew has not happened.
    /// </summary>
    private static async ValueTask<bool> HasHappenedAsync(StoreConnection connection, string transaction)
    {
        var status = await connection.FirstAsync(
            """
            SELECT CASE WHEN @number::xid8 < pg_snapshot_xmax(pg_current_snapshot()) THEN pg_xact_status(@number::xid8) END,
                   pg_logical_emit_message(true, 'tokenauth', '')::text
            """,
            row => row.TextOrNull(0), ("@number", transaction));
        return status switch
        {
            "committed" => true,
            "in progress" => throw new UndecidedException(),
            _ => false,
        };
    }
}

/// <summary>The server that was left has not noticed yet; in a moment it will have.</summary>
internal sealed class UndecidedException() : Exception("A transaction is neither committed nor undone yet");
