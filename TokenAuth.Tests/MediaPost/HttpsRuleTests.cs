namespace TokenAuth.Tests.MediaPost;

/// <summary>The getSession page: a desktop application must request its secret at the https endpoint.</summary>
public sealed class HttpsRuleTests
{
    [Theory]
    [InlineData("/api.php")]
    [InlineData("/restserver.php")]
    public async Task A_desktop_application_is_referred_to_https_when_it_exchanges_over_http_and_its_token_stays_usable(
        string endpoint)
    {
        await using var own = await MediaPostWorld.StartAsync();
        var token = await own.Client.ConfirmedTokenAsync(own.World.Uploader, own.World.Alice);
        var call = MediaPostClient.GetSession(own.World.Uploader, token) with { Path = endpoint };

        var answer = await own.Client.AskAsync(call with { Secure = false });

        Assert.Equal(100, answer.Code);
        Assert.Contains(
            $"https://127.0.0.1:{own.World.Server.Https.Port}{endpoint}.", answer.Body, StringComparison.Ordinal);
        Assert.Equal(94, (await own.Client.AskAsync(call with { Secure = false, Style = Style.Native })).Code);
        Assert.NotNull(MediaPostClient.Session(own.World.Uploader, await own.Client.AskAsync(call)).Secret);
    }

    [Fact]
    public async Task The_operator_can_lift_the_rule()
    {
        await using var own = await MediaPostWorld.StartAsync("--TokenAuth:MediaPost:AllowDesktopSessionOverHttp=true");
        var token = await own.Client.ConfirmedTokenAsync(own.World.Uploader, own.World.Alice);

        var session = MediaPostClient.Session(
            own.World.Uploader, await own.Client.AskAsync(
                MediaPostClient.GetSession(own.World.Uploader, token) with { Secure = false }));

        var promoted = await own.Client.AskAsync(session.Call("auth.promoteSession"));
        Assert.Equal(session.Secret, promoted.Text);
    }

    [Fact]
    public async Task The_other_method_that_returns_a_desktop_secret_is_also_https_only()
    {
        await using var own = await MediaPostWorld.StartAsync();
        var session = await own.Client.GrantAsync(own.World.Uploader, own.World.Alice);

        Assert.Equal(100, (await own.Client.AskAsync(session.Call("auth.promoteSession"))).Code);
        Assert.Equal(
            session.Secret,
            (await own.Client.AskAsync(session.Call("auth.promoteSession") with { Secure = true })).Text);
    }

    [Theory]
    [InlineData("--TokenAuth:Proxies=127.0.0.1", null)]
    [InlineData("--TokenAuth:Proxies=192.0.2.1", 100)]
    [InlineData("--TokenAuth:Maintenance=false", 100)]
    public async Task Https_at_a_proxy_counts_only_if_the_proxy_is_trusted(string setting, int? code)
    {
        await using var own = await MediaPostWorld.StartAsync(setting);
        var token = await own.Client.ConfirmedTokenAsync(own.World.Uploader, own.World.Alice);
        var call = MediaPostClient.GetSession(own.World.Uploader, token) with { Secure = false };
        using var request = new HttpRequestMessage(HttpMethod.Post, own.Client.Address(call))
        {
            Content = new FormUrlEncodedContent(call.Pairs),
        };
        request.Headers.Add("X-Forwarded-For", "198.51.100.4");
        request.Headers.Add("X-Forwarded-Proto", "https");

        Assert.Equal(code, (await own.Client.AskAsync(request)).Code);
    }
}
