using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.WebUtilities;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Login.Upstream;

/// <summary>Wrong, forged and repeated answers. None of them signs anybody in.</summary>
public sealed class UpstreamAttackTests : IAsyncLifetime
{
    private const string Refusal = "Signing in with Example ID did not work. Try again.";

    private UpstreamWorld _own = null!;

    private FormBrowser Browser => _own.Browser;

    public async ValueTask InitializeAsync()
    {
        _own = await UpstreamWorld.StartAsync();
        await _own.LinkAsync(_own.World.Alice);
    }

    public ValueTask DisposeAsync() => _own.DisposeAsync();

    [Theory]
    [InlineData("nonce", "another")]
    [InlineData("nonce", null)]
    [InlineData("iss", "https://other.example.org")]
    [InlineData("iss", null)]
    [InlineData("aud", "another client")]
    [InlineData("aud", null)]
    [InlineData("azp", "another client")]
    [InlineData("sub", null)]
    [InlineData("sub", "")]
    [InlineData("exp", null)]
    [InlineData("sub", "somebody else than userinfo says")]
    public async Task A_token_with_a_wrong_claim_is_refused(string claim, string? value)
    {
        _own.Provider.Claims = claims => claims[claim] = value;
        await RefusedAsync(await Browser.TripAsync());
    }

    [Theory]
    [InlineData("exp", -61)]
    [InlineData("nbf", 61)]
    public async Task A_token_that_is_not_valid_now_is_refused(string claim, int seconds)
    {
        void Set(int by) => _own.Provider.Claims =
            claims => claims[claim] = _own.World.Clock.GetUtcNow().ToUnixTimeSeconds() + by;
        Set(seconds);
        await RefusedAsync(await Browser.TripAsync());
        Set(seconds < 0 ? seconds + 2 : seconds - 2);
        Assert.True((await Browser.TripAsync()).IsRedirect);
    }

    [Theory]
    [InlineData("none", "1")]
    [InlineData("HS256", "1")]
    [InlineData("RS256", "2")]
    public async Task A_token_with_another_algorithm_or_key_is_refused(string algorithm, string key)
    {
        if (key == "2")
            _own.Provider.OtherKey = RSA.Create(2048);
        _own.Provider.Header = header => (header["alg"], header["kid"]) = (algorithm, key);
        await RefusedAsync(await Browser.TripAsync());
    }

    [Fact]
    public async Task A_token_signed_with_another_key_under_the_same_name_is_refused()
    {
        _own.Provider.OtherKey = RSA.Create(2048);
        await RefusedAsync(await Browser.TripAsync());
    }

    [Fact]
    public async Task An_access_token_is_no_identity_token()
    {
        _own.Provider.Header = header => header["typ"] = "at+jwt";
        await RefusedAsync(await Browser.TripAsync());
        _own.Provider.Header = header => header["typ"] = "JWT";
        Assert.True((await Browser.TripAsync()).IsRedirect);
    }

    /// <summary>A mix-up: another provider's answer (RFC 9207). The code is not sent anywhere.</summary>
    [Theory]
    [InlineData("https://other.example.org")]
    [InlineData(null)]
    public async Task An_answer_of_another_issuer_is_refused(string? issuer)
    {
        _own.Provider.Answer = answer => answer["iss"] = issuer;
        await RefusedAsync(await Browser.TripAsync());
        Assert.Equal(0, _own.Provider.Redemptions);
    }

    [Fact]
    public async Task A_provider_that_does_not_promise_to_name_itself_need_not()
    {
        await using var own = await UpstreamWorld.StartAsync();
        own.Provider.NamesItself = false;
        await own.LinkAsync(own.World.Alice);
        Assert.Equal("/account", (await own.Browser.TripAsync()).Header("Location"));
    }

