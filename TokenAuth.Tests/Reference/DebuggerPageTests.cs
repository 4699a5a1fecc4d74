using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Calls.Methods;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Limits;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Reference;

/// <summary>The signing debugger helps with one's own applications, and tells nothing about those of others.</summary>
public sealed class DebuggerPageTests : IAsyncLifetime
{
    private const string Path = "/docs/debugger";

    private TestWorld _world = null!;

    private FormBrowser _browser = null!;

    public async ValueTask InitializeAsync()
    {
        _world = await ReferenceWorld.StartAsync();
        _browser = await FormBrowser.SignedInAsync(_world.Server, _world.Alice);
    }

    public async ValueTask DisposeAsync()
    {
        _browser.Dispose();
        await _world.DisposeAsync();
    }

    /// <summary>
    /// A client makes three mistakes. Its developer follows the page, and nothing else, until the server accepts the
    /// call.
    /// </summary>
    [Fact]
    public async Task A_client_with_three_mistakes_is_corrected_by_what_the_page_says()
    {
        var gallery = _world.Gallery;
        var (isSorted, isTrimmed, isLower) = (false, false, false);
        var rounds = 0;
        using var http = LiveServer.CreateClient();
        for (; rounds < 4; rounds++)
        {
            (string Name, string Value)[] sent =
                [("method", "Up.auth.createToken"), ("call_id", "7"), ("api_key", gallery.ApiKey)];
            var signed = isSorted ? sent.OrderBy(pair => pair.Name, StringComparer.Ordinal) : sent.AsEnumerable();
            var text = string.Concat(signed.Select(pair => $"{pair.Name}={pair.Value}"));
            var sig = Md5(text + gallery.Secret + (isTrimmed ? "" : "\n"));
            var form = string.Join('&', sent.Select(pair => $"{pair.Name}={pair.Value}"))
                + $"&sig={(isLower ? sig : sig.ToUpperInvariant())}";
            var url = new Uri(_world.Server.Http, $"/api.php?{form}");
            if ((await http.GetStringAsync(url)).Contains("auth_createToken_response", StringComparison.Ordinal))
                break;

            var page = await ExplainAsync("mediapost", $"curl '{url}'");
            Assert.StartsWith("The signature is wrong.", page.Text(".notice p"), StringComparison.Ordinal);
            var reasons = string.Concat(page.Texts(".notice li"));
            isLower |= reasons.Contains("Send it in lower case.", StringComparison.Ordinal);
            // One correction at a time.
            if (!isSorted)
                isSorted = reasons.Contains("Sort them by name.", StringComparison.Ordinal);
            else
                isTrimmed = reasons.Contains("The secret ended in a line break", StringComparison.Ordinal);
        }

        Assert.Equal((true, true, true, 2), (isSorted, isTrimmed, isLower, rounds));
    }

    [Fact]
    public async Task Each_piece_of_the_text_is_named_and_the_secret_is_not_shown()
    {
        var page = await ExplainAsync("mediapost", Call(_world.Gallery, "x=<b>&sig=0"));

        Assert.Equal(
            ["api_key", "=", _world.Gallery.ApiKey, "method", "=", "auth.createToken", "x", "=", "<b>", "[secret]"],
            page.Texts(".signed .piece"));
        Assert.Contains("the secret", page.Texts("td"), StringComparer.Ordinal);
        Assert.Contains("value of x", page.Texts("td"), StringComparer.Ordinal);
        Assert.Equal(
            Md5($"api_key={_world.Gallery.ApiKey}method=auth.createTokenx=<b>{_world.Gallery.Secret}"),
            page.Texts("dd code")[1]);
        Assert.DoesNotContain(_world.Gallery.Secret, page.Html, StringComparison.Ordinal);
    }

    /// <summary>The page is the same for an application of another person and for one that does not exist.</summary>
    [Fact]
    public async Task Applications_of_others_are_like_unknown_ones()
    {
        var other = _world.Draft;
        var right = Md5($"api_key={other.ApiKey}method=auth.createToken{other.Secret}");
        var foreign = await ExplainAsync("mediapost", Call(other, $"sig={right}"));
        var unknown = await ExplainAsync(
            "mediapost", Call(other with { ApiKey = new string('0', 32) }, $"sig={right}"));

        Assert.StartsWith("Nothing is compared", foreign.Text(".notice p"), StringComparison.Ordinal);
        Assert.Equal(Seen(unknown), Seen(foreign).Replace(other.ApiKey, new string('0', 32), StringComparison.Ordinal));
        // Nor is its secret one of those that are tried for an own application.
        var own = await ExplainAsync(
            "mediapost", Call(_world.Gallery, $"sig={Md5($"api_key={_world.Gallery.ApiKey}method=auth.createToken{other.Secret}")}"));
        Assert.Contains("no usual mistake", own.Text(".notice p"), StringComparison.Ordinal);
        var mine = await ExplainAsync(
            "mediapost",
            Call(_world.Gallery, $"sig={Md5($"api_key={_world.Gallery.ApiKey}method=auth.createToken{_world.Uploader.Secret}")}"));
        Assert.Contains("made with the secret of Uploader", mine.Text(".notice p"), StringComparison.Ordinal);

        static string Seen(FormPage page) => page.Html[page.Html.IndexOf("<section", StringComparison.Ordinal)..page.Html.IndexOf(
            "__RequestVerificationToken", page.Html.IndexOf("<section", StringComparison.Ordinal),
            StringComparison.Ordinal)];
    }

