using Npgsql;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Sessions;
using TokenAuth.Kernel.Storage.Caching;
using TokenAuth.Kernel.Storage.PostgreSql;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Kernel.Storage.PostgreSql;

/// <summary>What PostgreSQL tells of its changes, in whatever order they become visible.</summary>
public sealed class PostgreSqlChangeFeedTests : StoreContract<PostgreSqlEngine>
{
    [Fact]
    public async Task The_accounts_of_ended_sessions_are_told()
    {
        var log = await OpenedAsync();
        var session = (await CheckAsync(await IssueAsync(TimeSpan.FromHours(1))))!;
        Assert.Equal([], await log.ReadAsync());

        await Node.Sessions.EndAsync(session.Id, session.AccountId, null, default);

        Assert.Equal([Fixture.Alice.Id], await log.ReadAsync());
    }

    [Theory]
    [InlineData("UPDATE accounts SET state = 1")]
    [InlineData("UPDATE accounts SET display_name = 'Somebody else'")]
    [InlineData("UPDATE sessions SET permissions = ''")]
    [InlineData("UPDATE sessions SET expires_at = 0")]
    [InlineData("DELETE FROM sessions")]
    [InlineData("SET session_replication_role = replica; DELETE FROM sessions")]
    [InlineData("SET search_path = pg_catalog; DELETE FROM public.sessions")]
    public async Task A_change_by_hand_is_told_too(string sql)
    {
        await IssueAsync(TimeSpan.FromHours(1));
        var log = await OpenedAsync();

        await Engine.Database.Cluster.ExecuteAsync(sql, Engine.Database.Name);

        Assert.Contains(Fixture.Alice.Id, (await log.ReadAsync())!);
    }

    [Theory]
    [InlineData("UPDATE applications SET name = 'Another'")]
    [InlineData("TRUNCATE sessions")]
    public async Task Some_may_have_changed_anything(string sql)
    {
        var log = await OpenedAsync();

        await Engine.Database.Cluster.ExecuteAsync(sql, Engine.Database.Name);

        Assert.Null(await log.ReadAsync());
    }

    [Fact]
    public async Task A_slide_is_no_change()
    {
        var text = await IssueAsync(TimeSpan.FromHours(1), slides: true);
        var log = await OpenedAsync();

        Clock.Advance(TimeSpan.FromMinutes(30));
        Assert.Equal(Clock.GetUtcNow().AddHours(1), (await CheckAsync(text))!.ExpiresAt);

        Assert.Equal([], await log.ReadAsync());
    }

    [Fact]
    public async Task What_others_do_for_long_in_the_same_server_makes_nothing_be_told_twice()
    {
        var session = (await CheckAsync(await IssueAsync(TimeSpan.FromHours(1))))!;
        await using var slow = await ((PostgreSqlStore)Other.Store).Source.OpenConnectionAsync();
        await using var transaction = await slow.BeginTransactionAsync();
        await using (var number = new NpgsqlCommand("SELECT pg_current_xact_id()", slow))
            await number.ExecuteScalarAsync();
        var log = await OpenedAsync();

        await Node.Sessions.EndAsync(session.Id, session.AccountId, null, default);

        Assert.Equal([Fixture.Alice.Id], await log.ReadAsync());
        Assert.Equal([], await log.ReadAsync());
    }

    [Fact]
    public async Task A_question_that_fails_loses_nothing()
    {
        var session = (await CheckAsync(await IssueAsync(TimeSpan.FromHours(1))))!;
        var log = await OpenedAsync();
        await Node.Sessions.EndAsync(session.Id, session.AccountId, null, default);
        await Engine.Database.Cluster.ExecuteAsync("ALTER TABLE session_changes RENAME TO lost", Engine.Database.Name);
        await Assert.ThrowsAsync<PostgresException>(async () => await log.ReadAsync());

        await Engine.Database.Cluster.ExecuteAsync("ALTER TABLE lost RENAME TO session_changes", Engine.Database.Name);

        Assert.Equal([Fixture.Alice.Id], await log.ReadAsync());
    }

    [Fact]
    public async Task A_transaction_that_began_first_and_commits_last_is_told()
    {
        var (first, last) = ((await CheckAsync(await IssueAsync(TimeSpan.FromHours(1))))!.Id, RandomToken.Hex(32));
        await Node.Sessions.IssueAsync(
            new NewSession(Dialect, last, Secret: null, Fixture.Gallery.Id, Fixture.Bob.Id, Permissions: "", TimeSpan.FromHours(1), Slides: false, Home), default);
        var log = await OpenedAsync();

        await using var slow = await ((PostgreSqlStore)Other.Store).Source.OpenConnectionAsync();
        await using var transaction = await slow.BeginTransactionAsync();
        await using (var delete = new NpgsqlCommand($"DELETE FROM sessions WHERE id = {first}", slow))
            await delete.ExecuteNonQueryAsync();
        await Node.Sessions.EndAsync((await CheckAsync(last))!.Id, Fixture.Bob.Id, null, default);
        Assert.Equal([Fixture.Bob.Id], await log.ReadAsync());

        await transaction.CommitAsync();

        Assert.Equal([Fixture.Alice.Id], await log.ReadAsync());
        Assert.Equal([], await log.ReadAsync());
    }

    [Fact]
    public async Task What_was_rolled_back_is_not_told()
    {
        await IssueAsync(TimeSpan.FromHours(1));
        var log = await OpenedAsync();

        await Assert.ThrowsAsync<InvalidCastException>(async () => await Node.Store.WriteAsync<int>(async connection =>
        {
            await connection.ExecuteAsync("DELETE FROM sessions");
            throw new InvalidCastException();
        }));

        Assert.Equal([], await log.ReadAsync());
    }

    [Fact]
    public async Task After_connections_were_lost_anything_may_have_changed()
    {
        var log = await OpenedAsync();

        await Engine.Database.Cluster.ExecuteAsync($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{Engine.Database.Name}'");

        Assert.Null(await log.ReadAsync());
        Assert.Null(await log.ReadAsync());
        Assert.Equal([], await log.ReadAsync());
    }

    [Fact]
    public async Task A_trigger_that_is_off_is_found_by_a_check()
    {
        await Engine.Database.Cluster.ExecuteAsync("ALTER TABLE sessions DISABLE TRIGGER tell_ended_session", Engine.Database.Name);

        Assert.Contains(await Node.Store.CheckAsync(), finding => finding.Contains("tell_ended_session", StringComparison.Ordinal));
    }

    private async Task<ChangeFeed> OpenedAsync()
    {
        var log = Node.Store.OpenChangeFeed();
        Assert.Null(await log.ReadAsync());
        return log;
    }
}
