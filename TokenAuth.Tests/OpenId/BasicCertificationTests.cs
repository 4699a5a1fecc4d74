using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.OpenId;

/// <summary>
/// The cases of the OpenID Foundation's conformance suite, plan <c>oidcc-basic-certification-test-plan</c>, under their
/// names there. docs/openid.md says what the server does not support on purpose.
/// </summary>
public sealed class BasicCertificationTests : OpenIdTests
{
    [Fact]
    public async Task Oidcc_server()
    {
        var before = World.Clock.GetUtcNow().ToUnixTimeSeconds();
        var answer = await AnswerAsync("openid");
        Assert.Equal(
            ["code", "from", "iss", "state"], answer.Keys.Order(StringComparer.Ordinal), StringComparer.Ordinal);
        Assert.Equal("the state", answer["state"]);
        var (_, tokens) = await Client.RedeemAsync(answer["code"]);
        var token = tokens.GetProperty("id_token").GetString()!;
        var claims = IdentityOf(tokens);

        Assert.Equal("RS256", OpenIdClient.HeaderOf(token).GetProperty("alg").GetString());
        var (_, keys) = await Client.GetAsync("/.well-known/jwks");
        Assert.Contains(
            OpenIdClient.HeaderOf(token).GetProperty("kid").GetString(),
            keys.GetProperty("keys").EnumerateArray().Select(key => key.GetProperty("kid").GetString()),
            StringComparer.Ordinal);
        Assert.Equal(World.Server.Http.ToString(), claims.GetProperty("iss").GetString());
        Assert.Equal(Client.App.ApiKey, claims.GetProperty("aud").GetString());
        Assert.Equal(Client.App.ApiKey, claims.GetProperty("azp").GetString());
        Assert.Equal("the nonce", claims.GetProperty("nonce").GetString());
        Assert.InRange(claims.GetProperty("iat").GetInt64(), before, before + 1);
        Assert.Equal(300, claims.GetProperty("exp").GetInt64() - claims.GetProperty("iat").GetInt64());
        Assert.InRange(claims.GetProperty("sub").GetString()!.Length, 1, 255);
        var half = SHA256.HashData(Encoding.ASCII.GetBytes(AccessOf(tokens)))[..16];
        Assert.Equal(OpenIdClient.Base64Url(half), claims.GetProperty("at_hash").GetString());
        Assert.Equal("Bearer", tokens.GetProperty("token_type").GetString());
    }

    [Fact]
    public async Task Oidcc_response_type_missing()
    {
        var answer = await AnswerAsync("openid", ("response_type", null));

        Assert.Equal("invalid_request", answer["error"]);
        Assert.Equal("the state", answer["state"]);
    }

    [Fact]
    public async Task Oidcc_userinfo_get_and_post_header_and_post_body()
    {
        var token = AccessOf(await Client.SignInAsync(Browser, "openid"));
        const string Path = "/connect/userinfo";
        AssertAlice(await SendAsync(HttpMethod.Get, Path, null, ("Authorization", "Bearer " + token)));
        AssertAlice(await SendAsync(HttpMethod.Post, Path, null, ("Authorization", "Bearer " + token)));
        AssertAlice(await SendAsync(HttpMethod.Post, Path, Form(("access_token", token))));

        // Not in the suite: RFC 6750, section 2.3, advises against a token in the address, because logs record it.
        var (status, _, _) = await SendAsync(HttpMethod.Get, $"{Path}?access_token={token}");
        Assert.Equal(HttpStatusCode.Unauthorized, status);
    }

    [Fact]
    public async Task Oidcc_ensure_request_without_nonce_succeeds_for_code_flow() =>
        Assert.False((await IdentityAsync("openid", ("nonce", null))).TryGetProperty("nonce", out _));

    [Fact]
    public async Task Oidcc_scope_profile_email_address_phone_all_and_other_order()
    {
        foreach (var (scope, expected) in new[]
        {
            ("openid profile", "name preferred_username sub"),
            ("openid email", "email email_verified sub"),
            ("openid address phone", "sub"),
            ("openid profile email address phone", "email email_verified name preferred_username sub"),
            ("email openid", "email email_verified sub"), // oidcc-ensure-other-scope-order-succeeds
        })
        {
            var tokens = await Client.SignInAsync(Browser, scope);

            var (_, person) = await Client.GetAsync("/connect/userinfo", AccessOf(tokens));
            Assert.Equal(expected, Sorted(Names(person)));
            Assert.Equal(expected, Sorted(Names(IdentityOf(tokens)).Intersect(
                ["sub", "name", "preferred_username", "email", "email_verified"], StringComparer.Ordinal)));
        }

        static string Sorted(IEnumerable<string> names) => string.Join(' ', names.Order(StringComparer.Ordinal));
    }