    /// <summary>The server asks the configured issuer, and no address that another one gives it.</summary>
    [Theory]
    [InlineData("https://other.example.org", false)]
    [InlineData(null, true)]
    public async Task Metadata_of_another_issuer_or_from_another_address_is_refused(string? issuer, bool isMoved)
    {
        await using var own = await UpstreamWorld.StartAsync();
        (own.Provider.NamedIssuer, own.Provider.IsMoved) = (issuer, isMoved);

        var refused = await own.Browser.LeaveAsync();

        Assert.Equal((HttpStatusCode.ServiceUnavailable, null), (refused.Status, refused.Location));
        Assert.Empty(own.Provider.Requests);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("forged")]
    public async Task An_answer_without_our_state_is_refused(string? state)
    {
        _own.Provider.Answer = answer => answer["state"] = state;
        var answer = await Browser.GetAsync(await Browser.AnswerAsync(await Browser.LeaveAsync()));
        if (state is null)
            Assert.Equal("/signin", answer.Header("Location"));
        else
            await RefusedAsync(answer);
        Assert.False(await Browser.IsSignedInAsync());
        Assert.Equal(0, _own.Provider.Redemptions);
    }

    [Fact]
    public async Task An_answer_is_good_once()
    {
        var answer = await Browser.AnswerAsync(await Browser.LeaveAsync());
        var before = Browser.Cookies.ToArray();
        Assert.True((await Browser.GetAsync(answer)).IsRedirect);
        Assert.Equal(1, _own.Provider.Redemptions);

        // With the cookies of before as well, which a thief may have copied.
        using var thief = new FormBrowser(_own.World.Server.Http);
        foreach (var (name, value) in before)
            thief.Cookies[name] = value;
        await RefusedAsync(await thief.GetAsync(answer), thief);
        await RefusedAsync(await Browser.GetAsync(answer), signedIn: true);
        Assert.Equal(1, _own.Provider.Redemptions);
    }

    /// <summary>Login CSRF: an attacker sends a victim the answer that belongs to the attacker's own sign-in.</summary>
    [Fact]
    public async Task An_answer_that_another_browser_began_is_refused()
    {
        using var attacker = new FormBrowser(_own.World.Server.Http);
        var answer = await attacker.AnswerAsync(await attacker.LeaveAsync());
        await RefusedAsync(await Browser.GetAsync(answer));

        // Even if the attacker puts the library's cookies into the victim's browser.
        await Browser.LeaveAsync();
        foreach (var (name, value) in attacker.Cookies.Where(cookie => cookie.Key.Contains('.', StringComparison.Ordinal)
            && cookie.Key.StartsWith("TokenAuth.Upstream.", StringComparison.Ordinal)))
            Browser.Cookies[name] = value;
        await RefusedAsync(await Browser.GetAsync(answer));
        Assert.Equal(0, _own.Provider.Redemptions);
    }

    [Fact]
    public async Task The_code_of_another_sign_in_is_refused()
    {
        using var attacker = new FormBrowser(_own.World.Server.Http);
        var stolen = new Uri(await attacker.AnswerAsync(await attacker.LeaveAsync()));
        var code = QueryHelpers.ParseQuery(stolen.Query)["code"];
        _own.Provider.Answer = answer => answer["code"] = code;
        await RefusedAsync(await Browser.TripAsync());
    }

    [Fact]
    public async Task An_answer_after_fifteen_minutes_is_refused()
    {
        var answer = await Browser.AnswerAsync(await Browser.LeaveAsync());
        _own.World.Clock.Advance(TimeSpan.FromMinutes(15));
        await RefusedAsync(await Browser.GetAsync(answer));
        Assert.Equal(0, _own.Provider.Redemptions);
    }

    [Fact]
    public async Task A_link_begun_in_one_session_does_not_end_in_another()
    {
        await Browser.SignInAsync("alice");
        var answer = await Browser.AnswerAsync(await Browser.LeaveAsync("Link", from: "/account/security"));
        await Browser.SignInAsync(_own.World.Bob.Login);
        await RefusedAsync(await Browser.GetAsync(answer), signedIn: true);
    }

    [Fact]
    public async Task A_person_who_refuses_at_the_provider_is_told_so()
    {
        _own.Provider.Answer = answer => (answer["code"], answer["error"]) = (null, "access_denied");
        var end = await Browser.TripAsync(back: "/account/keys");
        Assert.Equal((HttpStatusCode.OK, "You did not sign in at Example ID."), (end.Status, end.Alert));
        Assert.Equal("/signin?return=%2Faccount%2Fkeys", end.Attribute("main p a", "href"));
        Assert.Equal("/account/keys", end.Attribute("main input[name=return]", "value"));
    }

