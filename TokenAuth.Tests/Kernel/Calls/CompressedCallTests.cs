using System.IO.Compression;
using System.Text;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Kernel.Calls;

/// <summary>Each dialect refuses a compressed call in its own format, with the status that clients expect.</summary>
public sealed class CompressedCallTests(CompressedCallTests.Served shared) : IClassFixture<CompressedCallTests.Served>
{
    private static readonly Golden Files = new("Kernel/Calls");

    private static readonly string[] Endpoints =
    [
        "/api.php?api_key=x", "/restserver.php?apiKey=x&format=json",
        "/api/test.hello", "/api/test.hello/xml", "/api/soap", "/api/xmlrpc/json", "/apps/oauth/request",
        "/interface/xmlrpc", "/interface/flat",
        "/api/xml/peopleaggregator/echo", "/api/json/peopleaggregator/login", "/api/xmlrpc", "/api/xmlrpc.php",
        "/UserService/login.do", "/introspect",
    ];

    [Fact]
    public async Task Each_dialect_refuses_a_compressed_call_in_its_own_format()
    {
        var text = new StringBuilder();
        foreach (var endpoint in Endpoints)
        {
            using var answer = await shared.PostAsync(endpoint, "gzip");
            var accepted = answer.Headers.GetValues("Accept-Encoding").Single();
            text.Append(
                $"POST {endpoint}\n{(int)answer.StatusCode} {answer.Content.Headers.ContentType}; "
                + $"Accept-Encoding: {accepted}\n")
                .Append(await answer.Content.ReadAsStringAsync()).Append("\n\n");
        }

        Files.Matches("compressed.txt", text.ToString());
    }

    [Fact]
    public void Every_golden_file_has_a_test() => Files.HasOnly(["compressed.txt"]);

    [Theory]
    [InlineData("gzip", true)]
    [InlineData("x-gzip", true)]
    [InlineData("deflate", true)]
    [InlineData("br", true)]
    [InlineData("gzip, identity", true)]
    [InlineData("identity, nonsense", true)]
    [InlineData("identity", false)]
    [InlineData("Identity, identity", false)]
    [InlineData("", false)]
    [InlineData(",", false)]
    public async Task A_call_in_a_compressed_coding_is_not_read(string coding, bool isRefused)
    {
        using var answer = await shared.PostAsync("/interface/xmlrpc", coding);

        Assert.Equal(isRefused ? 415 : 200, (int)answer.StatusCode);
        Assert.Equal(isRefused, answer.Headers.Contains("Accept-Encoding"));
    }

    /// <summary>The server reads no body of a GET, so the header has no effect.</summary>
    [Fact]
    public async Task A_GET_is_answered_despite_a_content_coding()
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Get, new Uri(shared.Server.Http, "/api/api.methods.getList"));
        request.Content = new ByteArrayContent([]) { Headers = { ContentEncoding = { "gzip" } } };

        using var answer = await shared.Client.SendAsync(request);

        Assert.Equal(200, (int)answer.StatusCode);
    }

    public sealed class Served : IAsyncLifetime
    {
        internal LiveServer Server { get; private set; } = null!;

        internal HttpClient Client { get; } = LiveServer.CreateClient();

        public async ValueTask InitializeAsync() => Server = await LiveServer.StartAsync();

        public async ValueTask DisposeAsync()
        {
            Client.Dispose();
            await Server.DisposeAsync();
        }

        internal async Task<HttpResponseMessage> PostAsync(string path, string coding)
        {
            using var compressed = new MemoryStream();
            await using (var stream = new GZipStream(compressed, CompressionMode.Compress, leaveOpen: true))
                await stream.WriteAsync(
                    "<methodCall><methodName>peopleaggregator.echo</methodName></methodCall>"u8.ToArray());
            using var content = new ByteArrayContent(compressed.ToArray());
            content.Headers.TryAddWithoutValidation("Content-Type", "text/xml");
            content.Headers.TryAddWithoutValidation("Content-Encoding", coding);
            return await Client.PostAsync(new Uri(Server.Http, path), content);
        }
    }
}
