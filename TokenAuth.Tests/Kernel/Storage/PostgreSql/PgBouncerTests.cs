using TokenAuth.Kernel.Storage;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Kernel.Sessions;

namespace TokenAuth.Tests.Kernel.Storage.PostgreSql;

// The contracts that depend on server connections: prepared statements, locks, transactions.
public sealed class PgBouncerExchangeTests : ExchangeContract<PgBouncerEngine>;

public sealed class PgBouncerUnitTests : UnitContract<PgBouncerEngine>;

public sealed class PgBouncerLookUpTests : RowQueryContract<PgBouncerEngine>;

public sealed class PgBouncerPutTests : InsertContract<PgBouncerEngine>;

public sealed class PgBouncerStartTests : StartContract<PgBouncerEngine>;

/// <summary>Stores behind a pooler.</summary>
public sealed class PgBouncerTests
{
    [Fact]
    public async Task Migrating_leaves_no_lock_on_a_server_connection()
    {
        await using var engine = new PgBouncerEngine();
        await engine.StartEmptyAsync();

        await engine.OpenNode().PrepareAsync();

        Assert.Equal(0, await engine.Database.Cluster.ScalarAsync<long>(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database "
            + "WHERE datname = current_database())",
            engine.Database.Name));
    }

    [Fact]
    public async Task No_statement_is_prepared_on_shared_server_connections()
    {
        await using var engine = new PgBouncerEngine();
        await engine.StartAsync();
        var store = engine.OpenNode().Store;

        var prepared = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Task.Run(async () =>
        {
            await store.ApplyAsync(
                "INSERT INTO replays (subject_hash, expires_at) VALUES (@subject, 0) "
                + "ON CONFLICT (subject_hash) DO NOTHING",
                [("@subject", BitConverter.GetBytes(i))]);
            return await store.ReadAsync(
                connection => connection.FirstAsync(
                    "SELECT count(*) FROM pg_prepared_statements", row => row.GetInt64(0)));
        })));

        Assert.All(prepared, count => Assert.Equal(0, count));
    }

    [Fact]
    public async Task Without_a_pooler_statements_are_prepared()
    {
        await using var engine = new PostgreSqlEngine();
        await engine.StartAsync();

        Assert.NotEqual(0, await engine.OpenNode().Store.ReadAsync(
            connection => connection.FirstAsync(
                "SELECT count(*) FROM pg_prepared_statements", row => row.GetInt64(0))));
    }

    [Fact]
    public async Task A_check_detects_a_pooler_that_allows_no_transactions()
    {
        await using var database = await PostgreSqlDatabase.CreateAsync();
        await using var bouncer = await PgBouncer.StartAsync(database.Cluster, mode: "statement");
        await using var node = new StoreNode(
            new(database.Settings, StringComparer.Ordinal)
            {
                ["ConnectionStrings:TokenAuth"] = bouncer.ConnectionString(database.Name),
            },
            TimeProvider.System);

        var refusal = await Record.ExceptionAsync(() => node.Store.CheckAsync());

        Assert.True(StoreUnavailableException.IsBehind(refusal));
        Assert.Contains("statement pooling mode", refusal!.GetBaseException().Message, StringComparison.Ordinal);
    }
}
