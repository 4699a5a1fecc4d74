using System.Data.Common;
using System.Net;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging.Abstractions;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Operations;
using TokenAuth.Kernel.Storage;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Kernel.Storage.Sqlite;

/// <summary>Writes that SQLite cannot perform.</summary>
public sealed class SqliteFaultTests : StoreContract<SqliteEngine>
{
    [Fact]
    public async Task A_full_disk_fails_whole_writes_and_reads_continue()
    {
        var known = await IssueAsync(lifetime: null);
        await LimitAsync(1);
        var fits = 0;
        var refusal = await Record.ExceptionAsync(async () =>
        {
            for (; fits < 2000; fits++)
                await IssueAsync(lifetime: null);
        });

        Assert.Equal(SQLitePCL.raw.SQLITE_FULL, Assert.IsType<SqliteException>(refusal).SqliteErrorCode);
        Assert.NotNull(await CheckAsync(known));
        Assert.Equal(1 + fits, await Node.CountAsync("sessions"));

        await LimitAsync(1_000_000);
        await IssueAsync(lifetime: null);
        Assert.Empty(await Node.Store.CheckAsync());
    }

    [Fact]
    public async Task A_read_only_file_can_be_read()
    {
        var known = await IssueAsync(lifetime: null);
        await Node.Store.WriteAsync(connection => connection.ExecuteAsync("PRAGMA query_only=1"));

        for (var i = 0; i < 20; i++)
            Assert.True(
                StoreUnavailableException.IsBehind(
                    await Record.ExceptionAsync(() => Node.Store.ProbeWriteAsync(DateTimeOffset.UnixEpoch))));
        await Node.Store.ProbeAsync();
        Assert.NotNull(await CheckAsync(known));
    }

    [Fact]
    public async Task A_disk_that_hangs_makes_the_node_not_ready()
    {
        var disk = new TaskCompletionSource<bool>();
        var hanging = Node.Store.SerializeWriteAsync(() => disk.Task);
        var health = new StoreHealth(Node.Store, new ImpatientClock(), NullLogger<StoreHealth>.Instance);

        var result = await health.CheckHealthAsync(new HealthCheckContext());

        Assert.Equal((HealthStatus.Unhealthy, "the store cannot be written"), (result.Status, result.Description));
        disk.SetResult(true);
        await hanging;
    }

    [Fact]
    public async Task Security_events_that_could_not_be_written_are_all_written_next_time()
    {
        var log = Node.Get<SecurityLog>();
        for (var i = 0; i < 1200; i++)
            log.Add(new SecurityEvent(EventKind.SignInFailed, Fixture.Alice.Id, From: new IPAddress(i)));
        await LimitAsync(1);
        await Assert.ThrowsAnyAsync<DbException>(() => log.FlushAsync(default));

        await LimitAsync(1_000_000);
        await log.FlushAsync(default);

        Assert.Equal(1200, await Node.Store.ReadAsync(connection => connection.FirstAsync(
            "SELECT COUNT(*) FROM security_events WHERE kind = 'sign_in_failed'", row => row.GetInt64(0))));
    }

    [Fact]
    public async Task A_lock_that_is_never_released_fails_all_waiting_writes_together_and_the_next_without_waiting()
    {
        await IssueAsync(lifetime: null);
        await Node.Store.WriteAsync(connection => connection.ExecuteAsync("PRAGMA busy_timeout=100"));
        await using (var other = new SqliteConnection(
            $"Data Source={Path.Combine(Engine.Data.FullName, "tokenauth.db")};Pooling=False"))
        {
            await other.OpenAsync();
            await using var command = other.CreateCommand();
            command.CommandText = "BEGIN IMMEDIATE";
            await command.ExecuteNonQueryAsync();

            var waited = await Task.WhenAll(
                Enumerable.Range(0, 300).Select(_ => Record.ExceptionAsync(() => IssueAsync(lifetime: null)).AsTask()));
            Assert.All(waited, refusal => Assert.True(StoreUnavailableException.IsBehind(refusal)));
            waited = await Task.WhenAll(
                Enumerable.Range(0, 100).Select(_ => Record.ExceptionAsync(() => IssueAsync(lifetime: null)).AsTask()));
            Assert.All(waited, refusal => Assert.True(StoreUnavailableException.IsBehind(refusal)));
            Assert.Contains(waited, refusal => refusal is StoreUnavailableException);
        }

        Assert.Equal(1, await Node.CountAsync("sessions"));
        await PublishedServer.UntilAsync(
            async () => await Record.ExceptionAsync(() => IssueAsync(lifetime: null)) is null, TimeSpan.FromMinutes(1));
    }

    /// <summary>A clock whose timers fire at once.</summary>
    private sealed class ImpatientClock : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, TimeSpan.Zero, period);
    }

    private async Task LimitAsync(int pages) => await Node.Store.WriteAsync(
        connection => connection.FirstAsync($"PRAGMA max_page_count={pages}", row => row.GetInt64(0)));
}
