using System.Net;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Accounts.Identities;
using TokenAuth.Tests.Browser.Security;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.OpenId;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Login.Upstream;

/// <summary>Signing in through the provider, and what it is good for.</summary>
public sealed class UpstreamSignInTests : IAsyncLifetime
{
    private UpstreamWorld _own = null!;

    private FormBrowser Browser => _own.Browser;

    private Account Alice => _own.World.Alice;

    public async ValueTask InitializeAsync() => _own = await UpstreamWorld.StartAsync();

    public ValueTask DisposeAsync() => _own.DisposeAsync();

    [Fact]
    public async Task A_linked_identity_signs_in_and_returns_to_the_page()
    {
        await _own.LinkAsync(Alice);
        Assert.Contains(
            "Sign in with Example ID", (await Browser.GetAsync("/signin")).Texts("button"), StringComparer.Ordinal);
        var end = await Browser.TripAsync(back: "/account/keys");

        Assert.Equal("/account/keys", end.Header("Location"));
        Assert.True(await Browser.IsSignedInAsync());
        Assert.Contains(("sign_in", "Example ID"), await _own.EventsAsync(Alice.Id));
        Assert.Contains(
            "Signed in with a browser, through Example ID",
            (await Browser.GetAsync("/account/activity")).Html,
            StringComparison.Ordinal);
        var listed = Assert.Single(await _own.Get<AccountIdentities>().ListAsync(Alice.Id, default));
        Assert.Equal(_own.World.Clock.GetUtcNow(), listed.LastUsedAt);

        var asked = Assert.Single(_own.Provider.Requests);
        Assert.Equal(
            ("code", "S256", "openid profile email", $"{_own.World.Server.Http.AbsoluteUri}signin/upstream"),
            (asked["response_type"].ToString(), asked["code_challenge_method"].ToString(), asked["scope"].ToString(),
                asked["redirect_uri"].ToString()));
        Assert.Equal("", asked["prompt"].ToString());
    }

    [Theory]
    [InlineData("https://elsewhere.example.org/")]
    [InlineData("//elsewhere.example.org")]
    [InlineData("/\\elsewhere.example.org")]
    public async Task A_return_address_elsewhere_is_ignored(string back)
    {
        await _own.LinkAsync(Alice);
        Assert.Equal("/account", (await Browser.TripAsync(back: back)).Header("Location"));
    }

    [Fact]
    public async Task Each_sign_in_opens_a_new_session_and_ends_the_one_before()
    {
        await _own.LinkAsync(Alice);
        await Browser.SignInAsync(_own.World.Bob.Login);
        var before = Browser.Cookies["TokenAuth"];
        await Browser.TripAsync(from: "/account");
        Assert.NotEqual(before, Browser.Cookies["TokenAuth"], StringComparer.Ordinal);

        using var old = new FormBrowser(_own.World.Server.Http);
        old.Cookies["TokenAuth"] = before;
        Assert.False(await old.IsSignedInAsync());
    }

    [Fact]
    public async Task The_second_factor_of_the_account_is_still_asked_for()
    {
        await _own.LinkAsync(Alice);
        var (secret, _) = await _own.World.SetAuthenticatorAsync(Alice);
        var end = await Browser.TripAsync(back: "/account/keys");
        Assert.Equal("/signin/verify?return=%2Faccount%2Fkeys", end.Header("Location"));
        Assert.False(await Browser.IsSignedInAsync());

        var verify = await Browser.GetAsync(end.Header("Location")!);
        Assert.DoesNotContain("Your password is correct", verify.Html, StringComparison.Ordinal);
        Browser.Token = verify.Token;
        var done = await Browser.PostAsync(end.Header("Location")!, [("code", _own.World.CodeOf(secret))]);
        Assert.Equal("/account/keys", done.Header("Location"));
        Assert.Contains(("sign_in", "Example ID"), await _own.EventsAsync(Alice.Id));
    }

    [Theory]
    [InlineData("suspended")]
    [InlineData("locked")]
    [InlineData("deleted")]
    public async Task A_closed_account_signs_nobody_in(string state)
    {
        await _own.LinkAsync(Alice);
        await _own.World.ChangeStoreAsync($"UPDATE accounts SET state = {(long)Enum.Parse<AccountState>(state, true)} WHERE id = {Alice.Id}");
        var end = await Browser.TripAsync();

        Assert.Equal(HttpStatusCode.Forbidden, end.Status);
        Assert.Equal("This account is closed. Contact the people who run this service.", end.Alert);
        Assert.DoesNotContain("TokenAuth", Browser.Cookies.Keys, StringComparer.Ordinal);
        Assert.Contains(("sign_in_failed", state), await _own.EventsAsync(Alice.Id));
    }

