using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Ipernity;

/// <summary>Common OAuth libraries, each used in the three steps of its own documentation.</summary>
public sealed class OAuthLibraryTests(IpernityWorld shared) : IClassFixture<IpernityWorld>
{
    private const string Header = "AUTH_HEADER";

    private TestWorld World => shared.World;

    [Theory]
    [InlineData("requests-oauthlib.py", Header)]
    [InlineData("requests-oauthlib.py", "QUERY")]
    [InlineData("requests-oauthlib.py", "BODY")]
    [InlineData("net-oauth.pl", "QUERY")]
    public async Task A_library_completes_the_handshake_with_a_callback(string script, string type)
    {
        var gallery = World.Gallery;
        var request =
            (await RunAsync(script, type, gallery, "request", TestWorld.GalleryCallback + "/back?id=5")).Split(' ');
        using var browser = await FormBrowser.SignedInAsync(World.Server, World.Alice);
        var back = (await browser.SubmitAsync(request[2])).Location!.ToString();

        var refused = await RunAsync(script, type, gallery, "access", request[0], request[1], "wrong");
        var user = await RunAsync(script, type, gallery, "access", request[0], request[1], back);

        Assert.Equal("denied: 401 1 The oauth_verifier is wrong.", refused);
        Assert.Equal(World.Alice.Id.ToString(), user);
    }

    [Theory]
    [InlineData("requests-oauthlib.py")]
    [InlineData("net-oauth.pl")]
    public async Task A_library_completes_the_handshake_out_of_band(string script)
    {
        var request = (await RunAsync(script, Header, World.Uploader, "request", "oob")).Split(' ');
        using var browser = await FormBrowser.SignedInAsync(World.Server, World.Alice);
        var page = await browser.SubmitAsync(request[2]);

        var verifier = page.Text("code#code")!;
        var user = await RunAsync(script, Header, World.Uploader, "access", request[0], request[1], verifier);

        Assert.Equal(World.Alice.Id.ToString(), user);
    }

    [Theory]
    [InlineData("requests-oauthlib.py")]
    [InlineData("net-oauth.pl")]
    public async Task A_library_receives_the_reason_why_its_callback_is_refused(string script) => Assert.Equal(
        "denied: 401 1 The oauth_callback is neither the callback registered for this application nor below it.",
        await RunAsync(script, Header, World.Gallery, "request", "http://evil.example.test/"));

    private async Task<string> RunAsync(string script, string type, App application, params string[] arguments)
    {
        // The library reads the machine's clock, so the server's clock must agree with it.
        World.Clock.Advance(TimeProvider.System.GetUtcNow() - World.Clock.GetUtcNow());
        var program = script.EndsWith(".py", StringComparison.Ordinal)
            ? await Tool.NeedWithAsync("python3", "-c", "import requests_oauthlib")
            : await Tool.NeedWithAsync("perl", "-MNet::OAuth", "-e1");
        var output = await Tool.RunAsync(
            program, [Path.Combine(AppContext.BaseDirectory, "Ipernity", "Data", script), .. arguments],
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["SERVER"] = World.Server.Http.GetLeftPart(UriPartial.Authority),
                ["KEY"] = application.ApiKey,
                ["SECRET"] = application.Secret,
                ["TYPE"] = type,
            });
        return output.Trim();
    }
}
