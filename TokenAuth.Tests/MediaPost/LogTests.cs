using System.Net;
using System.Text.RegularExpressions;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.MediaPost;

/// <summary>The log contains no usable secret even when the operator enables every category.</summary>
public sealed partial class LogTests
{
    [Theory]
    [InlineData("Logging")]
    [InlineData("Logging:Fake")]
    public async Task A_handshake_and_all_its_failures_leave_no_secret_in_the_log(string section)
    {
        await using var own = await MediaPostWorld.StartAsync(RecordedLog.EverythingAt(section));
        var secrets = new List<string> { TestWorld.Password, "a wrong passphrase" };

        await LogInAsync(own, secrets);
        await CallAsync(own, secrets);
        await FailAsync(own, secrets);

        own.World.Server.Log.HasNone(secrets, "Calls.DialectPipeline");
        Assert.DoesNotContain(own.World.Server.Log.Lines, Confidential().IsMatch);
    }

    /// <summary>A person arrives with a link, mistypes the password, signs in, and allows the application.</summary>
    private static async Task LogInAsync(MediaPostWorld own, List<string> secrets)
    {
        var token = await own.Client.TokenAsync(own.World.Gallery);
        secrets.Add(token);
        using var browser = new FormBrowser(own.World.Server.Http);
        var link = $"/login.php?api_key={own.World.Gallery.ApiKey}&v=1.0&auth_token={token}&next=%3Fid%3D5";
        var signIn = (await browser.GetAsync(link)).Location!.OriginalString;
        foreach (var password in new[] { "a wrong passphrase", TestWorld.Password })
        {
            secrets.Add((await browser.ReadAsync(signIn)).Token);
            await browser.PostAsync(signIn, [("login", own.World.Alice.Login), ("password", password)]);
        }

        secrets.Add((await browser.ReadAsync(link)).Token);
        var answer = await browser.PostAsync(link, [("decision", "allow")]);

        Assert.Equal($"{TestWorld.GalleryCallback}?id=5&auth_token={token}", answer.Location?.ToString());
        var session = MediaPostClient.Session(
            own.World.Gallery, await own.Client.AskAsync(MediaPostClient.GetSession(own.World.Gallery, token)));
        secrets.Add(session.Key);

        // The second time, the login script creates the token itself and asks nothing.
        var silent = (await browser.GetAsync($"/login.php?api_key={own.World.Gallery.ApiKey}")).Location!.ToString();
        secrets.Add(silent[^38..]);
        secrets.AddRange(browser.Cookies.Values);
    }

    /// <summary>Every secret that the dialect knows, in the query and in the form.</summary>
    private static async Task CallAsync(MediaPostWorld own, List<string> secrets)
    {
        var (web, desktop) = (
            await own.Client.GrantAsync(own.World.Gallery, own.World.Alice),
            await own.Client.GrantAsync(own.World.Uploader, own.World.Alice));
        var promoted = (await own.Client.AskAsync(web.Call("auth.promoteSession"))).Text;
        secrets.AddRange(
            [web.Key, desktop.Key, desktop.Secret!, promoted, own.World.Gallery.Secret, own.World.Uploader.Secret]);
        foreach (var call in new[]
        {
            web.Call("users.getLoggedInUser"),
            desktop.Call("users.getLoggedInUser"),
            web.Call("users.isAppAdded", ("ss", "1")) with { Secret = promoted },
        })
        {
            secrets.Add(call.Pairs[^1].Value);
            Assert.Null((await own.Client.AskAsync(call)).Code);
            Assert.Null((await own.Client.AskAsync(Get(own, call))).Code);
            Assert.Null((await own.Client.AskAsync(Get(own, call with { Secure = true }))).Code);
        }
    }

    /// <summary>
    /// Refusals, requests that are not HTTP, and a server that has lost its key ring and then its store.
    /// </summary>
    private static async Task FailAsync(MediaPostWorld own, List<string> secrets)
    {
        var token = await own.Client.ConfirmedTokenAsync(own.World.Gallery, own.World.Alice);
        var call = MediaPostClient.GetSession(own.World.Gallery, token) with { Secure = false };
        secrets.AddRange([token, call.Pairs[^1].Value]);
        Assert.Equal(104, (await own.Client.AskAsync(Get(own, call with { Secret = "guess" }))).Code);
        foreach (var line in new[]
        {
            $"GET /api.php?auth_token={token} HTTP/9.9", $"GET /api.php?auth_token={token}",
            $"GET api.php?auth_token={token} HTTP/1.1", $"G\u0001T /api.php?auth_token={token} HTTP/1.1",
        })
            Assert.DoesNotContain(
                " 200 ",
                await RawHttp.AskAsync(own.World.Server.Http, line + "\nHost: localhost\nConnection: close"),
                StringComparison.Ordinal);
        await own.Client.AskAsync(new HttpRequestMessage(HttpMethod.Put, Get(own, call).RequestUri));
        await own.Client.AskAsync(
            new HttpRequestMessage(HttpMethod.Get, new Uri(own.World.Server.Http, $"/nowhere?auth_token={token}")));

        await own.ChangeStoreAsync("ALTER TABLE handshakes RENAME TO lost");
        Assert.Equal(2, (await own.Client.AskAsync(Get(own, call))).Code);
        await own.Client.AskAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(
            own.World.Server.Http, $"/login.php?api_key={own.World.Gallery.ApiKey}&auth_token={token}")));
        await own.ChangeStoreAsync("UPDATE applications SET protected_secret = 'lost'");
        Assert.Equal(1, (await own.Client.AskAsync(Get(own, call))).Code);
    }

    private static HttpRequestMessage Get(MediaPostWorld own, MediaPostCall call) => new(
        HttpMethod.Get, new Uri(
            own.Client.Address(call),
            "?" + string.Join('&', call.Pairs.Select(pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value)}"))));

    /// <summary>The beginning of a query string's confidential part.</summary>
    [GeneratedRegex(
        "(auth_token|session_key|sig|apiSig|password)(=|%3D)", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Confidential();
}
