using System.Net;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Applications;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Ipernity;

/// <summary>OAuth's whole handshake in three steps, and its possible failures.</summary>
public sealed class OAuthHandshakeTests(IpernityWorld shared) : IClassFixture<IpernityWorld>
{
    private const string Page = "/apps/oauth/authorize?";

    private TestWorld World => shared.World;

    private OAuthClient OAuth => shared.OAuth;

    [Theory]
    [InlineData(Carrier.Header)]
    [InlineData(Carrier.Query)]
    [InlineData(Carrier.Form)]
    public async Task A_web_application_gets_an_access_token_and_checks_it_with_only_oauth_parameters(Carrier carrier)
    {
        var answer = await OAuth.AskAsync(new OAuthCall(
            World.Gallery, null, "/apps/oauth/request", ("oauth_callback", TestWorld.GalleryCallback + "/back"))
        {
            Carrier = carrier,
        });
        var request = OAuthClient.TokenIn(answer);
        using var browser = await FormBrowser.SignedInAsync(World.Server, World.Alice);
        var page = await browser.SubmitAsync($"{Page}oauth_token={request.Text}&perm_doc=write");
        var verifier = page.Sent("oauth_verifier");
        var access = OAuthClient.TokenIn(await OAuth.AskAsync(new OAuthCall(
            World.Gallery, request, "/apps/oauth/access", ("oauth_verifier", verifier))
        { Carrier = carrier }));

        var check = await OAuth.AskAsync(
            new OAuthCall(World.Gallery, access, "/api/auth.checkToken") { Carrier = carrier });

        Assert.Equal(
            $"{TestWorld.GalleryCallback}/back?oauth_token={request.Text}&oauth_verifier={verifier}",
            page.Location?.ToString());
        Assert.EndsWith("&oauth_callback_confirmed=true", answer.Body, StringComparison.Ordinal);
        Assert.Equal("application/x-www-form-urlencoded", answer.ContentType.Split(';')[0]);
        Assert.Equal("no-store", answer.CacheControl);
        Assert.Equal(access.Text, check.Text("auth", "token"));
        Assert.Equal("doc=write,blog=none,network=none,profile=none,post=none", check.Permissions());
        Assert.Equal(World.Alice.Id.ToString(), check.Text("auth", "user", "user_id"));
    }

    [Fact]
    public async Task A_desktop_applications_handshake_ends_on_the_servers_own_page()
    {
        var request = await OAuth.RequestTokenAsync(World.Uploader, ("oauth_callback", "oob"));
        using var browser = await FormBrowser.SignedInAsync(World.Server, World.Alice);

        Assert.True((await browser.SubmitAsync($"{Page}oauth_token={request.Text}")).IsDone);
        OAuthClient.TokenIn(await OAuth.AskAsync(new OAuthCall(World.Uploader, request, "/apps/oauth/access")));
    }

    [Theory]
    [InlineData("?id=5", TestWorld.GalleryCallback + "?oauth_token=")]
    [InlineData("-more", TestWorld.GalleryCallback + "?oauth_token=")]
    [InlineData("/more?u=http://gallery.example.test/apps/gallery", TestWorld.GalleryCallback + "?oauth_token=")]
    [InlineData(TestWorld.GalleryCallback + "?id=5", TestWorld.GalleryCallback + "?id=5&oauth_token=")]
    [InlineData(TestWorld.GalleryCallback + "/sub?x=1", TestWorld.GalleryCallback + "/sub?x=1&oauth_token=")]
    [InlineData("http://evil.example.test/", TestWorld.GalleryCallback + "?oauth_token=")]
    [InlineData("//evil.example.test/", TestWorld.GalleryCallback + "?oauth_token=")]
    [InlineData("http://gallery.example.test/other", TestWorld.GalleryCallback + "?oauth_token=")]
    [InlineData("http://gallery.example.test/apps/gallery/../other", TestWorld.GalleryCallback + "?oauth_token=")]
    [InlineData("?oauth_token=mine", TestWorld.GalleryCallback + "?oauth_token=")]
    [InlineData("oob", TestWorld.GalleryCallback + "?oauth_token=")]
    public async Task A_link_may_refine_the_callback_but_not_leave_it(string callback, string expected)
    {
        using var browser = await FormBrowser.SignedInAsync(World.Server, World.Bob);
        var request = await OAuth.RequestTokenAsync(World.Gallery);
        var page = await browser.SubmitAsync(
            $"{Page}oauth_token={request.Text}&oauth_callback={Uri.EscapeDataString(callback)}");

        Assert.Equal(expected + request.Text, page.Location?.ToString());
        OAuthClient.TokenIn(await OAuth.AskAsync(new OAuthCall(World.Gallery, request, "/apps/oauth/access")));
    }

