using TokenAuth.Kernel.Storage;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Kernel.Storage.PostgreSql;

/// <summary>A node whose PostgreSQL, or the connection to it, fails in the middle of an operation.</summary>
public sealed class PostgreSqlFaultTests : IAsyncLifetime
{
    private PostgreSqlDatabase _database = null!;
    private Relay _relay = null!;
    private StoreNode _node = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await PostgreSqlDatabase.CreateAsync();
        _relay = new Relay(_database.Cluster.Port);
        _node = Open("Timeout=60;Command Timeout=60;Options=");
    }

    public async ValueTask DisposeAsync()
    {
        await _node.DisposeAsync();
        await _relay.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Theory]
    [InlineData("Commits", 1, 2)]
    [InlineData("Commits", 3, 4)]
    [InlineData("Answers", 1, 1)]
    public async Task A_write_whose_commit_or_answer_is_lost_happens_once_and_succeeds(string loss, int times, int runs)
    {
        await CountUpAsync();
        var ran = 0;
        _relay.Lose(Enum.Parse<Relay.Loss>(loss), times);

        Assert.Equal(2, await CountUpAsync(() => ran++));

        Assert.Equal(runs, ran);
        Assert.Equal(2, await CountAsync());
    }

    [Fact]
    public async Task A_write_waits_for_a_commit_in_progress()
    {
        await CountUpAsync();
        await ExecuteAsync(
            "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ "
            + "BEGIN PERFORM pg_sleep(1); RETURN NULL; END $$");
        await ExecuteAsync(
            "CREATE CONSTRAINT TRIGGER slow AFTER UPDATE ON replays DEFERRABLE INITIALLY DEFERRED "
            + "FOR EACH ROW EXECUTE FUNCTION slow()");
        var ran = 0;
        _relay.Lose(Relay.Loss.Connection);

        Assert.Equal(2, await CountUpAsync(() => ran++));

        Assert.Equal(1, ran);
        Assert.Equal(2, await CountAsync());
    }

    [Fact]
    public async Task A_server_at_its_connection_limit_is_used_over_the_open_connections()
    {
        await ExecuteAsync($"ALTER DATABASE {_database.Name} CONNECTION LIMIT 4");
        await using var limited = Open("Timeout=60;Command Timeout=60;Options=;Maximum Pool Size=30");

        var seen = await Task.WhenAll(Enumerable.Range(0, 400).Select(_ => Task.Run(async () =>
        {
            for (var tries = 0; ; tries++)
            {
                try
                {
                    return await limited.Store.ReadAsync(Count);
                }
                catch (System.Data.Common.DbException) when (tries < 50)
                {
                    // Refused, which is unambiguous; the open connections still work.
                }
            }
        })));

        Assert.All(seen, count => Assert.Equal(0, count));
    }

    [Fact]
    public async Task Simultaneous_writes_with_lost_commits_and_answers_count_exactly_once_each()
    {
        await CountUpAsync();
        for (var round = 0; round < 10; round++)
        {
            _relay.Lose(round % 2 == 0 ? Relay.Loss.Answers : Relay.Loss.Commits);
            var seen = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => CountUpAsync())));
            Assert.Equal(8, seen.Distinct().Count());
        }

        Assert.Equal(81, await CountAsync());
    }

    [Fact]
    public async Task A_write_that_cannot_finish_fails_and_leaves_nothing()
    {
        await CountUpAsync();
        _relay.Lose(Relay.Loss.Commits, times: 100);

        await Assert.ThrowsAsync<StoreUnavailableException>(() => CountUpAsync());

        _relay.Lose(Relay.Loss.Nothing);
        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task Reads_continue_after_connections_break()
    {
        await CountUpAsync();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => CountAsync()));
        await _database.Cluster.ExecuteAsync(
            $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{_database.Name}'");

        Assert.All(
            await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => CountAsync())), count => Assert.Equal(1, count));
    }

    [Fact]
    public async Task While_the_server_is_silent_calls_fail_without_connecting_and_afterwards_they_succeed()
    {
        await using var node = Open("Timeout=1;Command Timeout=1;Options=");
        await node.Store.ReadAsync(Count);
        _relay.Lose(Relay.Loss.Silence);
        for (var i = 0; i < 3; i++)
            await Task.WhenAll(
                Enumerable.Range(0, 8).Select(
                    _ => Assert.ThrowsAsync<StoreUnavailableException>(() => node.Store.ReadAsync(Count).AsTask())));

        var asked = _relay.Connections;
        var refused = await Task.WhenAll(
            Enumerable.Range(0, 200).Select(
                _ => Assert.ThrowsAsync<StoreUnavailableException>(() => node.Store.ReadAsync(Count).AsTask())));

        Assert.InRange(_relay.Connections - asked, 0, 20);
        Assert.Contains(refused, refusal => refusal.InnerException is Polly.CircuitBreaker.BrokenCircuitException);
        Assert.True(node.Store.IsRefusing);
        _relay.Lose(Relay.Loss.Nothing);
        await PublishedServer.UntilAsync(() => IsBackAsync(node), TimeSpan.FromMinutes(1));
        Assert.False(node.Store.IsRefusing);
    }

    [Fact]
    public async Task A_full_disk_fails_whole_writes_and_reads_continue()
    {
        await CountUpAsync();
        await ExecuteAsync(
            "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ "
            + "BEGIN RAISE EXCEPTION 'No space left on device' USING ERRCODE = 'disk_full'; END $$");
        await ExecuteAsync(
            "CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE ON replays FOR EACH ROW EXECUTE FUNCTION full_disk()");

        for (var i = 0; i < 20; i++)
            Assert.True(StoreUnavailableException.IsBehind(await Record.ExceptionAsync(() => CountUpAsync())));
        Assert.Equal(1, await CountAsync());

        await ExecuteAsync("DROP TRIGGER full_disk ON replays");
        Assert.Equal(2, await CountUpAsync());
    }

    [Fact]
    public async Task A_read_only_store_can_be_read()
    {
        await CountUpAsync();
        await _database.Cluster.ExecuteAsync($"ALTER DATABASE {_database.Name} SET default_transaction_read_only = on");
        await using var node = Open("Timeout=60;Command Timeout=60;Options=");

        for (var i = 0; i < 20; i++)
            Assert.True(
                StoreUnavailableException.IsBehind(
                    await Record.ExceptionAsync(() => node.Store.ProbeWriteAsync(DateTimeOffset.UnixEpoch))));
        await node.Store.ProbeAsync();
        Assert.Equal(1, await node.Store.ReadAsync(Count));
    }

    [Theory]
    [InlineData("a\0b")]
    [InlineData("\ud800")]
    public async Task A_text_that_PostgreSQL_cannot_store_is_not_found(string text)
    {
        Assert.Null(
            await _node.Get<TokenAuth.Kernel.Applications.ApplicationDirectory>().FindEnabledAsync(text, default));
        Assert.Null(await _node.Get<TokenAuth.Kernel.Accounts.AccountDirectory>().FindAsync(text, default));
    }

    private static ValueTask<long> Count(StoreConnection connection) =>
        connection.FirstAsync("SELECT COALESCE(MAX(expires_at), 0) FROM replays", row => row.GetInt64(0));

    private StoreNode Open(string connection)
    {
        var settings = _database.Settings;
        settings["ConnectionStrings:TokenAuth"] =
            $"Host=127.0.0.1;Port={_relay.Port};Username=tokenauth;Database={_database.Name};{connection}";
        return new StoreNode(settings, new TestClock());
    }

    /// <summary>A write whose result shows whether it happened twice.</summary>
    private async Task<long> CountUpAsync(Action? ran = null) => await _node.Store.WriteAsync(connection =>
    {
        ran?.Invoke();
        return connection.FirstAsync(
            """
            INSERT INTO replays (subject_hash, expires_at) VALUES (@subject, 1)
            ON CONFLICT (subject_hash) DO UPDATE SET expires_at = replays.expires_at + 1 RETURNING expires_at
            """,
            row => row.GetInt64(0), ("@subject", new byte[] { 1 }));
    });

    private async Task<long> CountAsync() => await _node.Store.ReadAsync(Count);

    private Task ExecuteAsync(string sql) => _database.Cluster.ExecuteAsync(sql, _database.Name);

    private static async Task<bool> IsBackAsync(StoreNode node)
    {
        try
        {
            await node.Store.ReadAsync(Count);
            return true;
        }
        catch (StoreUnavailableException)
        {
            return false;
        }
    }
}
