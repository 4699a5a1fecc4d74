using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.MediaPost;

namespace TokenAuth.Tests.Kernel.Http;

/// <summary>Several slashes count as one, for doors, pages and files; and nobody is led to another host by them.</summary>
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
    [InlineData("//nowhere", 404)]
    [InlineData("//", 302)]
    public async Task Slashes_in_a_path_are_merged(string target, int status) =>
        Assert.StartsWith($"HTTP/1.1 {status} ", await GetAsync(target), StringComparison.Ordinal);

    [Theory]
    [InlineData("//account", "/signin?return=%2Faccount")]
    [InlineData("////account//keys?a=//b", "/signin?return=%2Faccount%2Fkeys%3Fa%3D%2F%2Fb")]
    [InlineData("//export_comments", "/signin?return=%2Fexport_comments")]
    [InlineData("//", "/account")]
    public async Task A_redirect_stays_at_this_host(string target, string location)
    {
        var line = (await GetAsync(target)).Split("\r\n").Single(line => line.StartsWith("Location: ", StringComparison.Ordinal));

        Assert.EndsWith(location, line, StringComparison.Ordinal);
        Assert.DoesNotContain("Location: //", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("//evil.test")]
    [InlineData("//evil.test/account")]
    [InlineData("//evil.test//..//account")]
    [InlineData("/%2F/evil.test/account")]
    public async Task A_host_s_name_in_the_path_leads_nowhere(string target)
    {
        var answer = await GetAsync(target);

        Assert.DoesNotContain("evil.test", answer.Split("\r\n\r\n")[0], StringComparison.Ordinal);
    }

    /// <summary>Longer than what is merged on the stack.</summary>
    [Fact]
    public async Task There_may_be_many() =>
        Assert.StartsWith("HTTP/1.1 200 ", await GetAsync(new string('/', 5000) + "health/live"), StringComparison.Ordinal);

    private Task<string> GetAsync(string target) =>
        RawHttp.AskAsync(shared.Server.Http, $"GET {target} HTTP/1.1\nHost: localhost\nConnection: close");

    public sealed class Served : IAsyncLifetime
    {
        internal LiveServer Server { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Server = await LiveServer.StartAsync("--ReloadStaticAssetsAtRuntime=false");

        public ValueTask DisposeAsync() => Server.DisposeAsync();
    }
}