    [Theory]
    [InlineData("allow")]
    [InlineData("")]
    public async Task Denying_redirects_back_with_an_error_whatever_decision_the_link_brings(string brought)
    {
        var request = await OAuth.RequestTokenAsync(World.Gallery);
        using var browser = await FormBrowser.SignedInAsync(World.Server, World.Bob);

        var page = await browser.PressAsync(
            $"{Page}oauth_token={request.Text}&decision={brought}&DECISION={brought}", "deny");

        Assert.Equal(
            $"{TestWorld.GalleryCallback}?oauth_token={request.Text}&error=access_denied", page.Location?.ToString());
        await AssertRefusedAsync("107", new OAuthCall(World.Gallery, request, "/apps/oauth/access"));
    }

    [Theory]
    [InlineData("oob", null)]
    [InlineData(TestWorld.GalleryCallback + "/one", TestWorld.GalleryCallback + "/one")]
    public async Task A_link_does_not_change_the_callback_that_the_application_signed(string asked, string? expected)
    {
        var request = await OAuth.RequestTokenAsync(World.Gallery, ("oauth_callback", asked));
        using var browser = await FormBrowser.SignedInAsync(World.Server, World.Bob);

        var page = await browser.SubmitAsync($"{Page}oauth_token={request.Text}&"
            + $"oauth_callback={Uri.EscapeDataString(TestWorld.GalleryCallback + "/two")}");

        Assert.Equal(expected, page.Location?.GetLeftPart(UriPartial.Path));
    }

    [Fact]
    public async Task A_service_application_cannot_ask_a_person()
    {
        var request = await OAuth.RequestTokenAsync(World.Janitor);
        using var browser = await FormBrowser.SignedInAsync(World.Server, World.Bob);

        Assert.True(await browser.GetAsync(
            $"{Page}oauth_token={request.Text}") is { Status: HttpStatusCode.BadRequest, Asks: false });
    }

    [Fact]
    public async Task The_page_always_asks()
    {
        await OAuth.AccessTokenAsync(World, World.Gallery, World.Bob, "doc=delete");
        using var browser = await FormBrowser.SignedInAsync(World.Server, World.Bob);
        var request = await OAuth.RequestTokenAsync(World.Gallery);

        Assert.True((await browser.GetAsync($"{Page}oauth_token={request.Text}&perm_doc=read")).Asks);
    }

    [Fact]
    public async Task An_invalid_link_gets_a_page_without_a_redirect()
    {
        var used = await OAuth.RequestTokenAsync(World.Gallery);
        await World.ConfirmAsync(used.Text, World.Gallery, World.Alice, "", "ipernity.oauth");
        var good = await OAuth.RequestTokenAsync(World.Gallery);
        var frob = await shared.Client.FrobAsync(World.Gallery);
        using var browser = await FormBrowser.SignedInAsync(World.Server, World.Alice);

        foreach (var link in new[]
        {
            "", "oauth_token=", "oauth_token=x", "oauth_token=1-",
            "oauth_token=99999999999999999999-0123456789abcdef0123456789abcdef", $"oauth_token={used.Text}",
            $"oauth_token={frob}",
            $"oauth_token={good.Text}0", $"oauth_token={good.Text}&perm_doc=all",
            $"oauth_token={World.Uploader.Id}{good.Text[good.Text.IndexOf('-', StringComparison.Ordinal)..]}",
        })
        {
            var page = await browser.GetAsync(Page + link);
            Assert.True(page is { Status: HttpStatusCode.BadRequest, Location: null, Asks: false }, link);
        }
    }

    [Fact]
    public async Task A_request_token_is_exchanged_once_by_its_application_after_the_person_has_consented()
    {
        var request = await OAuth.RequestTokenAsync(World.Gallery);
        var exchange = new OAuthCall(World.Gallery, request, "/apps/oauth/access");

        await AssertRefusedAsync("107", exchange);
        await World.ConfirmAsync(request.Text, World.Gallery, World.Alice, "", "ipernity.oauth");
        await AssertRefusedAsync("107", exchange with { Application = World.Uploader, Secret = World.Uploader.Secret });
        await AssertRefusedAsync("105", exchange with { Token = request with { Secret = "guess" } });
        await AssertRefusedAsync("131", exchange with { Token = null });
        OAuthClient.TokenIn(await OAuth.AskAsync(exchange));
        await AssertRefusedAsync("107", exchange);
    }

