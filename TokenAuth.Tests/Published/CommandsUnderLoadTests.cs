using Microsoft.Data.Sqlite;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Published;

/// <summary>
/// The server writes without a pause while it is busy, and SQLite gives its write lock to whoever happens to ask in a gap. A command,
/// which is another process, must get its turn all the same.
/// </summary>
[Collection(PublishedCopy.Collection)]
public sealed class CommandsUnderLoadTests(PublishedCopy copy, ITestOutputHelper output)
{
    private const int Clients = 32;

    /// <summary>A command's connection gives up after this: its busy timeout.</summary>
    private static readonly TimeSpan CommandsPatience = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task Commands_get_their_turn_to_write_while_the_server_writes_all_the_time()
    {
        await using var cast = await copy.CastAsync();
        var server = await cast.Installation.ServeAsync();
        using var stop = new CancellationTokenSource();
        var tokens = 0;
        var load = Enumerable.Range(0, Clients).Select(async _ =>
        {
            using var wire = new Wire();
            while (!stop.IsCancellationRequested)
            {
                Assert.Equal(38, (await wire.CreateTokenAsync(server.Http, cast.Gallery)).GetString()!.Length);
                Interlocked.Increment(ref tokens);
            }
        }).ToList();

        await PublishedServer.UntilAsync(() => Task.FromResult(Volatile.Read(ref tokens) > 300), TimeSpan.FromSeconds(30));
        var waits = new List<TimeSpan>();
        var before = Volatile.Read(ref tokens);
        var all = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < 50; i++)
            waits.Add(await TimedAsync(() => WriteAsync(cast.Installation.Database)));
        var rate = (Volatile.Read(ref tokens) - before) / TimeProvider.System.GetElapsedTime(all).TotalSeconds;
        var app = await TimedAsync(() => cast.Installation.AddAppAsync("Under load", "--kind", "web"));
        var account = await TimedAsync(() => cast.Installation.AddAccountAsync("under_load"));
        await stop.CancelAsync();
        await Task.WhenAll(load);
        var (appAlone, accountAlone) = (
            await TimedAsync(() => cast.Installation.AddAppAsync("Alone", "--kind", "web")),
            await TimedAsync(() => cast.Installation.AddAccountAsync("alone")));

        waits.Sort();
        output.WriteLine($"{rate:0} tokens a second; another process waits for the write lock: median {Ms(waits[25])}, longest {Ms(waits[^1])}");
        output.WriteLine($"app add {Ms(app)} (alone {Ms(appAlone)}), account add {Ms(account)} (alone {Ms(accountAlone)})");
        Assert.InRange(waits[^1], TimeSpan.Zero, CommandsPatience);
    }

    private static async Task<TimeSpan> TimedAsync(Func<Task> work)
    {
        var started = TimeProvider.System.GetTimestamp();
        await work();
        return TimeProvider.System.GetElapsedTime(started);
    }

    /// <summary>What a command does, without its start: takes the write lock as its connection would, and lets it go.</summary>
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
