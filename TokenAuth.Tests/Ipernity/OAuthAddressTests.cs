using TokenAuth.Tests.MediaPost;

namespace TokenAuth.Tests.Ipernity;

/// <summary>The client signs the URL that it called, which is not the address where the server listens.</summary>
public sealed class OAuthAddressTests(BehindProxy shared) : IClassFixture<BehindProxy>
{
    private readonly IpernityWorld _own = shared.World;
    private readonly OAuthToken _token = shared.Token;

    [Theory]
    [InlineData("api.example.test", "http://api.example.test", null)]
    [InlineData("API.Example.TEST", "http://api.example.test", null)]
    [InlineData("api.example.test:80", "http://api.example.test", null)]
    [InlineData("api.example.test:8080", "http://api.example.test:8080", null)]
    [InlineData("api.example.test:443", "http://api.example.test:443", null)]
    [InlineData("api.example.test", "http://other.example.test", 105)]
    [InlineData("api.example.test", "https://api.example.test", 105)]
    public async Task The_signed_host_is_the_requested_host(string host, string url, int? code) =>
        Assert.Equal(code, await CodeAsync(_own.World.Server.Http, host, url));

    [Theory]
    [InlineData("api.example.test", "https://api.example.test", null)]
    [InlineData("api.example.test:443", "https://api.example.test", null)]
    [InlineData("api.example.test:5443", "https://api.example.test:5443", null)]
    [InlineData("api.example.test", "http://api.example.test", 105)]
    public async Task The_signed_scheme_is_the_requested_scheme(string host, string url, int? code) =>
        Assert.Equal(code, await CodeAsync(_own.World.Server.Https, host, url));

    [Fact]
    public async Task The_signed_address_behind_a_proxy_is_the_proxys()
    {
        Assert.Null(await CodeAsync(
            _own.World.Server.Http,
            "inner",
            "https://api.example.test",
            ("X-Forwarded-Proto", "https"),
            ("X-Forwarded-Host", "api.example.test")));
    }

    [Fact]
    public async Task The_host_of_a_target_in_absolute_form_is_signed()
    {
        var url = "http://api.example.test:8080/api/auth.checkToken";
        var request = _own.OAuth.Request(
            new OAuthCall(_own.World.Gallery, _token, "/api/auth.checkToken") { SignedUrl = url });

        var answer = await RawHttp.AskAsync(
            _own.World.Server.Http,
            $"GET {url} HTTP/1.1\nHost: proxy.example.test:3128\nConnection: "
                + $"close\nAuthorization: {request.Headers.GetValues("Authorization").Single()}");

        Assert.Contains("\"status\":\"ok\"", answer, StringComparison.Ordinal);
    }

    /// <summary>HTTP/1.1 allows an empty host. No client can have signed it.</summary>
    [Fact]
    public async Task A_call_that_names_no_host_has_a_wrong_signature()
    {
        var request = _own.OAuth.Request(new OAuthCall(_own.World.Gallery, _token, "/api/auth.checkToken"));

        var answer = await RawHttp.AskAsync(
            _own.World.Server.Http,
            "GET /api/auth.checkToken HTTP/1.1\nHost:\nConnection: close\n"
                + $"Authorization: {request.Headers.GetValues("Authorization").Single()}");

        Assert.Contains("\"code\":\"105\"", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/auth.checkToken/xml", null)]
    [InlineData("/api/auth.checkToken", 105)]
    public async Task The_signed_path_includes_the_format(string url, int? code)
    {
        var call = new OAuthCall(_own.World.Gallery, _token, "/api/auth.checkToken/xml")
        {
            SignedUrl = new Uri(_own.World.Server.Http, url).AbsoluteUri,
        };

        Assert.Equal(code, (await _own.OAuth.AskAsync(call)).Code);
    }

    private async Task<int?> CodeAsync(
        Uri server, string host, string url, params (string Name, string Value)[] headers)
    {
        using var request = _own.OAuth.Request(new OAuthCall(_own.World.Gallery, _token, "/api/auth.checkToken")
        {
            Server = server,
            SignedUrl = url + "/api/auth.checkToken",
        });
        request.Headers.Host = host;
        foreach (var (name, value) in headers)
            request.Headers.Add(name, value);
        using var response = await _own.OAuth.SendAsync(request);
        return (await IpernityAnswer.ReadAsync(response)).Code;
    }
}
