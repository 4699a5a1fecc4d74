using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Data.Sqlite;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.MediaPost;

namespace TokenAuth.Tests.Published;

/// <summary>The process as load balancers, browsers and service managers see it.</summary>
[Collection(PublishedCopy.Collection)]
public sealed class ServingTests(PublishedCopy copy)
{
    [Fact]
    public async Task The_server_serves_the_files_of_wwwroot_from_any_working_directory()
    {
        await using var fixture = await copy.CastAsync();
        var server = await fixture.Installation.ServeAsync();
        using var client = LiveServer.CreateClient();

        foreach (var file in new[] { "css/site.css", "js/show-password.js", "icon.svg" })
        {
            var source = await File.ReadAllBytesAsync(Path.Combine(PublishedCopy.Source, "wwwroot", file));
            Assert.NotEmpty(source);
            Assert.Equal(source, await client.GetByteArrayAsync(new Uri(server.Http, file)));
        }
    }

    [Fact]
    public async Task Ready_reports_an_unreadable_store_and_live_still_succeeds()
    {
        await using var fixture = await copy.CastAsync();
        var server = await fixture.Installation.ServeAsync();
        Assert.Equal(
            (HttpStatusCode.OK, """{"status":"Healthy","checks":{"store":"Healthy"}}"""),
            await GetAsync(server, "/health/ready"));
        Assert.Equal((HttpStatusCode.OK, "Healthy"), await GetAsync(server, "/health/live"));

        // A write makes the connections' cached pages stale, so that they read the file again.
        using var wire = new Wire();
        Assert.Equal(0, Wire.CodeOf(await wire.CreateTokenAsync(server.Http, fixture.Gallery)));
        var length = new FileInfo(fixture.Installation.Database).Length;
        await File.WriteAllBytesAsync(
            fixture.Installation.Database, Enumerable.Repeat((byte)0x5A, (int)length).ToArray());

        await PublishedServer.UntilAsync(
            async () => (await GetAsync(server, "/health/ready")).Status == HttpStatusCode.ServiceUnavailable,
            TimeSpan.FromSeconds(30));
        Assert.Equal(
            (
                HttpStatusCode.ServiceUnavailable,
                """{"status":"Unhealthy","checks":{"store":"the store cannot be read"}}"""),
            await GetAsync(server, "/health/ready"));
        Assert.Equal((HttpStatusCode.OK, "Healthy"), await GetAsync(server, "/health/live"));
        await Assert.ThrowsAsync<UnansweredException>(() => wire.CreateTokenAsync(server.Http, fixture.Gallery));
    }

    [Fact]
    public async Task A_server_that_is_told_to_stop_answers_its_pending_requests_and_closes_the_store()
    {
        await using var fixture = await copy.CastAsync();
        var server = await fixture.Installation.ServeAsync();
        using var form = new FormUrlEncodedContent(
            MediaPostClient.Signed(fixture.Gallery, fixture.Gallery.Secret, "auth.createToken"));
        var body = await form.ReadAsByteArrayAsync();
        using var connection = new TcpClient();
        await connection.ConnectAsync(server.Http.Host, server.Http.Port);
        await using var stream = connection.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"POST /api.php HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                + $"Content-Length: {body.Length}\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n")));

        // The server asks for the body once it handles the request.
        var continued = new byte[25];
        await stream.ReadExactlyAsync(continued);
        Assert.Equal("HTTP/1.1 100 Continue\r\n\r\n", Encoding.ASCII.GetString(continued));
        server.Process.Terminate();

        // The client takes longer than the command line's library would wait.
        var asked = TimeProvider.System.GetTimestamp();
        await PublishedServer.UntilAsync(
            () => Task.FromResult(
                server.Process.HasExited || TimeProvider.System.GetElapsedTime(asked) > TimeSpan.FromSeconds(3)),
            TimeSpan.FromSeconds(5));
        Assert.False(server.Process.HasExited, "It ended before it had answered.");
        await stream.WriteAsync(body);
        var answer = await new StreamReader(stream).ReadToEndAsync();
        Assert.StartsWith("HTTP/1.1 200 OK", answer, StringComparison.Ordinal);
        Assert.Matches(">[0-9a-f]{38}<", answer);

        var ended = await server.Process.ExitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal((0, ""), (ended.Status, ended.Error));
        Assert.False(File.Exists(fixture.Installation.Database + "-wal"), "The store was not closed.");
        Assert.Equal(1L, CountOfHandshakes(fixture.Installation.Database));
        (await fixture.Installation.RunAsync("db", "check")).Succeeded();
    }

    [Fact]
    public async Task A_server_that_is_told_to_stop_reports_that_it_is_not_ready_and_still_answers_during_the_drain()
    {
        await using var fixture = await copy.CastAsync();
        var server = await fixture.Installation.ServeAsync("--TokenAuth:Shutdown:Drain=00:00:05");
        using var wire = new Wire();
        using var client = LiveServer.CreateClient();
        var told = false;
        var clients = Enumerable.Range(0, 8).Select(async _ =>
        {
            for (var calls = 0; ; calls++)
            {
                if (Volatile.Read(ref told))
                    return calls;
                Assert.Equal(0, Wire.CodeOf(await wire.CreateTokenAsync(server.Http, fixture.Gallery)));
            }
        }).ToList();
        var asked = TimeProvider.System.GetTimestamp();
        server.Process.Terminate();

        await PublishedServer.UntilAsync(
            async () => (await GetAsync(server, "/health/ready")).Status == HttpStatusCode.ServiceUnavailable,
            TimeSpan.FromSeconds(5));
        Assert.Equal(
            (
                HttpStatusCode.ServiceUnavailable,
                """{"status":"Unhealthy","checks":{"store":"Healthy","node":"stopping"}}"""),
            await GetAsync(server, "/health/ready"));
        Assert.Equal((HttpStatusCode.OK, "Healthy"), await GetAsync(server, "/health/live"));
        using (var last = await client.GetAsync(new Uri(server.Http, "/signin")))
            Assert.True(last.IsSuccessStatusCode && last.Headers.ConnectionClose == true);
        Volatile.Write(ref told, true);

        Assert.All(await Task.WhenAll(clients), calls => Assert.NotEqual(0, calls));
        Assert.Equal((0, ""), await EndAsync(server));
        Assert.True(TimeProvider.System.GetElapsedTime(asked) >= TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Closing_the_terminal_stops_the_server_in_an_orderly_way()
    {
        await using var fixture = await copy.CastAsync();
        var server = await fixture.Installation.ServeAsync("--TokenAuth:Shutdown:Drain=00:00:00");
        using var wire = new Wire();
        Assert.Equal(0, Wire.CodeOf(await wire.CreateTokenAsync(server.Http, fixture.Gallery)));

        server.Process.Signal("HUP");

        Assert.Equal((0, ""), await EndAsync(server));
        Assert.False(File.Exists(fixture.Installation.Database + "-wal"), "The store was not closed.");
    }

    private static async Task<(int Status, string Error)> EndAsync(PublishedServer server)
    {
        var ended = await server.Process.ExitAsync(TimeSpan.FromSeconds(30));
        return (ended.Status, ended.Error);
    }

    private static async Task<(HttpStatusCode Status, string Body)> GetAsync(PublishedServer server, string path)
    {
        using var client = LiveServer.CreateClient();
        using var response = await client.GetAsync(new Uri(server.Http, path));
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private static object? CountOfHandshakes(string database)
    {
        using var connection = new SqliteConnection($"Data Source={database};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM handshakes";
        return command.ExecuteScalar();
    }
}
