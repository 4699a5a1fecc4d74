using System.Text.RegularExpressions;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Ipernity;

/// <summary>The log contains no usable secret even when the operator enables every category.</summary>
public sealed partial class LogTests
{
    [Fact]
    public async Task Two_handshakes_and_all_their_failures_leave_no_secret_in_the_log()
    {
        await using var own = await IpernityWorld.StartAsync(RecordedLog.Everything);
        List<string> secrets = [TestWorld.Password, own.World.Gallery.Secret, own.World.Uploader.Secret];

        await FrobAsync(own, secrets);
        await OAuthAsync(own, secrets);
        await FailAsync(own, secrets);

        Assert.All(secrets, secret => Assert.True(secret.Length > 7, secret));
        own.World.Server.Log.HasNone(secrets, "Calls.DialectPipeline");
        Assert.DoesNotContain(own.World.Server.Log.Lines, Confidential().IsMatch);
    }

    private static async Task FrobAsync(IpernityWorld own, List<string> secrets)
    {
        using var browser = await FormBrowser.SignedInAsync(own.World.Server, own.World.Alice);
        var frob = await own.Client.FrobAsync(own.World.Uploader);
        var link = IpernityClient.Link(own.World.Uploader, ("frob", frob), ("perm_doc", "read"));
        secrets.AddRange([frob, link[^32..]]);
        Assert.True((await browser.SubmitAsync(link)).IsDone);

        // The page creates a web application's frob.
        var web = IpernityClient.Link(own.World.Gallery, ("perm_doc", "read"));
        secrets.AddRange(
            [web[^32..], (await browser.SubmitAsync(web)).Sent("frob")!, (await browser.GetAsync(web)).Sent("frob")!]);
        secrets.AddRange(browser.Cookies.Values);

        foreach (var entrance in Enum.GetValues<Entrance>())
        {
            var exchange =
                new IpernityCall(own.World.Uploader, "auth.getToken", ("frob", frob)) { Entrance = entrance };
            secrets.Add(exchange.Pairs[^1].Value);
            var answer = await own.Client.AskAsync(exchange);
            if (entrance != Entrance.Rest)
                continue;
            var check = new IpernityCall(
                own.World.Uploader, "auth.checkToken", ("auth_token", answer.Text("auth", "token")));
            secrets.AddRange([answer.Text("auth", "token"), check.Pairs[^1].Value]);
            Assert.Null((await own.Client.AskAsync(check)).Code);
            Assert.Null(
                (await own.Client.AskAsync(new HttpRequestMessage(HttpMethod.Get, own.Client.QueryOf(check)))).Code);
            Assert.Equal(105, (await own.Client.AskAsync(
                new HttpRequestMessage(HttpMethod.Get, own.Client.QueryOf(check.With(("x", "frob")))))).Code);
        }
    }

    private static async Task OAuthAsync(IpernityWorld own, List<string> secrets)
    {
        using var browser = await FormBrowser.SignedInAsync(own.World.Server, own.World.Alice);
        foreach (var carrier in Enum.GetValues<Carrier>())
        {
            var request = OAuthClient.TokenIn(await AskAsync(
                own, secrets, new OAuthCall(own.World.Gallery, null, "/apps/oauth/request") { Carrier = carrier }));
            await browser.SubmitAsync($"/apps/oauth/authorize?oauth_token={request.Text}&perm_doc=read");
            var access = OAuthClient.TokenIn(await AskAsync(
                own, secrets, new OAuthCall(own.World.Gallery, request, "/apps/oauth/access") { Carrier = carrier }));
            secrets.AddRange([request.Text, request.Secret, access.Text, access.Secret]);
            var check = new OAuthCall(
                own.World.Gallery, access, "/api/auth.checkToken", ("oauth_nonce", $"secret-nonce-{carrier}"))
            {
                Carrier = carrier,
            };
            Assert.Null((await AskAsync(own, secrets, check)).Code);
            Assert.Equal(133, (await AskAsync(own, secrets, check)).Code);
            Assert.Equal(105, (await AskAsync(own, secrets, check with { Secret = "guess", Parameters = [] })).Code);
        }
    }

    /// <summary>A server that has lost its store and then its key ring.</summary>
    private static async Task FailAsync(IpernityWorld own, List<string> secrets)
    {
        using var browser = await FormBrowser.SignedInAsync(own.World.Server, own.World.Alice);
        var frob = await own.Client.ConfirmedFrobAsync(own.World.Gallery, own.World.Alice);
        var token = await own.OAuth.AccessTokenAsync(own.World, own.World.Gallery, own.World.Alice);
        var exchange = new IpernityCall(own.World.Gallery, "auth.getToken", ("frob", frob));
        secrets.AddRange([frob, token.Text, token.Secret, exchange.Pairs[^1].Value]);

        await own.ChangeStoreAsync("ALTER TABLE handshakes RENAME TO lost");
        Assert.Equal(
            503,
            (await own.Client.AskAsync(new HttpRequestMessage(HttpMethod.Get, own.Client.QueryOf(exchange)))).Code);
        var link = IpernityClient.Link(own.World.Gallery, ("frob", frob));
        secrets.Add(link[^32..]);
        Assert.False((await browser.GetAsync(link)).Asks);
        Assert.False((await browser.GetAsync($"/apps/oauth/authorize?oauth_token={token.Text}")).Asks);
        await own.ChangeStoreAsync("UPDATE applications SET protected_secret = 'lost'");
        Assert.Equal(
            500,
            (await own.Client.AskAsync(new HttpRequestMessage(HttpMethod.Get, own.Client.QueryOf(exchange)))).Code);
        Assert.Equal(500, (await AskAsync(
            own,
            secrets,
            new OAuthCall(own.World.Gallery, token, "/api/auth.checkToken") { Carrier = Carrier.Query })).Code);
    }

    private static async Task<IpernityAnswer> AskAsync(IpernityWorld own, List<string> secrets, OAuthCall call)
    {
        using var request = own.OAuth.Request(call);
        var sent = request.Headers.TryGetValues("Authorization", out var header) ? header.Single()
            : request.Content is null ? request.RequestUri!.Query : await request.Content.ReadAsStringAsync();
        var escaped = SignatureIn().Match(sent).Value;
        secrets.AddRange([escaped, Uri.UnescapeDataString(escaped), NonceIn().Match(sent).Value]);
        using var response = await own.OAuth.SendAsync(request);
        return await IpernityAnswer.ReadAsync(response);
    }

    [GeneratedRegex("(?<=oauth_signature=\"?)[^\"&]+")]
    private static partial Regex SignatureIn();

    [GeneratedRegex("(?<=oauth_nonce=\"?)[^\"&]+")]
    private static partial Regex NonceIn();

    /// <summary>The beginning of a query string's confidential part.</summary>
    [GeneratedRegex(
        "(auth_token|frob|api_sig|oauth_[a-z]+|password)(=|%3D)",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Confidential();
}
