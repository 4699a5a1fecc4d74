using Microsoft.Data.Sqlite;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Published;

/// <summary>
/// A busy server writes without a pause, and SQLite gives its write lock to any connection that asks in a gap. A
/// command is another process and must still get the lock.
/// </summary>
[Collection(PublishedCopy.Collection)]
public sealed class CommandsUnderLoadTests(PublishedCopy copy, ITestOutputHelper output)
{
    private const int Clients = 32;

    /// <summary>A command's connection gives up after its busy timeout.</summary>
    private static readonly TimeSpan CommandsTimeout = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task Commands_get_the_write_lock_while_the_server_writes_constantly()
    {
        await using var fixture = await copy.CastAsync();
        var server = await fixture.Installation.ServeAsync();
        using var stop = new CancellationTokenSource();
        var tokens = 0;
        var load = Enumerable.Range(0, Clients).Select(async _ =>
        {
            using var wire = new Wire();
            while (!stop.IsCancellationRequested)
            {
                Assert.Equal(38, (await wire.CreateTokenAsync(server.Http, fixture.Gallery)).GetString()!.Length);
                Interlocked.Increment(ref tokens);
            }
        }).ToList();

        await PublishedServer.UntilAsync(
            () => Task.FromResult(Volatile.Read(ref tokens) > 300), TimeSpan.FromSeconds(30));
        var waits = new List<TimeSpan>();
        var before = Volatile.Read(ref tokens);
        var all = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < 50; i++)
            waits.Add(await TimedAsync(() => WriteAsync(fixture.Installation.Database)));
        var rate = (Volatile.Read(ref tokens) - before) / TimeProvider.System.GetElapsedTime(all).TotalSeconds;
        var app = await TimedAsync(() => fixture.Installation.AddAppAsync("Under load", "--kind", "web"));
        var account = await TimedAsync(() => fixture.Installation.AddAccountAsync("under_load"));
        await stop.CancelAsync();
        await Task.WhenAll(load);
        var (appAlone, accountAlone) = (
            await TimedAsync(() => fixture.Installation.AddAppAsync("Alone", "--kind", "web")),
            await TimedAsync(() => fixture.Installation.AddAccountAsync("alone")));

        waits.Sort();
        output.WriteLine($"{rate:0} tokens a second; another process waits for the write lock: "
            + $"median {Ms(waits[25])}, longest {Ms(waits[^1])}");
        output.WriteLine(
            $"app add {Ms(app)} (alone {Ms(appAlone)}), account add {Ms(account)} (alone {Ms(accountAlone)})");
        Assert.InRange(waits[^1], TimeSpan.Zero, CommandsTimeout);
    }

    private static async Task<TimeSpan> TimedAsync(Func<Task> work)
    {
        var started = TimeProvider.System.GetTimestamp();
        await work();
        return TimeProvider.System.GetElapsedTime(started);
    }

    /// <summary>
    /// The write of a command without its start: takes the write lock as its connection would, and releases it.
    /// </summary>
    private static Task WriteAsync(string database) => Task.Run(() =>
    {
        using var connection = new SqliteConnection($"Data Source={database};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA busy_timeout=30000; BEGIN IMMEDIATE; COMMIT";
        command.ExecuteNonQuery();
    });

    private static string Ms(TimeSpan span) => $"{span.TotalMilliseconds:0} ms";
}
