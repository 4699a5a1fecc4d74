using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.MediaPost;

namespace TokenAuth.Tests.Published;

/// <summary>A server with few file descriptors. .NET ends a process that cannot open the next assembly.</summary>
[Collection(PublishedCopy.Collection)]
public sealed class DescriptorTests(PublishedCopy copy)
{
    private const int Descriptors = 1024;

    [Fact]
    public async Task A_server_with_more_idle_connections_than_file_descriptors_still_answers()
    {
        var prlimit = Tool.Need("prlimit");
        await using var fixture = await copy.CastAsync();
        var server = await PublishedServer.WhenReadyAsync(fixture.Installation.StartServerThrough(
            [prlimit, $"--nofile={Descriptors}:{Descriptors}"], "--urls=http://127.0.0.1:0"));
        await PublishedServer.UntilAsync(
            () => Task.FromResult(server.Process.Output.Contains("connections are taken", StringComparison.Ordinal)),
            TimeSpan.FromSeconds(10));
        var limit = long.Parse(server.Process.Output.Split("At most ")[1].Split(' ')[0], CultureInfo.InvariantCulture);
        Assert.InRange(limit, 400, Descriptors - 512);
        var idle = new List<TcpClient>();
        try
        {
            for (var i = 0; i < 1000; i++)
            {
                var client = new TcpClient();
                idle.Add(client);
                await client.ConnectAsync(server.Http.Host, server.Http.Port);
            }

            // The earliest connections are still served, and everything that a first call needs is loaded.
            Assert.All(
                await Task.WhenAll(idle.Take(50).Select(
                    client => AskAsync(client, "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"))),
                answer => Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal));
            using var form = new FormUrlEncodedContent(
                MediaPostClient.Signed(fixture.Gallery, fixture.Gallery.Secret, "auth.createToken"));
            var body = await form.ReadAsStringAsync();
            Assert.StartsWith(
                "HTTP/1.1 200",
                await AskAsync(idle[60], "POST /api.php HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
                    + $"application/x-www-form-urlencoded\r\nContent-Length: {body.Length}\r\n\r\n{body}"),
                StringComparison.Ordinal);
            Assert.StartsWith(
                "HTTP/1.1 200",
                await AskAsync(idle[61], "GET /signup HTTP/1.1\r\nHost: localhost\r\n\r\n"),
                StringComparison.Ordinal);
            Assert.False(server.Process.HasExited, server.Process.Error);
        }
        finally
        {
            idle.ForEach(client => client.Dispose());
        }

        // After the idle connections close, every client is served.
        using var wire = new Wire();
        await PublishedServer.UntilAsync(
            async () =>
            {
                try
                {
                    return Wire.CodeOf(await wire.CreateTokenAsync(server.Http, fixture.Gallery)) == 0;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            },
            TimeSpan.FromSeconds(30));
        // not one line for each connection
        Assert.InRange(server.Process.Output.Split("which is the limit").Length - 1, 1, 20);
        Assert.Empty((await server.StopAsync()).Error);
    }

    [Fact]
    public async Task Everything_that_a_first_call_loads_is_loaded_at_start()
    {
        await using var fixture = await copy.CastAsync();
        await LoadsNothingLaterAsync(fixture);
    }

    [Fact]
    public async Task Everything_that_a_first_call_loads_is_loaded_at_start_on_PostgreSQL_too()
    {
        await using var database = await PostgreSqlDatabase.CreateAsync();
        await using var fixture = await PublishedFixture.RegisterAsync(
            new PublishedInstallation(copy, database.Environment));
        await LoadsNothingLaterAsync(fixture);
    }

    private static async Task LoadsNothingLaterAsync(PublishedFixture fixture)
    {
        Assert.SkipUnless(Directory.Exists("/proc"), "The system does not show what a process has loaded.");
        var server = await fixture.Installation.ServeAsync("--urls=http://127.0.0.1:0;https://127.0.0.1:0");
        var before = Loaded(server);

        using var wire = new Wire();
        using var carol = new FormBrowser(server.Https);
        Assert.True(
            (await carol.SignUpAsync("carol", "carol@example.test", PublishedInstallation.Password)).IsRedirect);
        using var alice = await FormBrowser.SignedInAsync(
            server.Http, PublishedFixture.Alice, PublishedInstallation.Password);
        var session = await wire.SignInAsync(server.Http, fixture.Gallery, alice);
        Assert.Equal(0, Wire.CodeOf(await wire.LoggedInUserAsync(server.Http, fixture.Gallery, session)));
        using var client = LiveServer.CreateClient();
        foreach (var path in new[]
        {
            "signup", "signin", "nowhere", "account", "health/ready", "css/site.css", "auth/verify", "export_comments",
            "api/auth.getFrob", "api/auth.getFrob/json", "api/auth.getFrob/php",
            "apps/authorize", "apps/oauth/request?oauth_consumer_key=a", "api/xml/peopleaggregator/login",
            "api/json/peopleaggregator/login", "restserver.php",
        })
        {
            using var answer = await client.GetAsync(new Uri(server.Http, path));
            using var secure = await client.GetAsync(new Uri(server.Https, path));
        }

        const string call = "<?xml version=\"1.0\" encoding=\"windows-1251\"?>"
            + "<methodCall><methodName>LJ.XMLRPC.getchallenge</methodName></methodCall>";
        foreach (var (path, type, text) in new[]
        {
            ("introspect", "application/x-www-form-urlencoded", $"token={session}"),
            ("interface/flat", "application/x-www-form-urlencoded", "mode=login&user=alice&password=wrong"),
            ("interface/xmlrpc", "text/xml", call), ("api/xmlrpc", "text/xml", call),
            ("api/soap", "text/xml", "<Envelope/>"),
            ("UserService/login.do", "application/x-www-form-urlencoded", "key=a"),
            (
                "api.php",
                "multipart/form-data; boundary=x",
                "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n--x--\r\n"),
            ("signup", "application/x-www-form-urlencoded", "a=b"),
        })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Http, path))
            {
                Content = new ByteArrayContent(Encoding.UTF8.GetBytes(text)),
            };
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
            request.Headers.TryAddWithoutValidation(
                "Authorization",
                "Basic " + Convert.ToBase64String(
                    Encoding.UTF8.GetBytes($"{fixture.Gallery.ApiKey}:{fixture.Gallery.Secret}")));
            using var answer = await client.SendAsync(request);
        }

        var later = Loaded(server).Except(before, StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        Assert.True(
            later.Count == 0, $"Loaded by a call, and not at start (Server.NeededLater): {string.Join(", ", later)}");
    }

    private static async Task<string> AskAsync(TcpClient client, string request)
    {
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request));
        var answer = new byte[4096];
        return Encoding.ASCII.GetString(answer, 0, await stream.ReadAsync(answer));
    }

    /// <summary>The assemblies and libraries that the process has loaded.</summary>
    private static HashSet<string> Loaded(PublishedServer server) => File.ReadLines($"/proc/{server.Process.Id}/maps")
        .Select(line => line[(line.LastIndexOf(' ') + 1)..])
        .Where(
            file => file.EndsWith(".dll", StringComparison.Ordinal) || file.Contains(".so", StringComparison.Ordinal))
        .Select(Path.GetFileName).ToHashSet(StringComparer.Ordinal)!;
}