    /// <summary>A language and a time zone that the person has chosen belong to the profile.</summary>
    [Fact]
    public async Task Oidcc_scope_profile_has_the_language_and_the_time_zone()
    {
        await World.ChangeStoreAsync(
            $"UPDATE accounts SET language = 'fr', time_zone = 'Europe/Paris' WHERE id = {World.Alice.Id}");

        var (_, person) = await Client.GetAsync(
            "/connect/userinfo", AccessOf(await Client.SignInAsync(Browser, "openid profile")));

        Assert.Equal("fr", person.GetProperty("locale").GetString());
        Assert.Equal("Europe/Paris", person.GetProperty("zoneinfo").GetString());
    }

    [Fact]
    public async Task Oidcc_parameters_that_are_not_supported_are_ignored()
    {
        foreach (var parameter in new (string, string?)[]
        {
            ("display", "page"), // oidcc-display-page
            ("display", "popup"), // oidcc-display-popup
            ("extra", "foobar"), // oidcc-ensure-request-with-unknown-parameter-succeeds
            ("login_hint", "bob@example.org"), // oidcc-login-hint
            ("ui_locales", "se fr"), // oidcc-ui-locales
            ("claims_locales", "se"), // oidcc-claims-locales
            ("acr_values", "1 2"), // oidcc-ensure-request-with-acr-values-succeeds
            ("claims", "{\"userinfo\":{\"name\":{\"essential\":true}}}"), // oidcc-claims-essential
            ("claims", "{not JSON"),
            ("registration", "{}"),
            ("response_mode", "query"),
        })
        {
            var claims = await IdentityAsync("openid", parameter);

            Assert.Equal(World.Alice.Id.ToString(), claims.GetProperty("sub").GetString());
            Assert.False(claims.TryGetProperty("acr", out _));
            Assert.False(claims.TryGetProperty("name", out _));
        }
    }

    [Fact]
    public async Task Oidcc_prompt_login()
    {
        var first = await IdentityAsync("openid");
        World.Clock.Advance(TimeSpan.FromSeconds(2));

        var second = IdentityOf(await SignInAgainAsync(("prompt", "login")));

        Assert.True(AuthTime(second) > AuthTime(first));
        Assert.Equal(first.GetProperty("sub").GetString(), second.GetProperty("sub").GetString());
    }

    [Fact]
    public async Task Oidcc_prompt_none_not_logged_in()
    {
        using var stranger = new FormBrowser(World.Server.Http);

        var page = await stranger.GetAsync(Client.Link("openid", ("prompt", "none")));

        Assert.Equal("login_required", OpenIdClient.QueryOf(page.Location!)["error"]);
        Assert.Empty(page.Html);
    }

    [Fact]
    public async Task Oidcc_prompt_none_logged_in()
    {
        var first = await IdentityAsync("openid");

        var second = await IdentityAsync("openid", ("prompt", "none"));

        Assert.Equal(first.GetProperty("sub").GetString(), second.GetProperty("sub").GetString());
        Assert.Equal(AuthTime(first), AuthTime(second));
    }

    [Fact]
    public async Task Oidcc_max_age_1()
    {
        var first = await IdentityAsync("openid");
        World.Clock.Advance(TimeSpan.FromSeconds(2));

        var second = IdentityOf(await SignInAgainAsync(("max_age", "1")));

        Assert.Equal(World.Clock.GetUtcNow().ToUnixTimeSeconds(), AuthTime(second));
        Assert.True(AuthTime(second) > AuthTime(first));
    }

    [Fact]
    public async Task Oidcc_max_age_10000()
    {
        var first = await IdentityAsync("openid");
        World.Clock.Advance(TimeSpan.FromSeconds(9999));

        Assert.Equal(AuthTime(first), AuthTime(await IdentityAsync("openid", ("max_age", "10000"))));
    }

