using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Login;
using TokenAuth.Tests.MediaPost;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Kernel.Http;

/// <summary>
/// Without <c>TokenAuth:PublicUrl</c> no request decides where the server redirects a browser.
/// </summary>
public sealed class NoPublicUrlTests : IAsyncLifetime
{
    private TestWorld _world = null!;

    public async ValueTask InitializeAsync() => _world = await TestWorld.StartAsync();

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Theory]
    [InlineData("GET {0} HTTP/1.1\nHost: evil.test\nConnection: close")]
    [InlineData("GET {0} HTTP/1.1\nHost: a.evil.test:81\nX-Forwarded-Host: evil.test\nConnection: close")]
    [InlineData("GET http://evil.test{0} HTTP/1.1\nHost: 127.0.0.1\nConnection: close")]
    [InlineData("GET {0} HTTP/1.1\nHost:\nConnection: close")]
    [InlineData("GET {0} HTTP/1.0")]
    public async Task Every_redirect_to_a_page_of_the_server_is_relative(string request)
    {
        foreach (var path in (string[])
        [
            "/", "/account", "/account/keys?a=b", "/account/password", "/export_comments?get=comment_meta",
            $"/login.php?api_key={_world.Gallery.ApiKey}&v=1.0",
            $"/login.php?api_key={_world.Gallery.ApiKey}&v=1.0&next=//evil.example",
        ])
        {
            var answer = await RawHttp.AskAsync(_world.Server.Http, string.Format(null, request, path));

            Assert.StartsWith("HTTP/1.1 302 ", answer, StringComparison.Ordinal);
            Assert.Matches("\r\nLocation: /(account|signin\\?return=[A-Za-z0-9%._-]+)\r\n", answer);
            Assert.DoesNotContain("evil.test", answer, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("GET /api/json/peopleaggregator/getUserProfile?login=alice HTTP/1.0", "\"url\":\"\\/account\"")]
    [InlineData(
        "GET /api/json/peopleaggregator/getUserProfile?login=alice HTTP/1.1\nHost:\nConnection: close",
        "\"url\":\"\\/account\"")]
    [InlineData(
        "GET /api/json/peopleaggregator/getUserProfile?login=alice HTTP/1.1\nHost: my.test:81\nConnection: close",
        "\"url\":\"http:\\/\\/my.test:81\\/account\"")]
    public async Task Without_a_host_the_server_makes_no_absolute_address(string request, string expected) =>
        Assert.Contains(expected, await RawHttp.AskAsync(_world.Server.Http, request), StringComparison.Ordinal);

    [Fact]
    public async Task Without_a_host_the_https_endpoint_is_a_path()
    {
        using var form = new FormUrlEncodedContent(
            MediaPostClient.Signed(_world.Uploader, _world.Uploader.Secret, "auth.getSession", ("auth_token", "x")));

        var answer = await RawHttp.AskAsync(
            _world.Server.Http,
            $"POST /api.php HTTP/1.0\nContent-Type: {form.Headers.ContentType}\nContent-Length: "
            + $"{form.Headers.ContentLength}",
            await form.ReadAsStringAsync());

        Assert.Contains("the https endpoint, /api.php.", answer, StringComparison.Ordinal);
    }

    /// <summary>Signing in and signing out redirect too.</summary>
    [Fact]
    public async Task Redirects_after_a_form_are_relative()
    {
        using var form = new FormBrowser(_world.Server.Http, "evil.test");
        var signedIn = await (await form.ReadAsync("/signin")).PostAsync(
            "/signin", [("login", "alice"), ("password", TestWorld.Password)]);
        var signedOut = await (await form.ReadAsync("/signout")).PostAsync("/signout", []);

        Assert.Equal(
            ("/account", "/signout"),
            (signedIn.Location!.OriginalString, signedOut.Location!.OriginalString));
    }
}