    /// <summary>A developer must not sign for the people who use the application.</summary>
    [Fact]
    public async Task The_secret_of_a_session_of_another_person_is_not_used()
    {
        var uploader = _world.Uploader;
        foreach (var (login, isOwn) in new[] { ("Alice", true), ("bob_2", false) })
        {
            await using var scope = _world.Server.Services.CreateAsyncScope();
            var services = scope.ServiceProvider;
            var account = await services.GetRequiredService<AccountDirectory>().FindAsync(login, default);
            var application = await services.GetRequiredService<ApplicationAdministration>()
                .FindAsync(uploader.Id, default);
            var session = await services.GetRequiredService<ServedDialects>().Find("mediapost")!.SignIn!.OpenAsync(
                new TrialPerson(account!, application, IPAddress.Loopback), default);
            var page = await ExplainAsync(
                "mediapost",
                $"{_world.Server.Http}api.php?method=users.getLoggedInUser&api_key={uploader.ApiKey}"
                + $"&session_key={session!.Text}&sig=0");
            var expected = Md5(
                $"api_key={uploader.ApiKey}method=users.getLoggedInUsersession_key={session.Text}{session.Secret}");

            Assert.Equal(isOwn ? expected : "unknown: the caller is not one of yours", page.Texts("dd code")[1]);
            Assert.DoesNotContain(session.Secret!, page.Html, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_token_of_another_application_is_a_warning()
    {
        var page = await ExplainAsync(
            "mediapost", Call(_world.Gallery, $"session_key={new string('a', 32)}&sig=0"));

        Assert.Contains(
            page.Texts(".notice"),
            text => text.Contains("session_key is not a token of this application", StringComparison.Ordinal));
    }

    /// <summary>With PLAINTEXT the signature is the secret.</summary>
    [Fact]
    public async Task A_signature_that_is_the_secret_is_not_shown()
    {
        var gallery = _world.Gallery;
        var page = await ExplainAsync(
            "ipernity",
            $"https://auth.example.test/api/test.echo?oauth_consumer_key={gallery.ApiKey}"
            + "&oauth_signature_method=PLAINTEXT&oauth_signature=guess%26");

        Assert.Equal(["[not shown]", "[not shown]"], page.Texts("dd code"));
        Assert.DoesNotContain(gallery.Secret, page.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_ones_own_keys_explain_a_response_to_a_challenge()
    {
        var keys = _world.Server.Services.GetRequiredService<AccountKeys>();
        var (own, other) = (
            await keys.AddAsync(_world.Alice.Id, "old client", null, default),
            await keys.AddAsync(_world.Bob.Id, "old client", null, default));
        var challenge = "c0:1772366400:1:60:abcdefghijklmnopqrst:0123456789abcdef0123456789abcdef";
        foreach (var (login, key, verdict) in new[]
        {
            ("alice", own, "The signature is right."), ("bob_2", other, "Nothing is compared"),
        })
        {
            var page = await ExplainAsync(
                "dreamwidth",
                $"mode=login\nuser={login}\nauth_method=challenge\nauth_challenge={challenge}\n"
                + $"auth_response={Md5(challenge + Md5(key))}");
            Assert.StartsWith(verdict, page.Text(".notice p"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Large_and_unreadable_texts_are_refused_and_a_password_is_not_repeated()
    {
        Assert.Equal(
            "The request has more than 64 KiB.",
            (await ExplainAsync("mediapost", new string('x', 64 * 1024 + 1))).Alert);
        Assert.StartsWith(
            "The text is neither", (await ExplainAsync("mediapost", "<script>")).Alert, StringComparison.Ordinal);
        Assert.Equal("Choose a dialect.", (await ExplainAsync("none", "a=b")).Alert);
        var page = await ExplainAsync("dreamwidth", "mode=login\nuser=alice\npassword=hunter2\nauth_response=0");
        Assert.Contains("[not shown]", page.Texts("td"), StringComparer.Ordinal);
    }

    [Fact]
    public async Task Attempts_are_recorded_without_content_and_limited()
    {
        for (var i = 0; i < DeveloperLimit.PerWindow; i++)
            Assert.Equal(HttpStatusCode.OK, (await ExplainAsync("mediapost", Call(_world.Gallery, "sig=0"))).Status);
        var refused = await ExplainAsync("mediapost", Call(_world.Gallery, "sig=0"));
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.Status);
        Assert.Equal(0, refused.Count(".signed"));

        await _world.Server.Services.GetRequiredService<SecurityLog>().FlushAsync(default);
        var activity = await _browser.GetAsync("/account/activity");
        Assert.Contains("Looked into a signature of Gallery", activity.Html, StringComparison.Ordinal);
        Assert.DoesNotContain(_world.Gallery.ApiKey, activity.Html, StringComparison.Ordinal);
    }

    private async Task<FormPage> ExplainAsync(string dialect, string request)
    {
        await _browser.ReadAsync(Path);
        return await _browser.PostAsync(Path, [("dialect", dialect), ("application", ""), ("request", request)]);
    }

    private string Call(App application, string more) =>
        $"{_world.Server.Http}api.php?method=auth.createToken&api_key={application.ApiKey}&{more}";

    private static string Md5(string text) => Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(text)));
}
