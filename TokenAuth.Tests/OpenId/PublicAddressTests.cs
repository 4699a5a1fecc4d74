using System.Net;
using System.Text.Json;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.OpenId;

/// <summary>The issuer, which no request can choose, and signing out.</summary>
public sealed class PublicAddressTests
{
    [Fact]
    public async Task The_public_address_is_the_issuer_whatever_the_request_names()
    {
        await using var world = await TestWorld.StartAsync("--TokenAuth:PublicUrl=https://auth.example.test");

        var body = await DiscoveryAsync(world, "auth.example.test:8443");

        Assert.Equal("https://auth.example.test/", body.GetProperty("issuer").GetString());
        Assert.Equal("https://auth.example.test/connect/token", body.GetProperty("token_endpoint").GetString());
    }

    [Fact]
    public async Task Without_a_public_address_only_this_machine_is_answered()
    {
        await using var world = await TestWorld.StartAsync();
        using var http = LiveServer.CreateClient();
        foreach (var path in new[] { "/.well-known/openid-configuration", "/connect/authorize?client_id=1", "/device" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(world.Server.Http, path));
            request.Headers.Host = "auth.example.test";
            using var answer = await http.SendAsync(request);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }
    }

    /// <summary>No address has such a port or scheme. OpenIddict does not read the request then.</summary>
    [Theory]
    [InlineData("localhost:99999", "http")]
    [InlineData("localhost", "gopher")]
    public async Task Without_a_public_address_an_impossible_one_is_not_answered(string host, string scheme)
    {
        await using var world = await TestWorld.StartAsync(FormBrowser.TrustedProxy);
        using var http = LiveServer.CreateClient();
        foreach (var path in new[] { "/connect/authorize?client_id=1", "/device", "/connect/logout", "/connect/token" })
        {
            var isRead = path != "/connect/token";
            using var request = new HttpRequestMessage(
                isRead ? HttpMethod.Get : HttpMethod.Post, new Uri(world.Server.Http, path));
            request.Headers.Add("X-Forwarded-Host", host);
            request.Headers.Add("X-Forwarded-Proto", scheme);
            using var answer = await http.SendAsync(request);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }

        Assert.Empty(world.Server.Log.Errors);
    }

    [Fact]
    public async Task A_secret_needs_https_if_the_operator_says_so()
    {
        await using var world = await TestWorld.StartAsync("--TokenAuth:RequireHttpsForPasswords=true");
        using var client = await OpenIdClient.RegisterAsync(world.Server);

        Assert.Equal(
            HttpStatusCode.Forbidden, (await client.TokenAsync(("grant_type", "client_credentials"))).Status);
        using var secure = client.On(world.Server.Https);
        Assert.Equal(HttpStatusCode.OK, (await secure.TokenAsync(("grant_type", "client_credentials"))).Status);
    }

    [Fact]
    public async Task Signing_out_asks_ends_both_sessions_and_goes_back()
    {
        await using var world = await TestWorld.StartAsync();
        using var client = await OpenIdClient.RegisterAsync(world.Server);
        using var browser = await FormBrowser.SignedInAsync(world.Server, world.Alice);
        var tokens = await client.SignInAsync(browser);
        var link = "/connect/logout?state=bye&id_token_hint=" + tokens.GetProperty("id_token").GetString()
            + "&post_logout_redirect_uri=" + Uri.EscapeDataString(OpenIdClient.SignOutRedirect);
        world.Clock.Advance(TimeSpan.FromHours(1));

        Assert.Equal("Sign out?", (await browser.GetAsync(link)).Heading);
        var done = await browser.SubmitAsync(link);

        Assert.Equal($"{OpenIdClient.SignOutRedirect}?state=bye", done.Location!.ToString());
        Assert.StartsWith(
            "/signin", (await browser.GetAsync("/account")).Location!.ToString(), StringComparison.Ordinal);
        Assert.Equal(
            "invalid_grant",
            (await client.RefreshAsync(tokens.GetProperty("refresh_token").GetString()!)).Body
                .GetProperty("error").GetString());
        var elsewhere = await browser.GetAsync(
            link.Replace("photos.example.test%2Fbye", "evil.example.test", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.BadRequest, elsewhere.Status);
        Assert.Null(elsewhere.Location);
    }

    private static async Task<JsonElement> DiscoveryAsync(TestWorld world, string host)
    {
        using var http = LiveServer.CreateClient();
        using var request = new HttpRequestMessage(
            HttpMethod.Get, new Uri(world.Server.Http, "/.well-known/openid-configuration"));
        request.Headers.Host = host;
        using var answer = await http.SendAsync(request);
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
    }
}
