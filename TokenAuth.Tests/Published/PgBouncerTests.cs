using System.Net;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Published;

/// <summary>A node whose PostgreSQL is behind PgBouncer in transaction mode works like one without it.</summary>
[Collection(PublishedCopy.Collection)]
public sealed class PgBouncerTests(PublishedCopy copy)
{
    [Fact]
    public async Task Every_call_of_many_clients_is_answered_and_ready_succeeds()
    {
        await using var database = await PostgreSqlDatabase.CreateEmptyAsync();
        await using var bouncer = await PgBouncer.StartAsync(database.Cluster);
        await using var installation = new PublishedInstallation(
            copy, [.. database.Environment, ("ConnectionStrings__TokenAuth", bouncer.ConnectionString(database.Name))]);
        var gallery = await installation.AddAppAsync(
            "Gallery", "--kind", "web", "--callback", "http://gallery.example.test/");
        // the tests' server has fsync off, and check finds no other fault
        (await installation.RunAsync("db", "check")).Failed(1, "fsync is off");
        var server = await installation.ServeAsync();
        using var wire = new Wire();

        await Task.WhenAll(Enumerable.Range(0, 16).Select(async _ =>
        {
            for (var i = 0; i < 20; i++)
            {
                Assert.Equal(0, Wire.CodeOf(await wire.CreateTokenAsync(server.Http, gallery)));
                Assert.Equal(102, Wire.CodeOf(await wire.LoggedInUserAsync(server.Http, gallery, new string('0', 32))));
            }
        }));

        using var client = LiveServer.CreateClient();
        using var ready = await client.GetAsync(new Uri(server.Http, "/health/ready"));
        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
        Assert.DoesNotContain("fail:", server.Process.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_says_to_write_Options_where_the_connection_string_lacks_it()
    {
        await using var database = await PostgreSqlDatabase.CreateAsync();
        await using var bouncer = await PgBouncer.StartAsync(database.Cluster);
        var without = bouncer.ConnectionString(database.Name).Replace(";Options=", "", StringComparison.Ordinal);
        await using var installation = new PublishedInstallation(
            copy, [.. database.Environment, ("ConnectionStrings__TokenAuth", without)]);

        (await installation.RunAsync("db", "check")).Failed(1, "ConnectionStrings:TokenAuth", "write Options= into it");
    }
}
