using System.Net;
using Microsoft.Extensions.DependencyInjection;
using TokenAuth.Kernel.Sessions;
using TokenAuth.Tests.Dreamwidth;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Ipernity;
using TokenAuth.Tests.MediaPost;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Kernel.Http;

/// <summary>With <c>TokenAuth:PublicUrl</c> the server has one name, whatever name a request uses.</summary>
public sealed class PublicUrlTests : IAsyncLifetime
{
    private const string Name = "https://auth.example.test";

    private readonly HttpClient _http = LiveServer.CreateClient();
    private IpernityWorld _own = null!;

    private TestWorld World => _own.World;

    public async ValueTask InitializeAsync() =>
        _own = await IpernityWorld.StartAsync(
            "--TokenAuth:PublicUrl=HTTPS://Auth.Example.Test:443/", "--TokenAuth:Proxies=127.0.0.0/8");

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _own.DisposeAsync();
    }

    [Theory]
    [InlineData("evil.test")]
    [InlineData("auth.example.test.evil.test")]
    [InlineData("evil.auth.example.test")]
    [InlineData("auth.example.test.")]
    [InlineData("evil.test:443")]
    [InlineData("localhost")]
    [InlineData("127.0.0.1")]
    [InlineData("[::1]:5080")]
    public async Task Requests_for_other_hosts_are_refused_and_the_answer_does_not_name_them(string host)
    {
        foreach (var path in (string[])
            [
                "/", "/signin", "/account", "/login.php", "/nowhere", "/css/site.css", "/api.php", "/api/test.hello",
                "/interface/flat", "/introspect"])
        {
            foreach (var server in (Uri[])[World.Server.Http, World.Server.Https])
            {
                var (status, headers, body) = await AskAsync(server, path, host);

                Assert.Equal(421, status);
                Assert.DoesNotContain("evil", headers + body, StringComparison.Ordinal);
                Assert.DoesNotContain("Strict-Transport-Security", headers, StringComparison.Ordinal);
                Assert.Equal($"This server is {Name}. The request is for another host.\n", body);
            }
        }
    }

    [Theory]
    [InlineData("/health/live", 200)]
    [InlineData("/health/ready", 200)]
    [InlineData("/auth/verify", 401)]
    public async Task Health_checks_and_auth_verify_accept_any_host(string path, int expected)
    {
        var (status, headers, _) = await AskAsync(World.Server.Http, path, "10.0.0.7:5080");

        Assert.Equal(expected, status);
        Assert.DoesNotContain("Location", headers, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("auth.example.test")]
    [InlineData("AUTH.example.test:5080")]
    public async Task The_public_name_is_served_on_any_port_and_over_http(string host)
    {
        foreach (var server in (Uri[])[World.Server.Http, World.Server.Https])
        {
            Assert.Equal(200, (await AskAsync(server, "/signin", host)).Status);
            var (status, headers, _) = await AskAsync(server, "/account", host);
            Assert.Equal(302, status);
            Assert.Contains($"Location: {Name}/signin?return=%2Faccount\n", headers, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("auth.example.test", 200)]
    [InlineData("evil.test", 421)]
    public async Task Behind_a_proxy_the_forwarded_host_counts(string forwarded, int expected) =>
        Assert.Equal(
            expected,
            (await AskAsync(World.Server.Http, "/signin", "127.0.0.1:5080", ("X-Forwarded-Host", forwarded))).Status);

    [Fact]
    public async Task A_request_without_a_host_is_served_under_the_public_name()
    {
        var answer = await RawHttp.AskAsync(World.Server.Http, "GET /account HTTP/1.0");

        Assert.Contains($"\r\nLocation: {Name}/signin?return=%2Faccount\r\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_absolute_address_in_an_answer_starts_with_the_public_address()
    {
        using var journal = new DreamwidthClient(World.Server);
        var profile = await AskAsync(
            World.Server.Http, "/api/json/peopleaggregator/getUserProfile?login=alice", "auth.example.test");
        using var desktop = new HttpRequestMessage(HttpMethod.Post, new Uri(World.Server.Http, "/api.php"))
        {
            Content = new FormUrlEncodedContent(
                MediaPostClient.Signed(World.Uploader, World.Uploader.Secret, "auth.getSession", ("auth_token", "x"))),
            Headers = { Host = "auth.example.test" },
        };
        using var refusal = await _http.SendAsync(desktop);
        var login = await journal.AskAsync(Named(journal.Call(
            "login", ("username", "alice"), ("password", TestWorld.Password), ("getpickws", "1"),
            ("getpickwurls", "1"))));
        var hint = await journal.AskAsync(Named(journal.Call("login", ("username", "bob_2"), ("hpassword", "x"))));

        Assert.Contains(
            $"\"url\":\"{Name.Replace("/", "\\/", StringComparison.Ordinal)}\\/account\"", profile.Body,
            StringComparison.Ordinal);
        Assert.Contains(
            $"the https endpoint, {Name}/api.php.", await refusal.Content.ReadAsStringAsync(),
            StringComparison.Ordinal);
        Assert.Equal($"{Name}/icon.svg", login["defaultpicurl"]);
        Assert.EndsWith($"see {Name}/account/keys", hint.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://auth.example.test", null)]
    [InlineData("http://auth.example.test:5080", null)]
    [InlineData("http://auth.example.test", 105)]
    [InlineData("https://auth.example.test:5080", 105)]
    [InlineData("https://evil.test", 105)]
    public async Task A_client_may_sign_the_public_address_or_the_address_it_called(string origin, int? code)
    {
        var token = new OAuthToken($"{World.Gallery.Id}-{new string('7', 32)}", "a secret");
        await World.Server.Services.GetRequiredService<SessionStore>().IssueAsync(
            new NewSession(
                "ipernity", token.Text, token.Secret, World.Gallery.Id, World.Alice.Id, Permissions: "", Lifetime: null,
                Slides: false, IPAddress.Loopback),
            default);

        using var request = _own.OAuth.Request(
            new OAuthCall(World.Gallery, token, "/api/auth.checkToken")
            {
                SignedUrl = origin + "/api/auth.checkToken",
            });
        request.Headers.Host = "auth.example.test:5080";
        using var response = await _own.OAuth.SendAsync(request);

        Assert.Equal(code, (await IpernityAnswer.ReadAsync(response)).Code);
    }

    private static HttpRequestMessage Named(HttpRequestMessage request)
    {
        request.Headers.Host = "auth.example.test";
        return request;
    }

    private async Task<(int Status, string Headers, string Body)> AskAsync(
        Uri server, string path, string host, params (string, string)[] more)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server, path)) { Headers = { Host = host } };
        foreach (var (name, value) in more)
            request.Headers.Add(name, value);
        using var response = await _http.SendAsync(request);
        var headers = string.Concat(
            response.Headers.Select(header => $"{header.Key}: {string.Join(", ", header.Value)}\n"));
        return ((int)response.StatusCode, headers, await response.Content.ReadAsStringAsync());
    }
}
