using Microsoft.Data.Sqlite;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Published;

/// <summary>A backup is made while everybody works, and put back after the server has fallen.</summary>
[Collection(PublishedCopy.Collection)]
public sealed class RestoreTests(PublishedCopy copy, ITestOutputHelper output)
{
    private const int Clients = 8;

    [Fact]
    public async Task A_backup_made_under_load_and_put_back_is_the_store_of_one_moment_after_it_was_asked_for()
    {
        await using var cast = await copy.CastAsync();
        var installation = cast.Installation;
        var server = await installation.ServeAsync();
        using var alice = await Person.SignInAsync(server.Http, PublishedFixture.Alice, PublishedInstallation.Password);
        using var wire = new Wire();
        using var stop = new CancellationTokenSource();

        // Somebody who reads for long: all that is written from now on stays in the log beside the store, which a copy must not forget.
        await using var reader = new SqliteConnection($"Data Source={installation.Database};Mode=ReadOnly;Pooling=False");
        await reader.OpenAsync();
        await using var look = reader.CreateCommand();
        look.CommandText = "BEGIN; SELECT count(*) FROM sessions";
        await look.ExecuteScalarAsync();

        // Of each client, its sessions in the order in which it got them: the next is asked for when the last one is there.
        var answered = Enumerable.Range(0, Clients).Select(_ => new List<string>()).ToList();
        var load = Task.WhenAll(answered.Select(async sessions =>
        {
            while (!stop.IsCancellationRequested)
            {
                var session = await wire.SignInAsync(server.Http, cast.Gallery, alice);
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
            () => Task.FromResult(load.IsFaulted || Counts().Select((count, client) => count >= many(client)).All(enough => enough)), TimeSpan.FromMinutes(1));

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

        // A server that fell leaves the newest of its store beside it, which does not belong to what is put back.
        File.Delete(installation.Database + "-wal");
        File.Delete(installation.Database + "-shm");
        File.Copy(file, installation.Database, overwrite: true);
        (await installation.RunAsync("db", "check")).Succeeded();
        var (sessions, handshakes) = (Count(installation, "sessions WHERE dialect = 'mediapost'"), Count(installation, "handshakes"));

        var again = await installation.ServeAsync();
        var kept = 0;
        foreach (var (own, client) in answered.Select((own, client) => (own, client)))
        {
            var good = new List<bool>();
            foreach (var session in own)
                good.Add(Wire.CodeOf(await wire.LoggedInUserAsync(again.Http, cast.Gallery, session)) == 0);
            var first = good.TakeWhile(isGood => isGood).Count();
            Assert.DoesNotContain(true, good.Skip(first));
            Assert.InRange(first, before[client], during[client] + 1);
            kept += first;
        }

        output.WriteLine($"{before.Sum()} sessions before the backup, {kept} in it, {during.Sum()} after it, {answered.Sum(own => own.Count)} at the end");
        Assert.Equal(kept, sessions);
        Assert.InRange(handshakes, 0, Clients);
        Assert.Equal("1", (await wire.LoggedInUserAsync(again.Http, cast.Gallery, await wire.SignInAsync(again.Http, cast.Gallery, alice))).GetString());
    }

    private static long Count(PublishedInstallation installation, string what)
    {
        using var connection = new SqliteConnection($"Data Source={installation.Database};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The texts are this class's own.
        command.CommandText = $"SELECT count(*) FROM {what}";
#pragma warning restore CA2100
        return (long)command.ExecuteScalar()!;
    }
}
