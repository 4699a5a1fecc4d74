using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Ipernity;

/// <summary>OAuth libraries as people use them, each in the three steps of its own documentation.</summary>
public sealed class OAuthLibraryTests(IpernityWorld shared) : IClassFixture<IpernityWorld>
{
    private static readonly Dictionary<string, (string Program, string[] Check, string Script)> Libraries = new(StringComparer.Ordinal)
    {
        ["requests-oauthlib"] = ("python3", ["-c", "import requests_oauthlib"], "requests-oauthlib.py"),
        ["Net::OAuth"] = ("perl", ["-MNet::OAuth", "-e1"], "net-oauth.pl"),
    };

    private TestWorld World => shared.World;

    [Theory]
    [InlineData("requests-oauthlib", "AUTH_HEADER")]
    [InlineData("requests-oauthlib", "QUERY")]
    [InlineData("requests-oauthlib", "BODY")]
    [InlineData("Net::OAuth", "QUERY")]
    public async Task A_library_goes_all_the_way_with_a_callback(string library, string type)
    {
        var request = (await RunAsync(library, type, World.Gallery, "request", TestWorld.GalleryCallback + "/back?id=5")).Split(' ');
        using var browser = await Browser.SignedInAsync(World.Server, World.Alice);
        var page = await browser.AllowAsync(request[2]);

        Assert.StartsWith("denied: 401 1 ", await RunAsync(library, type, World.Gallery, "access", request[0], request[1], "wrong"), StringComparison.Ordinal);
        Assert.Equal(World.Alice.Id.ToString(), await RunAsync(library, type, World.Gallery, "access", request[0], request[1], page.Location!.ToString()));
    }

    [Theory]
    [InlineData("requests-oauthlib")]
    [InlineData("Net::OAuth")]
    public async Task A_library_goes_all_the_way_out_of_band(string library)
    {
        var request = (await RunAsync(library, "AUTH_HEADER", World.Uploader, "request", "oob")).Split(' ');
        using var browser = await Browser.SignedInAsync(World.Server, World.Alice);
        var page = await browser.AllowAsync(request[2]);

        var verifier = page.Html.Split("<code id=\"code\">")[1].Split('<')[0];
        Assert.Equal(World.Alice.Id.ToString(), await RunAsync(library, "AUTH_HEADER", World.Uploader, "access", request[0], request[1], verifier));
    }

    [Theory]
    [InlineData("requests-oauthlib")]
    [InlineData("Net::OAuth")]
    public async Task A_library_is_told_why_its_callback_is_refused(string library) => Assert.Equal(
        "denied: 401 1 The oauth_callback is neither the callback registered for this application nor below it.",
        await RunAsync(library, "AUTH_HEADER", World.Gallery, "request", "http://evil.example.test/"));

    private async Task<string> RunAsync(string library, string type, App application, params string[] arguments)
    {
        // The library reads the machine's clock, so the server's must say the same.
        World.Clock.Advance(TimeProvider.System.GetUtcNow() - World.Clock.GetUtcNow());
        var (program, check, script) = Libraries[library];
        var path = await Tool.NeedWithAsync(program, check);
        var output = await Tool.RunAsync(
            path, [Path.Combine(AppContext.BaseDirectory, "Ipernity", "Data", script), .. arguments],
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["SERVER"] = World.Server.Http.GetLeftPart(UriPartial.Authority), ["KEY"] = application.ApiKey, ["SECRET"] = application.Secret, ["TYPE"] = type,
            });
        return output.Trim();
    }
}
