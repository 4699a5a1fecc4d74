using TokenAuth.Tests.MediaPost;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Kernel.Http;

/// <summary>Which client address and scheme count, tested by an application's networks and the https rule.</summary>
public sealed class ForwardedHeaderTests
{
    private const string AddressRefused = "<error_code>5</error_code>";
    private const string HttpsRequired = "https endpoint";

    [Theory]
    [InlineData("--TokenAuth:Proxies=127.0.0.1/32", true)]
    [InlineData("--TokenAuth:Proxies:0=127.0.0.0/8", true)]
    [InlineData("--TokenAuth:Proxies=192.0.2.0/24", false)]
    [InlineData("--TokenAuth:Proxies=", false)]
    public async Task Forwarded_headers_are_trusted_from_configured_proxies_only(string proxies, bool areBelieved)
    {
        await using var world = await TestWorld.StartAsync(proxies);
        using var client = new MediaPostClient(world);

        var fenced = await CallAsync(client, world, world.Fenced, "auth.createToken", "X-Forwarded-For: 192.0.2.7");
        var desktop = await CallAsync(client, world, world.Uploader, "auth.getSession", "X-Forwarded-Proto: https");

        Assert.Equal(!areBelieved, fenced.Contains(AddressRefused, StringComparison.Ordinal));
        Assert.Equal(!areBelieved, desktop.Contains(HttpsRequired, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_caller_is_the_last_address_that_is_not_a_proxy()
    {
        (string Header, bool IsRefused)[] headers =
        [
            ("X-Forwarded-For: 198.51.100.7", true),
            ("X-Forwarded-For: 192.0.2.7, 198.51.100.7", true),
            ("X-Forwarded-For: 198.51.100.7, 192.0.2.7", false),
            ("X-Forwarded-For: 198.51.100.7, 192.0.2.7, 127.0.0.2", false),
            ("X-Forwarded-For: ::ffff:192.0.2.7", false),
            ("X-Forwarded-For: nonsense", true),
            ("X-Forwarded-For: 192.0.2.7:1234", false),
            ("Forwarded: for=192.0.2.7", true),
            ("X-Real-IP: 192.0.2.7", true),
        ];
        await using var world = await TestWorld.StartAsync("--TokenAuth:Proxies=127.0.0.0/8");
        using var client = new MediaPostClient(world);

        foreach (var (header, isRefused) in headers)
        {
            var answer = await CallAsync(client, world, world.Fenced, "auth.createToken", header);
            Assert.True(isRefused == answer.Contains(AddressRefused, StringComparison.Ordinal), header);
        }
    }

    private static async Task<string> CallAsync(
        MediaPostClient client, TestWorld world, App application, string method, string header)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(world.Server.Http, "/api.php"))
        {
            Content = new FormUrlEncodedContent(MediaPostClient.Signed(application, application.Secret, method)),
        };
        request.Headers.Add(header.Split(": ")[0], header.Split(": ")[1]);
        using var response = await client.SendAsync(request);
        var answer = await response.Content.ReadAsStringAsync();
        Assert.Contains("_response", answer, StringComparison.Ordinal);
        return answer;
    }
}