    [Fact]
    public async Task A_max_age_that_is_no_number_is_refused()
    {
        foreach (var value in new[] { "-1", "soon", "1e3", "99999999999999999999" })
            Assert.Equal("invalid_request", (await AnswerAsync("openid", ("max_age", value)))["error"]);
    }

    [Fact]
    public async Task Oidcc_id_token_hint()
    {
        var tokens = await Client.SignInAsync(Browser, "openid");
        World.Clock.Advance(TimeSpan.FromHours(1)); // the identity token has expired, which does not matter here

        var again = await IdentityAsync(
            "openid", ("prompt", "none"), ("id_token_hint", tokens.GetProperty("id_token").GetString()));

        Assert.Equal(World.Alice.Id.ToString(), again.GetProperty("sub").GetString());
    }

    [Theory]
    [InlineData(0)] // oidcc-codereuse
    [InlineData(30)] // oidcc-codereuse-30seconds
    public async Task Oidcc_codereuse_revokes_what_was_issued(int seconds)
    {
        var code = (await AnswerAsync("openid offline_access"))["code"];
        var (_, tokens) = await Client.RedeemAsync(code);
        World.Clock.Advance(TimeSpan.FromSeconds(seconds));

        AssertError("invalid_grant", await Client.RedeemAsync(code));

        Assert.Equal(
            HttpStatusCode.Unauthorized, (await Client.GetAsync("/connect/userinfo", AccessOf(tokens))).Status);
        AssertError("invalid_grant", await Client.RefreshAsync(RefreshOf(tokens)));
    }

    [Fact]
    public async Task Oidcc_ensure_registered_redirect_uri()
    {
        foreach (var wrong in new[] { null, "https://photos.example.test/other", OpenIdClient.Redirect + "&b=1" })
        {
            var page = await Browser.GetAsync(Client.Link("openid", ("redirect_uri", wrong)));
            Assert.Equal((HttpStatusCode.BadRequest, null), (page.Status, page.Location));
        }
    }

    [Fact]
    public async Task Oidcc_ensure_post_request_succeeds()
    {
        await Client.SignInAsync(Browser, "openid");
        Browser.Token = "";
        var query = OpenIdClient.QueryOf(new Uri("https://x.test" + Client.Link()));

        var sent = await Browser.PostAsync(
            "/connect/authorize", [.. query.Select(pair => (pair.Key, pair.Value))],
            ("Origin", "https://photos.example.test"), ("Sec-Fetch-Site", "cross-site"));

        var done = await Browser.GetAsync(sent.Location!.OriginalString);
        Assert.StartsWith(OpenIdClient.Redirect, done.Location!.OriginalString, StringComparison.Ordinal);
        Assert.True(OpenIdClient.QueryOf(done.Location).ContainsKey("code"));
    }

    [Fact]
    public async Task Oidcc_server_client_secret_post()
    {
        var code = (await AnswerAsync("openid"))["code"];
        (string, string)[] grant =
        [
            ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", OpenIdClient.Redirect),
            ("code_verifier", Client.Verifier), ("client_id", Client.App.ApiKey),
        ];

        var (status, body, _) = await SendAsync(
            HttpMethod.Post, "/connect/token", Form([.. grant, ("client_secret", "wrong")]));
        Assert.Equal(HttpStatusCode.Unauthorized, status);
        Assert.Equal("invalid_client", body.GetProperty("error").GetString());
        (status, body, _) = await SendAsync(
            HttpMethod.Post, "/connect/token", Form([.. grant, ("client_secret", Client.App.Secret)]));
        Assert.True(status == HttpStatusCode.OK, body.ToString());
    }

    [Fact]
    public async Task Oidcc_request_objects_are_rejected_as_unsupported()
    {
        foreach (var (name, value) in new[]
        {
            ("request", "eyJhbGciOiJub25lIn0.e30."), ("request_uri", "https://photos.example.test/request.jwt"),
        })
        {
            var answer = await AnswerAsync("openid", (name, value));
            Assert.Equal(name + "_not_supported", answer["error"]);
            Assert.Equal("the state", answer["state"]);
        }
    }

