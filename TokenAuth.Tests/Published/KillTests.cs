using Microsoft.Data.Sqlite;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Published;

/// <summary>
/// An answer is a promise: it must still be true after the server was killed at any moment. (A kill does not affect the
/// operating system's memory. No process can test for itself that synchronous=FULL writes a commit to the disk.)
/// </summary>
[Collection(PublishedCopy.Collection)]
public sealed class KillTests(PublishedCopy copy, ITestOutputHelper output)
{
    private const int Clients = 16;

    /// <summary>A record is verified again after each of its kills, and its handshakes expire.</summary>
    private const int KillsPerRecord = 5;

    private static readonly int Kills = Load.Kills(otherwise: 2);

    [Fact]
    public async Task A_kill_under_load_loses_nothing_that_was_answered()
    {
        await using var fixture = await copy.CastAsync();
        FormBrowser? alice = null;
        var records = new List<Promises>();
        for (var kill = 0; kill < Kills; kill++)
        {
            if (kill % KillsPerRecord == 0)
                records.Add(new Promises(fixture.Gallery));
            var record = records[^1];
            var server = await fixture.Installation.ServeAsync();
            alice ??= await FormBrowser.SignedInAsync(
                server.Http, PublishedFixture.Alice, PublishedInstallation.Password);
            var enough = record.Answered + 400;
            var load = Enumerable.Range(0, Clients).Select(
                client => LoadAsync(server, record, alice, exchanges: client % 2 == 0)).ToList();
            await PublishedServer.UntilAsync(
                () => Task.FromResult(record.Answered >= enough), TimeSpan.FromSeconds(30));
            await server.Process.KillAsync();
            await Task.WhenAll(load);

            var again = await fixture.Installation.ServeAsync();
            var answered = record.Summary;
            var (looked, lost) = await record.CheckAsync(again.Http, alice);
            output.WriteLine($"Kill {kill + 1}: {record.Answered} answers ({answered}); {looked} handshakes "
                + $"checked, {lost.Count} lost");
            Assert.Empty(lost);
            Assert.Equal(records.Sum(each => each.Sessions), Sessions(fixture.Installation.Database));
            Assert.Equal(0, (await again.StopAsync()).Status);
        }

        (await fixture.Installation.RunAsync("db", "check")).Succeeded();
        alice!.Dispose();
        output.WriteLine($"Total: SQLite, {Kills} kills, {records.Sum(each => each.Answered)} answers, none lost");
    }

    /// <summary>Twice the expected number is as wrong as none.</summary>
    private static long Sessions(string database)
    {
        using var connection = new SqliteConnection($"Data Source={database};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM sessions WHERE dialect = 'mediapost'";
        return (long)command.ExecuteScalar()!;
    }

    /// <summary>Continues until the server stops answering.</summary>
    private static async Task LoadAsync(PublishedServer server, Promises record, FormBrowser alice, bool exchanges)
    {
        using var wire = new Wire();
        try
        {
            while (true)
                await record.HandshakeAsync(server.Http, wire, alice, exchanges);
        }
        catch (Exception cut) when (cut is HttpRequestException or IOException or System.Text.Json.JsonException)
        {
            // The connection broke, so its last call was not answered.
        }
    }
}
