using System.Net;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Login;

/// <summary>A form is accepted only from a page of this server, even with a valid form cookie and its token.</summary>
public sealed class RequestOriginTests : IAsyncLifetime
{
    private const string Host = "auth.example.test";

    private TestWorld _world = null!;

    public async ValueTask InitializeAsync() => _world = await TestWorld.StartAsync();

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Theory]
    [InlineData("Origin: https://evil.test")]
    [InlineData("Origin: http://evil.test")]
    [InlineData("Origin: null")]
    [InlineData("Origin: NULL")]
    [InlineData("Origin: ")]
    [InlineData("Origin: auth.example.test")]
    [InlineData("Origin: //auth.example.test")]
    [InlineData("Origin: https://auth.example.test.evil.test")]
    [InlineData("Origin: https://evil.auth.example.test")]
    [InlineData("Origin: https://sibling.example.test")]
    [InlineData("Origin: https://example.test")]
    [InlineData("Origin: https://auth.example.test:8443")]
    [InlineData("Origin: https://auth.example.test@evil.test")]
    [InlineData("Origin: https://@auth.example.test")]
    [InlineData("Origin: https://auth.example.test\\.evil.test")]
    [InlineData("Origin: https://auth.example.test, https://evil.test")]
    [InlineData("Origin: ftp://auth.example.test")]
    [InlineData("Origin: file://")]
    [InlineData("Origin: chrome-extension://auth.example.test")]
    [InlineData("Sec-Fetch-Site: cross-site")]
    [InlineData("Sec-Fetch-Site: same-site")]
    [InlineData("Sec-Fetch-Site: anything")]
    [InlineData("Sec-Fetch-Site: same-origin, cross-site")]
    [InlineData("Sec-Fetch-Site: cross-site", "Origin: https://auth.example.test")]
    public async Task A_form_of_another_site_is_refused_with_a_page_that_says_so(params string[] headers)
    {
        foreach (var path in (string[])
            ["/signin", "/signup", "/signout", "/account?handler=End", "/account/keys?handler=Make"])
        {
            using var browser = await SignedInAsync(_world.Server.Https);
            var answer = await (await browser.ReadAsync("/account/keys")).PostAsync(
                path, [("name", "a key")], Split(headers));

            Assert.True(answer.Status == HttpStatusCode.Forbidden, $"{path} {answer.Status}");
            Assert.Equal("This form came from another site", answer.Heading);
            var account = await browser.GetAsync("/account");
            Assert.Equal(HttpStatusCode.OK, account.Status);
        }
    }

    [Theory]
    [InlineData("/account?handler=Unknown", HttpStatusCode.BadRequest)]
    [InlineData("/account/keys?handler=", HttpStatusCode.BadRequest)]
    [InlineData("/docs/ipernity/auth.getFrob", HttpStatusCode.MethodNotAllowed)]
    [InlineData("/account/activity", HttpStatusCode.MethodNotAllowed)]
    public async Task A_form_that_the_page_does_not_have_is_refused(string path, HttpStatusCode expected)
    {
        using var browser = await SignedInAsync(_world.Server.Https);

        var answer = await (await browser.ReadAsync("/account/keys")).PostAsync(path, [("name", "a key")]);

        Assert.Equal(expected, answer.Status);
    }

    [Theory]
    [InlineData("https", "Origin: https://auth.example.test")]
    [InlineData("https", "Origin: https://auth.example.test", "Sec-Fetch-Site: same-origin")]
    [InlineData("https", "Sec-Fetch-Site: none")]
    [InlineData("https", "X-Nothing: as old browsers do")]
    [InlineData("http", "Origin: http://auth.example.test")]
    [InlineData("http", "Origin: https://auth.example.test")]
    [InlineData("http", "Origin: https://elsewhere.test", "Sec-Fetch-Site: same-origin")]
    public async Task A_form_of_this_server_is_accepted(string scheme, params string[] headers)
    {
        using var browser = await SignedInAsync(
            scheme == "https" ? _world.Server.Https : _world.Server.Http, Split(headers));

        var account = await browser.GetAsync("/account");
        Assert.Equal(HttpStatusCode.OK, account.Status);
    }

    /// <summary>
    /// An attacker who can answer for the host on plain http must not be able to send forms to https.
    /// </summary>
    [Fact]
    public async Task A_page_on_http_cannot_send_a_form_to_https()
    {
        using var browser = await SignedInAsync(_world.Server.Https);
        var answer = await (await browser.ReadAsync("/signout")).PostAsync(
            "/signout", [], ("Origin", $"http://{Host}"));

        Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
    }

    [Fact]
    public async Task The_public_address_counts_whatever_the_proxy_says()
    {
        await using var world = await TestWorld.StartAsync($"--TokenAuth:PublicUrl=https://{Host}:8443");

        foreach (var (origin, expected) in new[]
        {
            ($"https://{Host}:8443", HttpStatusCode.Found), ($"http://{Host}", HttpStatusCode.Found),
            ($"https://{Host}:9443", HttpStatusCode.Forbidden), ("https://evil.test", HttpStatusCode.Forbidden),
            ("null", HttpStatusCode.Forbidden),
        })
        {
            using var browser = await new FormBrowser(world.Server.Http, Host).ReadAsync("/signin");
            var answer = await browser.PostAsync(
                "/signin", [("login", "alice"), ("password", TestWorld.Password)], ("Origin", origin));
            Assert.True(expected == answer.Status, $"{origin} {answer.Status}");
        }
    }

    private static async Task<FormBrowser> SignedInAsync(Uri server, params (string, string)[] headers)
    {
        var browser = await new FormBrowser(server, Host).ReadAsync("/signin");
        var answer = await browser.PostAsync(
            "/signin", [("login", "alice"), ("password", TestWorld.Password)], headers);
        Assert.Equal(HttpStatusCode.Found, answer.Status);
        return browser;
    }

    private static (string, string)[] Split(string[] headers) =>
        [.. headers.Select(header => (header.Split(": ")[0], header.Split(": ")[1]))];
}
