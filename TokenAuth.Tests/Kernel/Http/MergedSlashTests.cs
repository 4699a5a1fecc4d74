using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.MediaPost;

namespace TokenAuth.Tests.Kernel.Http;

/// <summary>
/// Repeated slashes count as one for endpoints, pages and files, and never cause a redirect to another host.
/// </summary>
public sealed class MergedSlashTests(MergedSlashTests.Served shared) : IClassFixture<MergedSlashTests.Served>
{
    [Theory]
    [InlineData("//health/live", 200)]
    [InlineData("///health////live//", 200)]
    [InlineData("http://proxied.example.test//health//live", 200)]
    [InlineData("//signin", 200)]
    [InlineData("//css//site.css", 200)]
    [InlineData("//api.php", 200)]
    [InlineData("//api//test.hello///xml", 200)]
    [InlineData("//api/xml//peopleaggregator//echo?echoText=a", 200)]
    [InlineData("//interface/flat", 405)]
    [InlineData("/interface//flat", 405)]
    [InlineData("//userservice//login.do", 405)]
    [InlineData("/%2Fhealth/live", 404)]
    [InlineData("/\\health/live", 404)]
    [InlineData("//%2500", 404)] // decoded once
    [InlineData("//%2561pi.php", 404)]
    [InlineData("//nowhere", 404)]
    [InlineData("//", 302)]
    public async Task Repeated_slashes_in_a_path_are_merged(string target, int status) =>
        Assert.StartsWith($"HTTP/1.1 {status} ", await GetAsync(target), StringComparison.Ordinal);

    [Theory]
    [InlineData("//account", "/signin?return=%2Faccount")]
    [InlineData("////account//keys?a=//b", "/signin?return=%2Faccount%2Fkeys%3Fa%3D%2F%2Fb")]
    [InlineData("//export_comments", "/signin?return=%2Fexport_comments")]
    [InlineData("//", "/account")]
    public async Task A_redirect_stays_on_this_host(string target, string location)
    {
        var line = (await GetAsync(target)).Split("\r\n").Single(
            line => line.StartsWith("Location: ", StringComparison.Ordinal));

        Assert.EndsWith(location, line, StringComparison.Ordinal);
        Assert.DoesNotContain("Location: //", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("//evil.test")]
    [InlineData("//evil.test/account")]
    [InlineData("//evil.test//..//account")]
    [InlineData("/%2F/evil.test/account")]
    public async Task A_host_name_in_the_path_causes_no_redirect_to_it(string target)
    {
        var answer = await GetAsync(target);

        Assert.DoesNotContain("evil.test", answer.Split("\r\n\r\n")[0], StringComparison.Ordinal);
    }

    /// <summary>More slashes than fit into the stack buffer.</summary>
    [Fact]
    public async Task Thousands_of_slashes_are_merged() =>
        Assert.StartsWith(
            "HTTP/1.1 200 ", await GetAsync(new string('/', 5000) + "health/live"), StringComparison.Ordinal);

    private Task<string> GetAsync(string target) =>
        RawHttp.AskAsync(shared.Server.Http, $"GET {target} HTTP/1.1\nHost: localhost\nConnection: close");

    public sealed class Served : IAsyncLifetime
    {
        internal LiveServer Server { get; private set; } = null!;

        public async ValueTask InitializeAsync() =>
            Server = await LiveServer.StartAsync("--ReloadStaticAssetsAtRuntime=false");

        public ValueTask DisposeAsync() => Server.DisposeAsync();
    }
}
