using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Kernel.Storage.PostgreSql;

/// <summary>PostgreSQL's plan of an exchange, with statistics from before a rush of confirmations.</summary>
public sealed class ExchangePlanTests : StoreContract<PostgreSqlEngine>
{
    private const int Many = 5_000;

    [Fact]
    public async Task An_exchange_does_not_read_the_handshakes_of_others()
    {
        await AddAsync(from: 0, account: "NULL");
        await Node.Store.WriteAsync(connection => connection.ExecuteAsync("ANALYZE handshakes"));
        var text = await OpenConfirmedAsync();
        await AddAsync(from: Many, account: $"{Fixture.Bob.Id}");
        var before = await ReadRowsAsync();

        Assert.NotNull(await ExchangeAsync(text));

        Assert.InRange(await ReadRowsAsync() - before, 0, 100);
    }

    private ValueTask<int> AddAsync(int from, string account) => Node.Store.WriteAsync(
        connection => connection.ExecuteAsync(
            $"""
            INSERT INTO handshakes (token_hash, dialect, application_id, account_id, permissions, session_slides,
                                    opened_at, opened_from, expires_at)
            SELECT sha256(i::text::bytea), '{Dialect}', {Fixture.Gallery.Id}, {account}, '', false, 0, '', {long.MaxValue}
            FROM generate_series({from}, {from + Many - 1}) i
            """));

    /// <summary>Returns the number of rows that scans of the index of confirmed handshakes have read.</summary>
    private async Task<long> ReadRowsAsync()
    {
        // The store lends the connection that it used last, which has not reported its reads yet.
        await Node.Store.ReadAsync(connection => connection.FirstAsync(
            "SELECT pg_stat_force_next_flush()::text", row => row.GetString(0)));
        return await Engine.Database.Cluster.ScalarAsync<long>(
            "SELECT idx_tup_read FROM pg_stat_user_indexes WHERE indexrelname = 'ix_handshakes_account_id'",
            Engine.Database.Name);
    }
}