    [Fact]
    public async Task A_request_token_lives_for_ten_minutes()
    {
        await using var own = await IpernityWorld.StartAsync();
        var request = await own.OAuth.RequestTokenAsync(own.World.Gallery);
        await own.World.ConfirmAsync(request.Text, own.World.Gallery, own.World.Alice, "", "ipernity.oauth");
        own.World.Clock.Advance(TimeSpan.FromMinutes(10));

        var answer = await own.OAuth.AskAsync(new OAuthCall(own.World.Gallery, request, "/apps/oauth/access"));
        Assert.StartsWith("107 ", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_endpoints_refuse_in_plain_text_with_401()
    {
        await AssertRefusedAsync(
            "101", new OAuthCall(World.Gallery with { ApiKey = "x" }, null, "/apps/oauth/request"));
        await AssertRefusedAsync("101", new OAuthCall(World.Retired, null, "/apps/oauth/request"));
        await AssertRefusedAsync("111", new OAuthCall(World.Fenced, null, "/apps/oauth/request"));
        await AssertRefusedAsync("105", new OAuthCall(World.Gallery, null, "/apps/oauth/request") { Secret = "guess" });
        await AssertRefusedAsync(
            "132", new OAuthCall(World.Gallery, null, "/apps/oauth/request", ("oauth_timestamp", "1")));
        var bare = await shared.Client.AskAsync(
            new HttpRequestMessage(HttpMethod.Get, new Uri(World.Server.Http, "/apps/oauth/request")));
        Assert.Equal(
            (HttpStatusCode.Unauthorized, "131 Some of the OAuth parameters were not sent: "
                + "oauth_consumer_key, oauth_signature_method, oauth_signature, oauth_timestamp, oauth_nonce"),
            (bare.Status, bare.Body));
    }

    [Fact]
    public async Task A_request_that_is_too_large_and_a_server_failure_have_their_own_status()
    {
        await using var own = await IpernityWorld.StartAsync();
        var large = await own.OAuth.AskAsync(new OAuthCall(
            own.World.Gallery, null, "/apps/oauth/request",
            [.. Enumerable.Range(0, 201).Select(number => ($"p{number}", (string?)"x"))]));
        Assert.Equal(
            (HttpStatusCode.RequestEntityTooLarge, "413 The request is too large."), (large.Status, large.Body));

        await own.ChangeStoreAsync("UPDATE applications SET protected_secret = 'lost'");
        var failed = await own.OAuth.AskAsync(new OAuthCall(own.World.Gallery, null, "/apps/oauth/request"));
        Assert.Equal((HttpStatusCode.InternalServerError, "500 Service general error."), (failed.Status, failed.Body));

        await own.ChangeStoreAsync("ALTER TABLE applications RENAME TO lost");
        var away = await own.OAuth.AskAsync(new OAuthCall(own.World.Gallery, null, "/apps/oauth/request"));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "503 "), (away.Status, away.Body[..4]));
    }

    [Fact]
    public async Task An_application_without_a_callback_stays_here_whatever_it_requests()
    {
        var application = await shared.RegisterAsync(ApplicationKind.Web);
        var request = await OAuth.RequestTokenAsync(application);
        using var browser = await FormBrowser.SignedInAsync(World.Server, World.Bob);

        var page = await browser.SubmitAsync(
            $"{Page}oauth_token={request.Text}&oauth_callback=http://evil.example.test/");

        Assert.True(page is { IsDone: true, Location: null }, page.Html);
    }

    [Fact]
    public async Task A_closed_accounts_request_token_is_refused_as_such_and_ends_for_good()
    {
        await using var own = await IpernityWorld.StartAsync();
        var (request, frob) = (
            await own.OAuth.RequestTokenAsync(own.World.Gallery),
            await own.Client.ConfirmedFrobAsync(own.World.Gallery, own.World.Alice));
        await own.World.ConfirmAsync(request.Text, own.World.Gallery, own.World.Alice, "", "ipernity.oauth");
        await own.SetStateAsync(own.World.Alice, AccountState.Suspended);

        Assert.StartsWith(
            "108 ",
            (await own.OAuth.AskAsync(new OAuthCall(own.World.Gallery, request, "/apps/oauth/access"))).Body,
            StringComparison.Ordinal);
        Assert.Equal(108, (await own.Client.AskAsync(own.World.Gallery, "auth.getToken", ("frob", frob))).Code);

        await own.SetStateAsync(own.World.Alice, AccountState.Active);
        Assert.StartsWith(
            "107 ",
            (await own.OAuth.AskAsync(new OAuthCall(own.World.Gallery, request, "/apps/oauth/access"))).Body,
            StringComparison.Ordinal);
        Assert.Equal(2, (await own.Client.AskAsync(own.World.Gallery, "auth.getToken", ("frob", frob))).Code);
    }

    private async Task AssertRefusedAsync(string code, OAuthCall call)
    {
        using var response = await OAuth.SendAsync(OAuth.Request(call));
        Assert.StartsWith("OAuth ", response.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        var answer = await IpernityAnswer.ReadAsync(response);
        Assert.StartsWith(code + " ", answer.Body, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.Unauthorized, "text/plain; charset=utf-8"), (answer.Status, answer.ContentType));
    }
}
