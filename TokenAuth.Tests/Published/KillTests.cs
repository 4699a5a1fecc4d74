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
    private const int Rounds = 2;

    [Fact]
    public async Task A_kill_under_load_loses_nothing_that_was_answered()
    {
        await using var fixture = await copy.CastAsync();
        FormBrowser? alice = null;
        var record = new Promises(fixture.Gallery);
        for (var round = 1; round <= Rounds; round++)
        {
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
            var (looked, lost, sessions) = await record.CheckAsync(again.Http, alice);
            output.WriteLine($"Round {round}: {record.Answered} answers ({answered}); {looked} handshakes "
                + $"checked, {lost.Count} lost");
            Assert.Empty(lost);
            Assert.Equal(sessions, Sessions(fixture.Installation.Database));
            Assert.Equal(0, (await again.StopAsync()).Status);
        }

        (await fixture.Installation.RunAsync("db", "check")).Succeeded();
        alice!.Dispose();
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
