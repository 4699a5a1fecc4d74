using Npgsql;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Sessions;
using TokenAuth.Kernel.Storage.Caching;
using TokenAuth.Kernel.Storage.PostgreSql;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Kernel.Storage.PostgreSql;

/// <summary>PostgreSQL's change feed, whatever the order in which changes become visible.</summary>
public sealed class PostgreSqlChangeFeedTests : StoreContract<PostgreSqlEngine>
{
    [Fact]
    public async Task The_feed_reports_the_accounts_of_ended_sessions()
    {
        var feed = await OpenedAsync();
        var session = (await CheckAsync(await IssueAsync(TimeSpan.FromHours(1))))!;
        Assert.Equal([], await feed.ReadAsync());

        await Node.Sessions.EndAsync(session.Id, session.AccountId, null, default);

        Assert.Equal([Fixture.Alice.Id], await feed.ReadAsync());
    }

    [Theory]
    [InlineData("UPDATE accounts SET state = 1")]
    [InlineData("UPDATE accounts SET display_name = 'Somebody else'")]
    [InlineData("UPDATE sessions SET permissions = ''")]
    [InlineData("UPDATE sessions SET expires_at = 0")]
    [InlineData("DELETE FROM sessions")]
    [InlineData("SET session_replication_role = replica; DELETE FROM sessions")]
    [InlineData("SET search_path = pg_catalog; DELETE FROM public.sessions")]
    public async Task The_feed_reports_manual_changes(string sql)
    {
        await IssueAsync(TimeSpan.FromHours(1));
        var feed = await OpenedAsync();

        await Engine.Database.Cluster.ExecuteAsync(sql, Engine.Database.Name);

        Assert.Contains(Fixture.Alice.Id, (await feed.ReadAsync())!);
    }

    [Theory]
    [InlineData("UPDATE applications SET name = 'Another'")]
    [InlineData("TRUNCATE sessions")]
    public async Task After_a_change_of_no_particular_account_anything_may_have_changed(string sql)
    {
        var feed = await OpenedAsync();

        await Engine.Database.Cluster.ExecuteAsync(sql, Engine.Database.Name);

        Assert.Null(await feed.ReadAsync());
    }

    [Fact]
    public async Task Extending_a_session_is_not_reported()
    {
        var text = await IssueAsync(TimeSpan.FromHours(1), slides: true);
        var feed = await OpenedAsync();

        Clock.Advance(TimeSpan.FromMinutes(30));
        Assert.Equal(Clock.GetUtcNow().AddHours(1), (await CheckAsync(text))!.ExpiresAt);

        Assert.Equal([], await feed.ReadAsync());
    }

    [Fact]
    public async Task A_long_transaction_on_the_same_server_causes_no_repeated_report()
    {
        var session = (await CheckAsync(await IssueAsync(TimeSpan.FromHours(1))))!;
        await using var slow = await ((PostgreSqlStore)Other.Store).Source.OpenConnectionAsync();
        await using var transaction = await slow.BeginTransactionAsync();
        await using (var number = new NpgsqlCommand("SELECT pg_current_xact_id()", slow))
            await number.ExecuteScalarAsync();
        var feed = await OpenedAsync();

        await Node.Sessions.EndAsync(session.Id, session.AccountId, null, default);

        Assert.Equal([Fixture.Alice.Id], await feed.ReadAsync());
        Assert.Equal([], await feed.ReadAsync());
    }

    [Fact]
    public async Task A_failed_poll_loses_no_change()
    {
        var session = (await CheckAsync(await IssueAsync(TimeSpan.FromHours(1))))!;
        var feed = await OpenedAsync();
        await Node.Sessions.EndAsync(session.Id, session.AccountId, null, default);
        await Engine.Database.Cluster.ExecuteAsync("ALTER TABLE session_changes RENAME TO lost", Engine.Database.Name);
        await Assert.ThrowsAsync<PostgresException>(async () => await feed.ReadAsync());

        await Engine.Database.Cluster.ExecuteAsync("ALTER TABLE lost RENAME TO session_changes", Engine.Database.Name);

        Assert.Equal([Fixture.Alice.Id], await feed.ReadAsync());
    }

    [Fact]
    public async Task A_transaction_that_begins_first_and_commits_last_is_reported()
    {
        var (first, last) = ((await CheckAsync(await IssueAsync(TimeSpan.FromHours(1))))!.Id, RandomToken.Hex(32));
        await Node.Sessions.IssueAsync(
            new NewSession(
                Dialect, last, Secret: null, Fixture.Gallery.Id, Fixture.Bob.Id, Permissions: "", TimeSpan.FromHours(1),
                Slides: false, Home), default);
        var feed = await OpenedAsync();

        await using var slow = await ((PostgreSqlStore)Other.Store).Source.OpenConnectionAsync();
        await using var transaction = await slow.BeginTransactionAsync();
        await using (var delete = new NpgsqlCommand($"DELETE FROM sessions WHERE id = {first}", slow))
            await delete.ExecuteNonQueryAsync();
        await Node.Sessions.EndAsync((await CheckAsync(last))!.Id, Fixture.Bob.Id, null, default);
        Assert.Equal([Fixture.Bob.Id], await feed.ReadAsync());

        await transaction.CommitAsync();

        Assert.Equal([Fixture.Alice.Id], await feed.ReadAsync());
        Assert.Equal([], await feed.ReadAsync());
    }

    [Fact]
    public async Task A_rolled_back_change_is_not_reported()
    {
        await IssueAsync(TimeSpan.FromHours(1));
        var feed = await OpenedAsync();

        await Assert.ThrowsAsync<InvalidCastException>(async () => await Node.Store.WriteAsync<int>(async connection =>
        {
            await connection.ExecuteAsync("DELETE FROM sessions");
            throw new InvalidCastException();
        }));

        Assert.Equal([], await feed.ReadAsync());
    }

    [Fact]
    public async Task After_lost_connections_anything_may_have_changed()
    {
        var feed = await OpenedAsync();

        await Engine.Database.Cluster.ExecuteAsync(
            $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{Engine.Database.Name}'");

        Assert.Null(await feed.ReadAsync());
        Assert.Null(await feed.ReadAsync());
        Assert.Equal([], await feed.ReadAsync());
    }

    [Fact]
    public async Task A_check_detects_a_disabled_trigger()
    {
        await Engine.Database.Cluster.ExecuteAsync(
            "ALTER TABLE sessions DISABLE TRIGGER tell_ended_session", Engine.Database.Name);

        Assert.Contains(
            await Node.Store.CheckAsync(), finding => finding.Contains("tell_ended_session", StringComparison.Ordinal));
    }

    private async Task<ChangeFeed> OpenedAsync()
    {
        var feed = Node.Store.OpenChangeFeed();
        Assert.Null(await feed.ReadAsync());
        return feed;
    }
}