    [Theory]
    [InlineData("server_error")]
    [InlineData("<script>alert(1)</script>")]
    public async Task Another_error_of_the_provider_is_not_repeated_on_the_page(string error)
    {
        _own.Provider.Answer = answer => (answer["code"], answer["error"]) = (null, error);
        var end = await Browser.TripAsync();
        await RefusedAsync(end);
        Assert.DoesNotContain(error, end.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_form_needs_its_token_and_the_own_site()
    {
        await Browser.ReadAsync("/signin");
        Browser.Token = "";
        Assert.Equal(HttpStatusCode.BadRequest, (await Browser.PostAsync(UpstreamBrowser.Path, [("purpose", "SignIn")])).Status);
        await Browser.ReadAsync("/signin");
        Assert.Equal(
            HttpStatusCode.Forbidden,
            (await Browser.PostAsync(
                UpstreamBrowser.Path, [("purpose", "SignIn")], ("Origin", "https://evil.example.org"))).Status);
        Assert.Empty(_own.Provider.Requests);
    }

    /// <summary>Each wrong answer costs a request to the provider, so a network has only a few of them.</summary>
    [Fact]
    public async Task Wrong_answers_are_throttled_by_network_and_block_no_account()
    {
        _own.Provider.Claims = claims => claims["nonce"] = "another";
        for (var i = 0; i < 4; i++)
            await RefusedAsync(await Browser.TripAsync());
        var refused = await Browser.LeaveAsync();
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.Status);
        Assert.StartsWith("Too many failed attempts.", refused.Alert, StringComparison.Ordinal);
        Assert.NotNull(refused.RetryAfter);
        Assert.True((await Browser.SignInAsync("alice")).IsRedirect);

        _own.Provider.Claims = _ => { };
        _own.World.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.True((await Browser.TripAsync(from: "/account")).IsRedirect);
    }

    [Fact]
    public async Task A_provider_that_is_down_is_told_and_everything_else_works()
    {
        await using var own = await UpstreamWorld.StartAsync();
        own.Provider.IsDown = true;
        var down = await own.Browser.LeaveAsync(back: "/account/keys");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, down.Status);
        Assert.Equal(
            "Example ID does not answer at the moment. Try again later, or sign in another way.", down.Alert);
        Assert.Contains("/signin?return=%2Faccount%2Fkeys", down.Html, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await own.Browser.GetAsync("/health/ready")).Status);
        Assert.True((await own.Browser.SignInAsync("alice")).IsRedirect);
        Assert.Single(
            own.World.Server.Log.Lines,
            entry => entry.Contains("A sign-in through", StringComparison.Ordinal));
        await own.Browser.LeaveAsync();
        Assert.Single(
            own.World.Server.Log.Lines,
            entry => entry.Contains("A sign-in through", StringComparison.Ordinal));
    }

    [Fact]
    public async Task No_secret_is_logged()
    {
        _own.Provider.Claims = claims => claims["nonce"] = "another";
        var answer = await Browser.AnswerAsync(await Browser.LeaveAsync());
        await RefusedAsync(await Browser.GetAsync(answer));
        _own.Provider.Claims = _ => { };
        answer = await Browser.AnswerAsync(await Browser.LeaveAsync());
        await Browser.GetAsync(answer);
        var code = QueryHelpers.ParseQuery(new Uri(answer).Query)["code"].ToString();
        Assert.NotEmpty(_own.World.Server.Log.Lines);
        Assert.All(
            (string[])[TestProvider.Secret, code, "an access token", "eyJ"],
            secret => Assert.DoesNotContain(
                _own.World.Server.Log.Lines, entry => entry.Contains(secret, StringComparison.Ordinal)));
    }

    private async Task RefusedAsync(FormPage page, FormBrowser? browser = null, bool signedIn = false)
    {
        Assert.Equal((HttpStatusCode.BadRequest, Refusal), (page.Status, page.Alert));
        Assert.Equal(signedIn, await (browser ?? Browser).IsSignedInAsync());
        Assert.Contains(("sign_in_failed", "upstream"), await _own.EventsAsync(null));
    }
}
