using System.Net;
using Microsoft.Extensions.DependencyInjection;
using TokenAuth.Kernel.Applications;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.OpenId;

/// <summary>The requirements of OpenID Connect and OAuth on requests, as the certification tests them.</summary>
public sealed class RequestTests : IAsyncLifetime
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

    [Theory]
    [InlineData("redirect_uri", "https://photos.example.test/back")]
    [InlineData("redirect_uri", "https://photos.example.test/back?from=oidc&more=1")]
    [InlineData("redirect_uri", "https://photos.example.test/BACK?from=oidc")]
    [InlineData("redirect_uri", "https://photos.example.test:443/back?from=oidc")]
    [InlineData("redirect_uri", "https://evil.example.test/")]
    [InlineData("redirect_uri", "")]
    [InlineData("client_id", "00000000000000000000000000000000")]
    [InlineData("client_id", "")]
    public async Task A_link_without_a_registered_redirect_shows_the_error_and_never_redirects(
        string name, string value)
    {
        var page = await _browser.GetAsync(_client.Link("openid", (name, value)));

        Assert.Equal(HttpStatusCode.BadRequest, page.Status);
        Assert.Null(page.Location);
        Assert.Equal("This link does not work", page.Heading);
    }

    [Theory]
    [InlineData("response_type", "token", "unsupported_response_type")]
    [InlineData("response_type", "code id_token", "unsupported_response_type")]
    [InlineData("response_mode", "form_post", "invalid_request")]
    [InlineData("code_challenge_method", "plain", "invalid_request")]
    [InlineData("code_challenge_method", null, "invalid_request")]
    [InlineData("code_challenge", null, "invalid_request")]
    [InlineData("prompt", "none login", "invalid_request")]
    [InlineData("request", "eyJhbGciOiJub25lIn0.e30.", "request_not_supported")]
    public async Task A_wrong_request_goes_back_with_the_error_and_the_state(string name, string? value, string error)
    {
        var page = await _browser.GetAsync(_client.Link("openid", (name, value)));

        Assert.True(page.IsRedirect, page.Html);
        Assert.StartsWith(OpenIdClient.Redirect + "&", page.Location!.ToString(), StringComparison.Ordinal);
        var query = OpenIdClient.QueryOf(page.Location);
        Assert.Equal(error, query["error"]);
        Assert.Equal("the state", query["state"]);
        Assert.Equal(_world.Server.Http.ToString(), query["iss"]);
        Assert.False(query.ContainsKey("code"));
    }

    [Fact]
    public async Task Without_a_question_the_application_learns_what_is_missing()
    {
        using var stranger = new FormBrowser(_world.Server.Http);
        Assert.Equal("login_required", await ErrorAsync(stranger, ("prompt", "none")));
        Assert.Equal("consent_required", await ErrorAsync(_browser, ("prompt", "none")));

        var tokens = await _client.SignInAsync(_browser, "openid");
        Assert.Null(await ErrorAsync(_browser, ("prompt", "none")));
        var hint = tokens.GetProperty("id_token").GetString();
        Assert.Null(await ErrorAsync(_browser, ("prompt", "none"), ("id_token_hint", hint)));
        using var bob = await FormBrowser.SignedInAsync(_world.Server, _world.Bob);
        await _client.SignInAsync(bob, "openid");
        Assert.Equal("login_required", await ErrorAsync(bob, ("prompt", "none"), ("id_token_hint", hint)));
        _world.Clock.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal("login_required", await ErrorAsync(_browser, ("prompt", "none"), ("max_age", "60")));
        Assert.Null(await ErrorAsync(_browser, ("prompt", "none"), ("max_age", "62")));
    }

    [Theory]
    [InlineData("prompt", "login")]
    [InlineData("max_age", "30")]
    public async Task A_person_signs_in_again_once_if_the_application_asks(string name, string value)
    {
        await _client.SignInAsync(_browser, "openid");
        _world.Clock.Advance(TimeSpan.FromMinutes(1));

        var sent = await _browser.GetAsync(_client.Link("openid", (name, value)));

        Assert.StartsWith("/signin?return=", sent.Location!.ToString(), StringComparison.Ordinal);
        Assert.Contains("&again=1", sent.Location.ToString(), StringComparison.Ordinal);
        var back = Uri.UnescapeDataString(sent.Location.ToString().Split("return=")[1].Split('&')[0]);
        Assert.StartsWith("/signin", (await _browser.GetAsync(back)).Location!.ToString(), StringComparison.Ordinal);
        await _browser.SubmitAsync(
            sent.Location.ToString(), ("login", _world.Alice.Login), ("password", TestWorld.Password));
        var done = await _browser.GetAsync(back);
        Assert.StartsWith(OpenIdClient.Redirect, done.Location!.ToString(), StringComparison.Ordinal);
        var (_, tokens) = await _client.RedeemAsync(OpenIdClient.QueryOf(done.Location)["code"]);
        Assert.Equal(
            _world.Clock.GetUtcNow().ToUnixTimeSeconds(),
            OpenIdClient.ClaimsOf(tokens.GetProperty("id_token").GetString()!).GetProperty("auth_time").GetInt64());
    }

    [Fact]
    public async Task A_forged_time_of_sign_in_does_not_count()
    {
        await _client.SignInAsync(_browser, "openid");

        var page = await _browser.GetAsync(_client.Link("openid", ("prompt", "login"), ("signed_in_since", "1")));

        Assert.StartsWith("/signin", page.Location!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_code_is_bound_to_its_application_verifier_and_redirect_and_expires()
    {
        using var other = await OpenIdClient.RegisterAsync(_world.Server, "Other");
        await AssertRefusedAsync(await other.RedeemAsync(await _client.CodeAsync(_browser), _client.Verifier));
        await AssertRefusedAsync(await _client.RedeemAsync(await _client.CodeAsync(_browser), new string('a', 43)));
        await AssertRefusedAsync(await _client.TokenAsync(
            ("grant_type", "authorization_code"), ("code", await _client.CodeAsync(_browser)),
            ("redirect_uri", "https://photos.example.test/other"), ("code_verifier", _client.Verifier)));
        await AssertRefusedAsync(await _client.TokenAsync(
            ("grant_type", "authorization_code"), ("code", await _client.CodeAsync(_browser)),
            ("redirect_uri", OpenIdClient.Redirect)));

        // A verifier for a code without challenge: a downgrade.
        var plain = await _client.CodeAsync(
            _browser, "openid", ("code_challenge", null), ("code_challenge_method", null));
        await AssertRefusedAsync(await _client.RedeemAsync(plain));

        var late = await _client.CodeAsync(_browser);
        _world.Clock.Advance(TimeSpan.FromMinutes(5) + TimeSpan.FromSeconds(1));
        await AssertRefusedAsync(await _client.RedeemAsync(late));

        static Task AssertRefusedAsync((HttpStatusCode Status, System.Text.Json.JsonElement Body) answer)
        {
            Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
            Assert.True(answer.Body.GetProperty("error").GetString() is "invalid_grant" or "invalid_request");
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task A_code_of_a_removed_consent_or_a_suspended_account_gives_no_token()
    {
        var code = await _client.CodeAsync(_browser);
        await _browser.ReadAsync("/account");
        await _browser.PostAsync("/account?handler=Remove", [("id", _client.App.Id.ToString())]);
        Assert.Equal("invalid_grant", (await _client.RedeemAsync(code)).Body.GetProperty("error").GetString());

        code = await _client.CodeAsync(_browser);
        await _world.ChangeStoreAsync($"UPDATE accounts SET state = 1 WHERE id = {_world.Alice.Id}");
        Assert.Equal("invalid_grant", (await _client.RedeemAsync(code)).Body.GetProperty("error").GetString());
    }

    [Fact]
    public async Task A_form_of_the_application_becomes_a_link()
    {
        var link = _client.Link();
        var query = OpenIdClient.QueryOf(new Uri("https://x.test" + link));
        _browser.Token = "";

        var page = await _browser.PostAsync(
            "/connect/authorize", [.. query.Select(pair => (pair.Key, pair.Value)), ("client_secret", "secret")],
            ("Origin", "https://photos.example.test"), ("Sec-Fetch-Site", "cross-site"));

        Assert.Equal(HttpStatusCode.SeeOther, page.Status);
        Assert.DoesNotContain("secret", page.Location!.ToString(), StringComparison.Ordinal);
        Assert.Equal("Allow Photos?", (await _browser.GetAsync(page.Location.ToString())).Heading);
    }

    [Theory]
    [InlineData("/connect/authorize")]
    [InlineData("/connect/logout")]
    [InlineData("/device")]
    public async Task A_request_of_another_site_without_a_form_becomes_a_link(string path)
    {
        using var http = LiveServer.CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_world.Server.Http, path))
        {
            Headers = { { "Origin", "https://photos.example.test" } },
        };

        using var answer = await http.SendAsync(request);

        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        Assert.Equal(path, answer.Headers.Location!.ToString());
    }

    [Fact]
    public async Task A_wrong_or_missing_secret_is_refused_and_rotated_secrets_work()
    {
        using var wrong = new OpenIdClient(_world.Server.Http, _client.App with { Secret = new string('0', 32) });
        var (status, body) = await wrong.TokenAsync(("grant_type", "client_credentials"));
        Assert.Equal(HttpStatusCode.Unauthorized, status);
        Assert.Equal("invalid_client", body.GetProperty("error").GetString());
        using var none = new OpenIdClient(_world.Server.Http, _client.App, isPublic: true);
        (status, body) = await none.TokenAsync(("grant_type", "client_credentials"));
        Assert.Equal("invalid_request", body.GetProperty("error").GetString());

        var applications = _world.Server.Services.GetRequiredService<ApplicationAdministration>();
        var (secret, _) = (await applications.RotateAsync(_client.App.ApiKey, default))!.Value;
        using var rotated = new OpenIdClient(_world.Server.Http, _client.App with { Secret = secret });
        Assert.Equal(HttpStatusCode.OK, (await rotated.TokenAsync(("grant_type", "client_credentials"))).Status);
        Assert.Equal(HttpStatusCode.OK, (await _client.TokenAsync(("grant_type", "client_credentials"))).Status);
        _world.Clock.Advance(TimeSpan.FromHours(25));
        Assert.Equal(
            HttpStatusCode.Unauthorized, (await _client.TokenAsync(("grant_type", "client_credentials"))).Status);

        await applications.SetEnabledAsync(_client.App.ApiKey, enabled: false, default);
        (_, body) = await rotated.TokenAsync(("grant_type", "client_credentials"));
        Assert.Equal("invalid_client", body.GetProperty("error").GetString());
    }

    [Fact]
    public async Task Networks_and_quota_hold_and_a_stranger_does_not_use_the_quota_up()
    {
        using var fenced = await OpenIdClient.RegisterAsync(_world.Server, "Fenced", networks: ["192.0.2.0/24"]);
        var (status, body) = await fenced.TokenAsync(("grant_type", "client_credentials"));
        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Equal("unauthorized_client", body.GetProperty("error").GetString());

        using var frugal = await OpenIdClient.RegisterAsync(
            _world.Server, "Frugal", quota: (2, TimeSpan.FromMinutes(1)));
        using var stranger = new OpenIdClient(_world.Server.Http, frugal.App with { Secret = new string('0', 32) });
        for (var i = 0; i < 4; i++)
            await stranger.TokenAsync(("grant_type", "client_credentials"));
        for (var i = 0; i < 2; i++)
            Assert.Equal(HttpStatusCode.OK, (await frugal.TokenAsync(("grant_type", "client_credentials"))).Status);
        (status, body) = await frugal.TokenAsync(("grant_type", "client_credentials"));
        Assert.Equal(HttpStatusCode.TooManyRequests, status);
        Assert.Equal("slow_down", body.GetProperty("error").GetString());
    }

    [Fact]
    public async Task A_pushed_request_is_used_once()
    {
        var query = OpenIdClient.QueryOf(new Uri("https://x.test" + _client.Link("openid", ("prompt", "login"))));
        var (status, pushed) = await _client.PostAsync(
            "/connect/par", [.. query.Where(pair => pair.Key != "client_id").Select(pair => (pair.Key, pair.Value))]);
        Assert.True(status == HttpStatusCode.Created, pushed.ToString());
        var link = $"/connect/authorize?client_id={_client.App.ApiKey}&request_uri="
            + Uri.EscapeDataString(pushed.GetProperty("request_uri").GetString()!);

        // The request cannot be changed, so the link itself remembers the sign-in that it asks for.
        var sent = (await _browser.GetAsync(link)).Location!.ToString();
        var back = Uri.UnescapeDataString(sent.Split("return=")[1].Split('&')[0]);
        await _browser.SubmitAsync(sent, ("login", _world.Alice.Login), ("password", TestWorld.Password));
        var done = await _browser.PressAsync(back, "allow");
        Assert.True(done.IsRedirect, done.Html);
        (status, var tokens) = await _client.RedeemAsync(OpenIdClient.QueryOf(done.Location!)["code"]);
        Assert.True(status == HttpStatusCode.OK, tokens.ToString());

        Assert.Equal(HttpStatusCode.BadRequest, (await _browser.GetAsync(back)).Status);
    }

    private async Task<string?> ErrorAsync(FormBrowser browser, params (string Name, string? Value)[] parameters)
    {
        var page = await browser.GetAsync(_client.Link("openid", parameters));
        return page.Location is { } location
            && location.ToString().StartsWith(OpenIdClient.Redirect, StringComparison.Ordinal)
            ? OpenIdClient.QueryOf(location).GetValueOrDefault("error")
            : page.Location?.ToString() ?? page.Html;
    }
}
