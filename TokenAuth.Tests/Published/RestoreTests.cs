using Microsoft.Data.Sqlite;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Published;

/// <summary>A backup is made under load and restored after the server has crashed.</summary>
[Collection(PublishedCopy.Collection)]
public sealed class RestoreTests(PublishedCopy copy, ITestOutputHelper output)
{
    private const int Clients = 8;

    [Fact]
    public async Task A_backup_made_under_load_restores_the_store_of_one_moment_after_the_request()
    {
        await using var fixture = await copy.CastAsync();
        var installation = fixture.Installation;
        var server = await installation.ServeAsync();
        using var alice = await FormBrowser.SignedInAsync(
            server.Http, PublishedFixture.Alice, PublishedInstallation.Password);
        using var wire = new Wire();
        using var stop = new CancellationTokenSource();

        // A long-running reader keeps all further writes in the write-ahead log beside the store. The copy must include
        // them.
        await using var reader = new SqliteConnection(
            $"Data Source={installation.Database};Mode=ReadOnly;Pooling=False");
        await reader.OpenAsync();
        await using var look = reader.CreateCommand();
        look.CommandText = "BEGIN; SELECT count(*) FROM sessions";
        await look.ExecuteScalarAsync();

        // The sessions of each client in the order in which it opened them. A client requests the next session after it
        // has the last one.
        var answered = Enumerable.Range(0, Clients).Select(_ => new List<string>()).ToList();
        var load = Task.WhenAll(answered.Select(async sessions =>
        {
            while (!stop.IsCancellationRequested)
            {
                var session = await wire.SignInAsync(server.Http, fixture.Gallery, alice);
                lock (sessions)
                    sessions.Add(session);
            }
        }));
        int[] Counts() => [.. answered.Select(sessions =>
        {
            lock (sessions)
                return sessions.Count;
        })];
        Task EachHasAsync(Func<int, int> many) => PublishedServer.UntilAsync(
            () => Task.FromResult(
                load.IsFaulted || Counts().Select((count, client) => count >= many(client)).All(enough => enough)),
            TimeSpan.FromMinutes(1));

        await EachHasAsync(_ => 10);
        var before = Counts();
        var file = Path.Combine(installation.Root, "backup.db");
        Assert.Empty((await installation.RunAsync("db", "backup", file)).Succeeded().Output);
        var during = Counts();
        await EachHasAsync(client => during[client] + 5);
        await stop.CancelAsync();
        await load;
        await server.Process.KillAsync();
        await reader.CloseAsync();

        // A crashed server leaves its latest writes in files beside the store. They do not belong to the restored
        // store.
        File.Delete(installation.Database + "-wal");
        File.Delete(installation.Database + "-shm");
        File.Copy(file, installation.Database, overwrite: true);
        (await installation.RunAsync("db", "check")).Succeeded();
        var (sessions, handshakes) =
            (Count(installation, "sessions WHERE dialect = 'mediapost'"), Count(installation, "handshakes"));

        var again = await installation.ServeAsync();
        var restored = 0;
        foreach (var (own, client) in answered.Select((own, client) => (own, client)))
        {
            var good = new List<bool>();
            foreach (var session in own)
                good.Add(Wire.CodeOf(await wire.LoggedInUserAsync(again.Http, fixture.Gallery, session)) == 0);
            var first = good.TakeWhile(isGood => isGood).Count();
            Assert.DoesNotContain(true, good.Skip(first));
            Assert.InRange(first, before[client], during[client] + 1);
            restored += first;
        }

        output.WriteLine($"{before.Sum()} sessions before the backup, {restored} in it, {during.Sum()} after "
            + $"it, {answered.Sum(own => own.Count)} at the end");
        Assert.Equal(restored, sessions);
        Assert.InRange(handshakes, 0, Clients);
        Assert.Equal("1", (await wire.LoggedInUserAsync(
            again.Http, fixture.Gallery, await wire.SignInAsync(again.Http, fixture.Gallery, alice))).GetString());
    }

    private static long Count(PublishedInstallation installation, string what)
    {
        using var connection = new SqliteConnection($"Data Source={installation.Database};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The SQL texts are this class's own.
        command.CommandText = $"SELECT count(*) FROM {what}";
#pragma warning restore CA2100
        return (long)command.ExecuteScalar()!;
    }
}
