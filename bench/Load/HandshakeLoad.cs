using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace TokenAuth.Bench;

/// <summary>
/// Whole handshakes: createToken, the consent as the form of the login page sends it, getSession and
/// getLoggedInUser, which checks the session. Each of 32 connections runs one after the other. wrk cannot do this,
/// because a request depends on the answer before it.
/// </summary>
internal sealed class HandshakeLoad
{
    private const int RequestsPerHandshake = 4;

    private readonly BenchFixture _fixture;
    private readonly ServerUnderLoad _server;
    private readonly Person[] _people;

    private HandshakeLoad(BenchFixture fixture, ServerUnderLoad server, Person[] people) =>
        (_fixture, _server, _people) = (fixture, server, people);

    /// <summary>
    /// Signs people in, one for each connection, and reads the consent form of each once: its token is valid for all
    /// handshakes.
    /// </summary>
    public static async Task<HandshakeLoad> StartAsync(Installation installation, ServerUnderLoad server)
    {
        var fixture = installation.Fixture;
        await installation.Filler.AddPasswordsAsync(fixture, Wrk.Connections);
        var people = new List<Person>();
        foreach (var number in Enumerable.Range(1, Wrk.Connections))
            people.Add(await SignInAsync(fixture, server, fixture.Member(number)));
        return new HandshakeLoad(fixture, server, [.. people]);
    }

    /// <summary>Runs handshakes for a time.</summary>
    public Task<Load> RunAsync(TimeSpan time) => RunAsync(_server.Port, time, async (connection, number) =>
    {
        var person = _people[number];
        var token = Quoted(await connection.AskAsync(Requests.CreateToken(_fixture)));
        var consent = await connection.AskAsync(Requests.Post(
            Page(_fixture, token), person.Form, $"Cookie: {person.Cookies}\r\nSec-Fetch-Site: same-origin\r\n"));
        if (!consent.StartsWith("HTTP/1.1 302", StringComparison.Ordinal))
            throw new BenchException($"No consent: {consent}");
        var session = await connection.AskAsync(Requests.GetSession(_fixture, token));
        var key = Between(session, "\"session_key\":\"", '"');
        var user = await connection.AskAsync(Requests.GetLoggedInUser(_fixture, key));
        if (!user.Contains($"\"{person.Id}\"", StringComparison.Ordinal))
            throw new BenchException($"No session: {session} {user}");
    });

    /// <summary>Sends four requests in a row to the bare framework, as a handshake does.</summary>
    public static Task<Load> RunBareAsync(ServerUnderLoad bare, TimeSpan time) => RunAsync(
        bare.Port, time, async (connection, _) =>
        {
            for (var i = 0; i < RequestsPerHandshake; i++)
                await connection.AskAsync(Requests.Bare());
        });

    private static async Task<Load> RunAsync(int port, TimeSpan time, Func<Connection, int, Task> once)
    {
        var began = Stopwatch.GetTimestamp();
        var latencies = new ConcurrentBag<double>();
        await Task.WhenAll(Enumerable.Range(0, Wrk.Connections).Select(number => Task.Run(async () =>
        {
            using var connection = new Connection(port);
            while (Stopwatch.GetElapsedTime(began) < time)
            {
                var start = Stopwatch.GetTimestamp();
                await once(connection, number);
                latencies.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
        })));
        var sorted = latencies.Order().ToArray();
        return new Load(
            sorted.Length, sorted.Length / Stopwatch.GetElapsedTime(began).TotalSeconds, Bytes: 0,
            TimeSpan.FromMilliseconds(sorted[sorted.Length / 2]),
            TimeSpan.FromMilliseconds(sorted[(int)(sorted.Length * 0.99)]));
    }

    private static async Task<Person> SignInAsync(
        BenchFixture fixture, ServerUnderLoad server, (long Id, string Login, string Key) member)
    {
        var cookies = new CookieContainer();
        using var browser = new HttpClient(new HttpClientHandler { CookieContainer = cookies })
        {
            BaseAddress = new Uri($"http://127.0.0.1:{server.Port}"),
        };
        var signIn = Fields(await browser.GetStringAsync("/signin"));
        signIn["login"] = member.Login;
        signIn["password"] = BenchFixture.Password;
        using var signedIn = await browser.PostAsync("/signin", new FormUrlEncodedContent(signIn));
        using var first = new Connection(server.Port);
        var token = Quoted(await first.AskAsync(Requests.CreateToken(fixture)));
        var consent = Fields(await browser.GetStringAsync(Page(fixture, token)));
        if (consent.Count == 0)
            throw new BenchException("The consent page has no form");
        consent["decision"] = "allow";
        var form = await new FormUrlEncodedContent(consent).ReadAsStringAsync();
        return new Person(member.Id, cookies.GetCookieHeader(browser.BaseAddress), form);
    }

    private static string Page(BenchFixture fixture, string token) =>
        $"/login.php?api_key={fixture.Web.ApiKey}&auth_token={token}&v=1.0";

    private static string Quoted(string answer) => answer[(answer.IndexOf('"') + 1)..answer.LastIndexOf('"')];

    /// <summary>Returns the hidden fields of a page's forms. Their antiforgery tokens are equally valid.</summary>
    private static Dictionary<string, string> Fields(string page) => page.Split("<input ")
        .Select(element => element[..Math.Max(0, element.IndexOf('>'))])
        .Where(element => element.Contains("type=\"hidden\"", StringComparison.Ordinal))
        .DistinctBy(element => Between(element, "name=\"", '"'), StringComparer.Ordinal)
        .ToDictionary(
            element => Between(element, "name=\"", '"'),
            element => WebUtility.HtmlDecode(Between(element, "value=\"", '"')), StringComparer.Ordinal);

    private static string Between(string text, string before, char after)
    {
        var start = text.IndexOf(before, StringComparison.Ordinal) + before.Length;
        return text[start..text.IndexOf(after, start)];
    }

    /// <summary>A person who is signed in, with the consent form as a browser sends it.</summary>
    private sealed record Person(long Id, string Cookies, string Form);

    /// <summary>A connection that sends one request at a time, and reads answers with a Content-Length.</summary>
    private sealed class Connection : IDisposable
    {
        private readonly TcpClient _client = new() { NoDelay = true };
        private readonly byte[] _buffer = new byte[65536];

        public Connection(int port) => _client.Connect(IPAddress.Loopback, port);

        public async Task<string> AskAsync(byte[] request)
        {
            var stream = _client.GetStream();
            await stream.WriteAsync(request);
            var (length, end) = (0, -1);
            while (end < 0 || length < end)
            {
                var read = await stream.ReadAsync(_buffer.AsMemory(length));
                if (read == 0)
                    throw new BenchException("The server closed the connection");
                length += read;
                if (end < 0)
                    end = EndOf(_buffer.AsSpan(0, length));
            }

            return Encoding.UTF8.GetString(_buffer, 0, length);
        }

        public void Dispose() => _client.Dispose();

        /// <summary>Returns the length of the whole answer; -1 if its head is not complete.</summary>
        private static int EndOf(ReadOnlySpan<byte> answer)
        {
            var head = answer.IndexOf("\r\n\r\n"u8);
            if (head < 0)
                return -1;
            var at = answer[..head].IndexOf("Content-Length: "u8);
            if (at < 0)
                return head + 4;
            var digits = answer[(at + 16)..];
            return head + 4 + int.Parse(digits[..digits.IndexOf((byte)'\r')], CultureInfo.InvariantCulture);
        }
    }
}