    [Fact]
    public async Task The_owner_of_a_closing_account_is_asked_whether_to_keep_it()
    {
        await _own.LinkAsync(Alice);
        await _own.World.ChangeStoreAsync(
            $"UPDATE accounts SET state = {(long)AccountState.Closing}, erase_at = 9000000000000 WHERE id = {Alice.Id}");
        await Browser.TripAsync();
        Assert.StartsWith(
            "/account/keep", (await Browser.GetAsync("/account")).Header("Location"), StringComparison.Ordinal);
    }

    /// <summary>The provider has known the person for an hour, so a change here asks for a proof.</summary>
    [Fact]
    public async Task An_old_session_at_the_provider_is_no_fresh_proof_and_a_new_proof_there_is()
    {
        await _own.LinkAsync(Alice);
        await Browser.TripAsync();
        await Browser.ReadAsync("/account/security");
        var question = await Browser.PostAsync("/account/authenticator", []);
        Assert.Equal("Confirm that it is you", question.Heading);
        Assert.Contains("Confirm with Example ID", question.Texts("button"), StringComparer.Ordinal);

        var end = await Browser.TripAsync("Prove", "/account/security", from: "/account/security");
        Assert.Equal("/account/security", end.Header("Location"));
        var asked = _own.Provider.Requests[^1];
        Assert.Equal(("login", "0"), (asked["prompt"].ToString(), asked["max_age"].ToString()));
        Assert.Contains(
            "Thank you. Now make the change again.",
            (await Browser.GetAsync("/account/security")).Texts("[role=status]"), StringComparer.Ordinal);
        await Browser.ReadAsync("/account/security");
        Assert.NotEqual(
            "Confirm that it is you",
            (await Browser.PostAsync("/account/authenticator", [])).Heading,
            StringComparer.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(-7200L)]
    public async Task A_proof_needs_the_time_from_the_provider(long? seconds)
    {
        await _own.LinkAsync(Alice);
        await Browser.TripAsync();
        _own.Provider.Claims = claims =>
            claims["auth_time"] = seconds is { } late ? _own.World.Clock.GetUtcNow().ToUnixTimeSeconds() + late : null;
        var end = await Browser.TripAsync("Prove", "/account/security", from: "/account/security");
        Assert.Equal(
            "Example ID did not ask you to prove who you are. Use your password or a passkey instead.", end.Alert);
        await Browser.ReadAsync("/account/security");
        Assert.Equal("Confirm that it is you", (await Browser.PostAsync("/account/authenticator", [])).Heading);
    }

    [Fact]
    public async Task The_identity_of_another_account_proves_nothing()
    {
        await _own.LinkAsync(_own.World.Bob);
        await Browser.SignInAsync("alice");
        _own.World.Clock.Advance(TimeSpan.FromMinutes(10));
        var end = await Browser.TripAsync("Prove", "/account/security", from: "/account/security");
        Assert.Equal(HttpStatusCode.BadRequest, end.Status);
        await Browser.ReadAsync("/account/security");
        Assert.Equal("Confirm that it is you", (await Browser.PostAsync("/account/authenticator", [])).Heading);
    }

    /// <summary>An application asks with <c>prompt=login</c>, so the provider must ask as well.</summary>
    [Fact]
    public async Task A_sign_in_that_an_application_asks_for_again_is_asked_for_at_the_provider()
    {
        await _own.LinkAsync(Alice);
        using var client = await OpenIdClient.RegisterAsync(_own.World.Server);
        await Browser.TripAsync();
        var sent = await Browser.GetAsync(client.Link("openid", ("prompt", "login")));
        var link = sent.Header("Location")!;
        Assert.Contains("again=1", link, StringComparison.Ordinal);
        var page = await Browser.GetAsync(link);
        var fields = page.Hidden.Where(field => field.Name is "purpose" or "return" or "again").Distinct().ToList();
        Assert.Contains(("again", "1"), fields);

        Browser.Token = page.Token;
        var end = await Browser.GetAsync(
            await Browser.AnswerAsync(await Browser.PostAsync(UpstreamBrowser.Path, [.. fields])));
        Assert.Equal("login", _own.Provider.Requests[^1]["prompt"].ToString());
        Assert.StartsWith("/connect/authorize", end.Header("Location"), StringComparison.Ordinal);
        Assert.Contains(
            "Allow", (await Browser.GetAsync(end.Header("Location")!)).Texts("button"), StringComparer.Ordinal);
    }

    [Fact]
    public async Task Without_a_provider_there_is_no_button_and_no_page()
    {
        await using var world = await TestWorld.StartAsync();
        using var browser = new FormBrowser(world.Server.Http);
        Assert.DoesNotContain(
            "/signin/upstream", (await browser.GetAsync("/signin")).Html, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync(UpstreamBrowser.Path)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.LeaveAsync()).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync("/signin/link")).Status);
    }
}