    /// <summary>The redirect URL of a request object does not count.</summary>
    [Fact]
    public async Task Oidcc_ensure_request_object_with_redirect_uri()
    {
        var inner = OpenIdClient.Base64Url(Encoding.UTF8.GetBytes(
            JsonSerializer.Serialize(new { redirect_uri = "https://evil.example.test/" })));

        var answer = await AnswerAsync("openid", ("request", $"eyJhbGciOiJub25lIn0.{inner}."));
        Assert.Equal("request_not_supported", answer["error"]);
    }

    [Fact]
    public async Task Oidcc_refresh_token()
    {
        var first = await Client.SignInAsync(Browser, "openid profile offline_access");
        World.Clock.Advance(TimeSpan.FromMinutes(4));

        var (status, second) = await Client.RefreshAsync(RefreshOf(first));

        Assert.True(status == HttpStatusCode.OK, second.ToString());
        var (before, after) = (IdentityOf(first), IdentityOf(second));
        foreach (var same in new[] { "iss", "sub", "aud", "azp", "nonce" })
            Assert.Equal(before.GetProperty(same).GetString(), after.GetProperty(same).GetString());
        Assert.Equal(AuthTime(before), AuthTime(after));
        Assert.Equal(240, after.GetProperty("iat").GetInt64() - before.GetProperty("iat").GetInt64());
        using var other = await OpenIdClient.RegisterAsync(World.Server, "Other");
        AssertError("invalid_grant", await other.RefreshAsync(RefreshOf(second)));
    }

    /// <summary>RFC 6749, section 6: fewer scopes hold for the access token alone.</summary>
    [Fact]
    public async Task A_refresh_with_fewer_scopes_keeps_those_of_the_refresh_token()
    {
        var first = await Client.SignInAsync(Browser, "openid email offline_access");

        var (_, narrow) = await Client.TokenAsync(
            ("grant_type", "refresh_token"), ("refresh_token", RefreshOf(first)), ("scope", "openid"));
        Assert.Equal("openid", OpenIdClient.ClaimsOf(AccessOf(narrow)).GetProperty("scope").GetString());
        Assert.False(IdentityOf(narrow).TryGetProperty("email", out _));
        var (_, person) = await Client.GetAsync("/connect/userinfo", AccessOf(narrow));
        Assert.Equal("sub", Assert.Single(Names(person)));

        var (_, wide) = await Client.RefreshAsync(RefreshOf(narrow));
        Assert.Equal(
            "openid email offline_access", OpenIdClient.ClaimsOf(AccessOf(wide)).GetProperty("scope").GetString());
        AssertError("invalid_grant", await Client.TokenAsync(
            ("grant_type", "refresh_token"), ("refresh_token", RefreshOf(wide)), ("scope", "openid profile")));
    }

    [Fact]
    public async Task Oidcc_ensure_request_with_valid_pkce_succeeds()
    {
        var code = (await AnswerAsync("openid"))["code"];
        AssertError("invalid_grant", await Client.RedeemAsync(code, new string('b', 64)));
        code = (await AnswerAsync("openid"))["code"];
        Assert.Equal(HttpStatusCode.OK, (await Client.RedeemAsync(code)).Status);
    }

    private static long AuthTime(JsonElement claims) => claims.GetProperty("auth_time").GetInt64();

    private static IEnumerable<string> Names(JsonElement members) =>
        members.EnumerateObject().Select(member => member.Name);

    /// <summary>Signs in again, as the request asks, and returns the tokens.</summary>
    private async Task<JsonElement> SignInAgainAsync((string, string?) parameter)
    {
        var sent = (await Browser.GetAsync(Client.Link("openid", parameter))).Location!.OriginalString;
        Assert.StartsWith("/signin", sent, StringComparison.Ordinal);
        await Browser.SubmitAsync(sent, ("login", World.Alice.Login), ("password", TestWorld.Password));
        var done = await Browser.GetAsync(Uri.UnescapeDataString(sent.Split("return=")[1].Split('&')[0]));
        return (await Client.RedeemAsync(OpenIdClient.QueryOf(done.Location!)["code"])).Body;
    }

    private void AssertAlice((HttpStatusCode Status, JsonElement Body, HttpResponseMessage Response) answer)
    {
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Body.ToString());
        Assert.Equal("application/json", answer.Response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(World.Alice.Id.ToString(), answer.Body.GetProperty("sub").GetString());
    }
}
