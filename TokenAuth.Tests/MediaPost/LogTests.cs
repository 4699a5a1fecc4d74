using System.Net;
using System.Text.RegularExpressions;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.MediaPost;

/// <summary>The log contains no usable secret even when the operator enables every category.</summary>
public sealed partial class LogTests
{
    private static readonly string OneProvider = $"--Logging:{typeof(RecordedLog).FullName}:LogLevel:";

    [Theory]
    [InlineData("--Logging:LogLevel:")]
    [InlineData(null)]
    public async Task A_handshake_and_all_its_failures_leave_no_secret_in_the_log(string? level)
    {
        level ??= OneProvider;
        await using var own = await MediaPostWorld.StartAsync(
            [
                .. new[]
                {
                    "Default", "Microsoft", "Microsoft.AspNetCore", "Microsoft.AspNetCore.Hosting.Diagnostics",
                    "Microsoft.EntityFrameworkCore",
                }.Select(category => $"{level}{category}=Trace"),
            ]);
        var secrets = new List<string> { TestWorld.Password, "a wrong passphrase" };

        await LogInAsync(own, secrets);
        await CallAsync(own, secrets);
        await FailAsync(own, secrets);

        var lines = own.World.Server.Log.Lines;
        Assert.Contains(lines, line => line.StartsWith("Trace Microsoft", StringComparison.Ordinal));
        Assert.Contains(
            lines, line => line.StartsWith("Debug TokenAuth.Kernel.Calls.DialectPipeline", StringComparison.Ordinal));
        Assert.Contains(
            lines, line => line.StartsWith("Error TokenAuth.Kernel.Calls.DialectPipeline", StringComparison.Ordinal));
        Assert.All(secrets, secret => Assert.DoesNotContain(
            lines, line => line.Contains(secret, StringComparison.OrdinalIgnoreCase)));
        Assert.DoesNotContain(lines, line => Confidential().IsMatch(line));
    }

    /// <summary>A person arrives with a link, mistypes the password, signs in, and allows the application.</summary>
    private static async Task LogInAsync(MediaPostWorld own, List<string> secrets)
    {
        var token = await own.Client.TokenAsync(own.World.Gallery);
        secrets.Add(token);
        var cookies = new CookieContainer();
        using var browser = new HttpClient(
            new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = cookies })
        {
            BaseAddress = own.World.Server.Http,
        };
        var link = $"/login.php?api_key={own.World.Gallery.ApiKey}&v=1.0&auth_token={token}&next=%3Fid%3D5";
        var signIn = (await browser.GetAsync(link)).Headers.Location!;
        foreach (var password in new[] { "a wrong passphrase", TestWorld.Password })
            await PostAsync(browser, signIn, secrets, ("login", own.World.Alice.Login), ("password", password));

        var answer = await PostAsync(browser, new Uri(link, UriKind.Relative), secrets, ("decision", "allow"));

        Assert.Equal($"{TestWorld.GalleryCallback}?id=5&auth_token={token}", answer.Headers.Location?.ToString());
        var session = MediaPostClient.Session(
            own.World.Gallery, await own.Client.AskAsync(MediaPostClient.GetSession(own.World.Gallery, token)));
        secrets.Add(session.Key);

        // The second time, the login script creates the token itself and asks nothing.
        var silent =
            (await browser.GetAsync($"/login.php?api_key={own.World.Gallery.ApiKey}")).Headers.Location!.ToString();
        secrets.Add(silent[^38..]);
        secrets.AddRange(cookies.GetAllCookies().Select(cookie => cookie.Value));
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

    private static async Task<HttpResponseMessage> PostAsync(
        HttpClient browser, Uri page, List<string> secrets, params (string Name, string Value)[] fields)
    {
        var form = FormToken().Match(await browser.GetStringAsync(page)).Value;
        secrets.Add(form);
        return await browser.PostAsync(page, new FormUrlEncodedContent(
            [
                .. fields.Append((Name: "__RequestVerificationToken", Value: form)).Select(
                    field => KeyValuePair.Create(field.Name, field.Value)),
            ]));
    }

    [GeneratedRegex("(?<=name=\"__RequestVerificationToken\" type=\"hidden\" value=\")[^\"]+")]
    private static partial Regex FormToken();

    /// <summary>The beginning of a query string's confidential part.</summary>
    [GeneratedRegex(
        "(auth_token|session_key|sig|apiSig|password)(=|%3D)", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Confidential();
}
