using System.Net;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.OpenId;

/// <summary>Sign-in with a code, its tokens, and the session behind them.</summary>
public sealed class SignInTests : IAsyncLifetime
{
    private TestWorld _world = null!;
    private OpenIdClient _client = null!;
    private FormBrowser _browser = null!;

    public async ValueTask InitializeAsync()
    {
        _world = await TestWorld.StartAsync();
        _client = await OpenIdClient.RegisterAsync(_world.Server);
        _browser = await FormBrowser.SignedInAsync(_world.Server, _world.Alice);
    }

    public async ValueTask DisposeAsync()
    {
        _browser.Dispose();
        _client.Dispose();
        await _world.DisposeAsync();
    }

    [Fact]
    public async Task Discovery_names_the_addresses_and_only_what_is_supported()
    {
        var (status, body) = await _client.GetAsync("/.well-known/openid-configuration");

        Assert.Equal(HttpStatusCode.OK, status);
        var at = _world.Server.Http.ToString();
        Assert.Equal(at, body.GetProperty("issuer").GetString());
        Assert.Equal(at + "connect/authorize", body.GetProperty("authorization_endpoint").GetString());
        Assert.Equal(at + "connect/token", body.GetProperty("token_endpoint").GetString());
        Assert.Equal(at + "connect/userinfo", body.GetProperty("userinfo_endpoint").GetString());
        Assert.Equal(at + "connect/introspect", body.GetProperty("introspection_endpoint").GetString());
        Assert.Equal(at + "connect/revoke", body.GetProperty("revocation_endpoint").GetString());
        Assert.Equal(at + "connect/device", body.GetProperty("device_authorization_endpoint").GetString());
        Assert.Equal(at + "connect/par", body.GetProperty("pushed_authorization_request_endpoint").GetString());
        Assert.Equal(at + "connect/logout", body.GetProperty("end_session_endpoint").GetString());
        Assert.Equal(at + ".well-known/jwks", body.GetProperty("jwks_uri").GetString());
        Assert.Equal("S256", Listed("code_challenge_methods_supported"));
        Assert.Equal("code", Listed("response_types_supported"));
        Assert.Equal("query", Listed("response_modes_supported"));
        Assert.Equal("pairwise public", Listed("subject_types_supported"));
        Assert.Equal("RS256", Listed("id_token_signing_alg_values_supported"));
        Assert.True(body.GetProperty("authorization_response_iss_parameter_supported").GetBoolean());

        string Listed(string member) => string.Join(
            ' ',
            body.GetProperty(member).EnumerateArray().Select(value => value.GetString()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_person_signs_in_and_the_tokens_say_who_they_are()
    {
        var link = _client.Link("openid profile email");
        var asked = await _browser.GetAsync(link);
        Assert.Equal("Allow Photos?", asked.Heading);
        Assert.Contains("photos.example.test", asked.Html, StringComparison.Ordinal);

        var back = await _browser.PressAsync(link, "allow");

        Assert.True(back.IsRedirect, back.Html);
        Assert.StartsWith(OpenIdClient.Redirect + "&", back.Location!.ToString(), StringComparison.Ordinal);
        var query = OpenIdClient.QueryOf(back.Location);
        Assert.Equal("the state", query["state"]);
        Assert.Equal(_world.Server.Http.ToString(), query["iss"]);
        var (status, tokens) = await _client.RedeemAsync(query["code"]);
        Assert.True(status == HttpStatusCode.OK, tokens.ToString());
        Assert.Equal("Bearer", tokens.GetProperty("token_type").GetString());
        Assert.InRange(tokens.GetProperty("expires_in").GetInt32(), 299, 300);
        Assert.False(tokens.TryGetProperty("refresh_token", out _));

        var identity = OpenIdClient.ClaimsOf(tokens.GetProperty("id_token").GetString()!);
        Assert.Equal(_world.Alice.Id.ToString(), identity.GetProperty("sub").GetString());
        Assert.Equal(_client.App.ApiKey, identity.GetProperty("aud").GetString());
        Assert.Equal("the nonce", identity.GetProperty("nonce").GetString());
        Assert.Equal("Alice", identity.GetProperty("preferred_username").GetString());
        Assert.Equal(_world.Alice.DisplayName, identity.GetProperty("name").GetString());
        Assert.Equal("Alice@example.test", identity.GetProperty("email").GetString());
        Assert.False(identity.GetProperty("email_verified").GetBoolean());
        Assert.Equal(_world.Clock.GetUtcNow().ToUnixTimeSeconds(), identity.GetProperty("auth_time").GetInt64());
        Assert.True(identity.TryGetProperty("at_hash", out _));

        var access = tokens.GetProperty("access_token").GetString()!;
        Assert.Equal("at+jwt", OpenIdClient.HeaderOf(access).GetProperty("typ").GetString());
        Assert.Equal("RS256", OpenIdClient.HeaderOf(access).GetProperty("alg").GetString());
        Assert.False(OpenIdClient.ClaimsOf(access).TryGetProperty("email", out _));
        Assert.True(OpenIdClient.ClaimsOf(access).TryGetProperty("jti", out _));

        var (_, person) = await _client.GetAsync("/connect/userinfo", access);
        Assert.Equal(_world.Alice.Id.ToString(), person.GetProperty("sub").GetString());
        Assert.Equal("Alice@example.test", person.GetProperty("email").GetString());
        Assert.False(person.GetProperty("email_verified").GetBoolean());
    }

    [Fact]
    public async Task A_consent_covers_the_same_scopes_and_asks_for_more()
    {
        await _client.SignInAsync(_browser, "openid profile");

        Assert.True((await _browser.GetAsync(_client.Link("openid"))).IsRedirect);
        Assert.False((await _browser.GetAsync(_client.Link("openid email"))).IsRedirect);
        Assert.False((await _browser.GetAsync(_client.Link("openid", ("prompt", "consent")))).IsRedirect);
    }

    [Fact]
    public async Task A_denial_goes_back_to_the_application()
    {
        var back = await _browser.PressAsync(_client.Link(), "deny");

        Assert.Equal("access_denied", OpenIdClient.QueryOf(back.Location!)["error"]);
        Assert.Equal("the state", OpenIdClient.QueryOf(back.Location!)["state"]);
    }

    [Fact]
    public async Task A_code_works_once_and_its_second_use_ends_the_session()
    {
        var code = await _client.CodeAsync(_browser, "openid offline_access");
        var (_, tokens) = await _client.RedeemAsync(code);

        var (status, refused) = await _client.RedeemAsync(code);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("invalid_grant", refused.GetProperty("error").GetString());
        await AssertEndedAsync(tokens);
    }

    [Fact]
    public async Task A_refresh_token_works_once_and_its_second_use_ends_the_session()
    {
        var first = await _client.SignInAsync(_browser);
        var (status, second) = await _client.RefreshAsync(first.GetProperty("refresh_token").GetString()!);
        Assert.True(status == HttpStatusCode.OK, second.ToString());
        Assert.NotEqual(
            first.GetProperty("refresh_token").GetString(), second.GetProperty("refresh_token").GetString(),
            StringComparer.Ordinal);

        var (again, refused) = await _client.RefreshAsync(first.GetProperty("refresh_token").GetString()!);

        Assert.Equal(HttpStatusCode.BadRequest, again);
        Assert.Equal("invalid_grant", refused.GetProperty("error").GetString());
        await AssertEndedAsync(second);
    }

    [Fact]
    public async Task A_session_slides_with_each_refresh_and_ends_two_weeks_after_the_last()
    {
        var tokens = await _client.SignInAsync(_browser);
        for (var i = 0; i < 3; i++)
        {
            _world.Clock.Advance(TimeSpan.FromDays(13));
            var (status, next) = await _client.RefreshAsync(tokens.GetProperty("refresh_token").GetString()!);
            Assert.True(status == HttpStatusCode.OK, next.ToString());
            tokens = next;
        }

        _world.Clock.Advance(TimeSpan.FromDays(15));
        Assert.Equal(
            "invalid_grant",
            (await _client.RefreshAsync(tokens.GetProperty("refresh_token").GetString()!)).Body
                .GetProperty("error").GetString());
    }

    [Fact]
    public async Task The_account_page_lists_the_application_and_removes_it_at_once()
    {
        var tokens = await _client.SignInAsync(_browser);
        var page = await _browser.GetAsync("/account/applications");
        Assert.Contains("Photos", page.Html, StringComparison.Ordinal);

        await _browser.ReadAsync("/account");
        await _browser.PostAsync("/account?handler=Remove", [("id", _client.App.Id.ToString())]);

        await AssertEndedAsync(tokens);
        Assert.False((await _browser.GetAsync(_client.Link())).IsRedirect);
    }

    [Fact]
    public async Task A_revoked_token_ends_the_session()
    {
        var tokens = await _client.SignInAsync(_browser);
        var (status, _) = await _client.PostAsync(
            "/connect/revoke", ("token", tokens.GetProperty("refresh_token").GetString()!));
        Assert.Equal(HttpStatusCode.OK, status);
        await AssertEndedAsync(tokens);

        tokens = await _client.SignInAsync(_browser);
        (status, _) = await _client.PostAsync(
            "/connect/revoke", ("token", tokens.GetProperty("access_token").GetString()!));
        Assert.Equal(HttpStatusCode.OK, status);
        await AssertEndedAsync(tokens);
    }

    [Fact]
    public async Task Introspection_describes_the_token_to_its_application()
    {
        var tokens = await _client.SignInAsync(_browser, "openid profile offline_access");

        var (_, answer) = await _client.PostAsync(
            "/connect/introspect", ("token", tokens.GetProperty("access_token").GetString()!));

        Assert.True(answer.GetProperty("active").GetBoolean());
        Assert.Equal(_world.Alice.Id.ToString(), answer.GetProperty("sub").GetString());
        using var other = await OpenIdClient.RegisterAsync(_world.Server, "Other");
        (_, answer) = await other.PostAsync(
            "/connect/introspect", ("token", tokens.GetProperty("access_token").GetString()!));
        Assert.Equal("active", Assert.Single(answer.EnumerateObject()).Name);
        Assert.False(answer.GetProperty("active").GetBoolean());
    }

    private async Task AssertEndedAsync(System.Text.Json.JsonElement tokens)
    {
        var access = tokens.GetProperty("access_token").GetString()!;
        Assert.Equal(HttpStatusCode.Unauthorized, (await _client.GetAsync("/connect/userinfo", access)).Status);
        var (_, answer) = await _client.PostAsync("/connect/introspect", ("token", access));
        Assert.False(answer.GetProperty("active").GetBoolean());
        (_, answer) = await _client.RefreshAsync(tokens.GetProperty("refresh_token").GetString()!);
        Assert.Equal("invalid_grant", answer.GetProperty("error").GetString());
    }
}
