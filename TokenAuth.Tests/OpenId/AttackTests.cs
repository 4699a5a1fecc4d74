using System.Net;
using System.Security.Cryptography;
using System.Text;
using TokenAuth.Kernel.Applications;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Introspection;

namespace TokenAuth.Tests.OpenId;

/// <summary>What an outsider, or another application, tries (RFC 9700).</summary>
public sealed class AttackTests : OpenIdTests
{
    private const string Exchange = "urn:ietf:params:oauth:grant-type:token-exchange";

    [Fact]
    public async Task A_parameter_that_occurs_twice_is_refused()
    {
        string[] names =
            ["state", "scope", "response_type", "code_challenge", "code_challenge_method", "nonce", "extra"];
        foreach (var name in names)
        {
            var page = await Browser.GetAsync(Client.Link("openid", ("extra", "1")) + $"&{name}=openid");

            Assert.StartsWith(OpenIdClient.Redirect, page.Location!.OriginalString, StringComparison.Ordinal);
            var answer = OpenIdClient.QueryOf(page.Location);
            Assert.Equal("invalid_request", answer["error"]);
            Assert.False(answer.ContainsKey("code"));
        }

        foreach (var second in new[]
        {
            "redirect_uri=https://evil.example.test/", "redirect_uri=" + Uri.EscapeDataString(OpenIdClient.Redirect),
            "client_id=00000000000000000000000000000000",
        })
        {
            var page = await Browser.GetAsync($"{Client.Link()}&{second}");
            Assert.Equal((HttpStatusCode.BadRequest, null), (page.Status, page.Location));
        }

        AssertError(
            "invalid_request",
            await Client.TokenAsync(("grant_type", "client_credentials"), ("grant_type", "client_credentials")));
    }

    /// <summary>Forms of a redirect URL that programs read as the same address, or as another host.</summary>
    [Fact]
    public async Task No_other_form_of_a_redirect_is_followed()
    {
        string[] forms =
        [
            "https://photos.example.test/back/?from=oidc",
            "https://photos.example.test/back/../back?from=oidc",
            "https://photos.example.test/b%61ck?from=oidc",
            "https://photos.example.test/back?from=oidc#",
            "https://photos.example.test/back?from=oidc#@evil.test",
            "https://photos.example.test@evil.test/back?from=oidc",
            "https://photos.example.test\\@evil.test/back?from=oidc",
            "https://photos.example.test.evil.test/back?from=oidc",
            "https://PHOTOS.example.test/back?from=oidc",
            "http://photos.example.test/back?from=oidc",
            "https://photos.example.test/back?from=oidc ",
            " https://photos.example.test/back?from=oidc",
            "//photos.example.test/back?from=oidc",
            "/back?from=oidc",
            "javascript:alert(1)",
            "data:text/html,x",
        ];
        foreach (var redirect in forms)
        {
            foreach (var more in new (string, string?)[] { ("a", "b"), ("prompt", "none"), ("response_type", "bad") })
            {
                var page = await Browser.GetAsync(Client.Link("openid", ("redirect_uri", redirect), more));
                Assert.Equal((HttpStatusCode.BadRequest, null), (page.Status, page.Location));
            }
        }
    }

    /// <summary>The sign-out page redirects to a registered address only, and of the application that asks.</summary>
    [Fact]
    public async Task Signing_out_does_not_redirect_for_strangers()
    {
        using var other = await OpenIdClient.RegisterAsync(
            World.Server, "Other", new OpenIdChange(SignOutRedirects: ["https://other.example.test/bye"]));
        var hint = (await Client.SignInAsync(Browser, "openid")).GetProperty("id_token").GetString();
        using var nobody = new FormBrowser(World.Server.Http);
        foreach (var query in new[]
        {
            "post_logout_redirect_uri=https://evil.example.test/",
            $"client_id={Client.App.ApiKey}&post_logout_redirect_uri=https://other.example.test/bye",
            $"id_token_hint={hint}&post_logout_redirect_uri=https://other.example.test/bye",
            $"id_token_hint={hint}&client_id={other.App.ApiKey}"
            + "&post_logout_redirect_uri=https://other.example.test/bye",
        })
        {
            var page = await nobody.GetAsync("/connect/logout?" + query);
            Assert.True(page.Location?.Host is not ("evil.example.test" or "other.example.test"), query);
        }
    }

    [Fact]
    public async Task An_application_cannot_use_the_code_or_token_of_another()
    {
        using var thief = await OpenIdClient.RegisterAsync(World.Server, "Thief");
        using var program = await OpenIdClient.RegisterAsync(
            World.Server, "Program", new OpenIdChange(Redirects: [OpenIdClient.Redirect], IsPublic: true));

        var code = (await AnswerAsync("openid offline_access"))["code"];
        AssertError("invalid_grant", await thief.RedeemAsync(code, Client.Verifier));
        AssertError("invalid_grant", await program.RedeemAsync(code, Client.Verifier));
        var (status, tokens) = await Client.RedeemAsync(code);
        Assert.True(status == HttpStatusCode.OK, tokens.ToString());

        AssertError("invalid_grant", await thief.RefreshAsync(RefreshOf(tokens)));
        AssertError("invalid_grant", await program.RefreshAsync(RefreshOf(tokens)));
        foreach (var token in new[] { AccessOf(tokens), RefreshOf(tokens) })
        {
            var (_, known) = await thief.PostAsync("/connect/introspect", ("token", token));
            Assert.False(known.GetProperty("active").GetBoolean());
            await thief.PostAsync("/connect/revoke", ("token", token));
            await program.PostAsync("/connect/revoke", ("token", token));
        }

        // None of these attempts has ended the session.
        Assert.Equal(HttpStatusCode.OK, (await Client.RefreshAsync(RefreshOf(tokens))).Status);
    }

    /// <summary>
    /// A code is bound to the browser's request: an attacker's code is refused with the victim's verifier.
    /// </summary>
    [Fact]
    public async Task A_code_of_another_request_is_refused()
    {
        using var attacker = await FormBrowser.SignedInAsync(World.Server, World.Bob);
        var injected = await Client.CodeAsync(
            attacker, "openid",
            ("code_challenge", OpenIdClient.Base64Url(SHA256.HashData(new byte[32]))));

        AssertError("invalid_grant", await Client.RedeemAsync(injected));
    }

    [Fact]
    public async Task PKCE_is_not_weakened()
    {
        foreach (var (method, challenge) in new (string?, string?)[]
        {
            ("plain", Client.Verifier), (null, Client.Verifier), ("S512", Client.Verifier), ("S256", null),
        })
        {
            var answer = await AnswerAsync(
                "openid", ("code_challenge_method", method), ("code_challenge", challenge));
            Assert.Equal("invalid_request", answer["error"]);
        }
    }

    [Fact]
    public async Task A_public_application_can_do_nothing_that_needs_a_secret()
    {
        using var program = await OpenIdClient.RegisterAsync(
            World.Server, "Program", new OpenIdChange(Redirects: ["https://p.example.test/"], IsPublic: true));
        var tokens = await program.SignInAsync(Browser, "openid");

        Assert.NotEqual(
            HttpStatusCode.OK,
            (await program.PostAsync("/connect/introspect", ("token", AccessOf(tokens)))).Status);
        AssertError("unauthorized_client", await program.TokenAsync(
            ("grant_type", Exchange), ("subject_token", AccessOf(tokens)),
            ("subject_token_type", "urn:ietf:params:oauth:token-type:access_token")));
        var (status, body, _) = await SendAsync(HttpMethod.Post, "/connect/token", Form(
            ("grant_type", "client_credentials"), ("client_id", program.App.ApiKey), ("client_secret", "")));
        Assert.True(status != HttpStatusCode.OK, body.ToString());
    }

    [Fact]
    public async Task A_confidential_application_needs_its_secret_everywhere()
    {
        foreach (var path in new[] { "token", "introspect", "revoke", "par", "device" })
        {
            var (status, body, _) = await SendAsync(HttpMethod.Post, "/connect/" + path, Form(
                ("client_id", Client.App.ApiKey), ("grant_type", "client_credentials"), ("token", "x"),
                ("response_type", "code"), ("redirect_uri", OpenIdClient.Redirect), ("scope", "openid")));
            Assert.True(status is HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized, $"{path} {status} {body}");
        }
    }

    /// <summary>
    /// An identity token, a token without a signature, one with another person, and one with a secret that all know.
    /// </summary>
    [Fact]
    public async Task A_token_that_was_changed_or_is_of_another_kind_gives_no_access()
    {
        var tokens = await Client.SignInAsync(Browser, "openid");
        var access = AccessOf(tokens);
        var parts = access.Split('.');
        var claims = OpenIdClient.ClaimsOf(access).GetRawText();
        var changed = claims.Replace(
            $"\"sub\":\"{World.Alice.Id}\"", $"\"sub\":\"{World.Bob.Id}\"", StringComparison.Ordinal);
        Assert.NotEqual(claims, changed, StringComparer.Ordinal);
        var modulus = (await Client.GetAsync("/.well-known/jwks")).Body.GetProperty("keys")[0].GetProperty("n");
        var unsigned = Part("""{"alg":"none","typ":"at+jwt"}""");
        var symmetric = Part("""{"alg":"HS256","typ":"at+jwt"}""") + "." + parts[1];
        var mac = HMACSHA256.HashData(
            Encoding.ASCII.GetBytes(modulus.GetString()!), Encoding.ASCII.GetBytes(symmetric));
        Assert.Contains("\"active\":true", await IntrospectAsync(access), StringComparison.Ordinal);

        foreach (var wrong in new[]
        {
            tokens.GetProperty("id_token").GetString()!,
            $"{unsigned}.{parts[1]}.",
            $"{parts[0]}.{Part(changed)}.{parts[2]}",
            $"{symmetric}.{OpenIdClient.Base64Url(mac)}",
        })
        {
            Assert.Equal("{\"active\":false}", await IntrospectAsync(wrong));
            Assert.NotEqual(HttpStatusCode.OK, (await Client.GetAsync("/connect/userinfo", wrong)).Status);
        }

        static string Part(string json) => OpenIdClient.Base64Url(Encoding.UTF8.GetBytes(json));

        Task<string> IntrospectAsync(string token) =>
            EverySession.IntrospectAsync(World.Server.Http, World.Janitor, token);
    }

    /// <summary>An exchange cannot add scopes or audiences, step by step, and keeps who acted before.</summary>
    [Fact]
    public async Task An_exchange_only_narrows()
    {
        using var site = await OpenIdClient.RegisterAsync(
            World.Server, "Site", new OpenIdChange(MayExchange: true, Audiences: ["a"]));
        using var stranger = await OpenIdClient.RegisterAsync(
            World.Server, "Stranger", new OpenIdChange(MayExchange: true, Audiences: ["b"]));
        var tokens = await site.SignInAsync(Browser, "openid offline_access ipernity:doc.read");

        AssertError("invalid_target", await ExchangeAsync(site, AccessOf(tokens), ("audience", "b")));
        AssertError(
            "invalid_scope",
            await ExchangeAsync(site, AccessOf(tokens), ("audience", "a"), ("scope", "ipernity:doc.write")));
        AssertError("invalid_grant", await ExchangeAsync(stranger, AccessOf(tokens), ("audience", "b")));
        AssertError("invalid_target", await ExchangeAsync(
            site, AccessOf(tokens), ("audience", "a"), ("audience", $"ipernity:{World.Uploader.ApiKey}")));
        var (_, narrow) = await ExchangeAsync(
            site, AccessOf(tokens), ("audience", "a"), ("scope", "ipernity:doc.read"));
        Assert.Equal(
            "ipernity:doc.read", OpenIdClient.ClaimsOf(AccessOf(narrow)).GetProperty("scope").GetString());
        var again = await ExchangeAsync(site, AccessOf(narrow), ("audience", "a"), ("scope", "openid"));
        Assert.True(again.Status == HttpStatusCode.BadRequest, again.Body.ToString());
        Assert.NotEqual(
            HttpStatusCode.OK, (await Client.GetAsync("/connect/userinfo", AccessOf(narrow))).Status);
        AssertError("invalid_request", await ExchangeAsync(
            site, RefreshOf(tokens), "urn:ietf:params:oauth:token-type:jwt", ("audience", "a")));
    }

    [Fact]
    public async Task Of_refreshes_at_the_same_time_one_is_answered_and_the_session_ends()
    {
        for (var round = 0; round < 3; round++)
        {
            var token = RefreshOf(await Client.SignInAsync(Browser));

            var answers = await Task.WhenAll(
                Client.RefreshAsync(token), Client.RefreshAsync(token), Client.RefreshAsync(token));

            var won = Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK).Body;
            Assert.All(
                answers.Where(answer => answer.Status != HttpStatusCode.OK),
                answer => AssertError("invalid_grant", answer));
            AssertError("invalid_grant", await Client.RefreshAsync(RefreshOf(won)));
            Assert.Equal(
                HttpStatusCode.Unauthorized, (await Client.GetAsync("/connect/userinfo", AccessOf(won))).Status);
        }
    }

    [Fact]
    public async Task A_program_with_a_scheme_of_its_own_is_always_asked_about()
    {
        using var app = await OpenIdClient.RegisterAsync(
            World.Server, "Phone", new OpenIdChange(Redirects: ["org.example.phone:/back"], IsPublic: true));
        await app.SignInAsync(Browser, "openid");

        var again = await Browser.GetAsync(app.Link());
        Assert.Equal("Allow Phone?", again.Heading);
        Assert.Contains("<strong>org.example.phone</strong>", again.Html, StringComparison.Ordinal);
        var silent = await Browser.GetAsync(app.Link("openid", ("prompt", "none")));
        Assert.Equal("consent_required", OpenIdClient.QueryOf(silent.Location!)["error"]);
    }

    /// <summary>Anyone can use the key of a public application, so what is stored for it is limited.</summary>
    [Fact]
    public async Task Open_requests_of_one_network_are_limited()
    {
        using var program = await OpenIdClient.RegisterAsync(
            World.Server, "Television", new OpenIdChange(Redirects: ["https://p.example.test/"], IsPublic: true));
        for (var i = 0; i < 100; i++)
            Assert.Equal(HttpStatusCode.OK, (await program.PostAsync("/connect/device", ("scope", "openid"))).Status);

        var (status, body, response) = await SendAsync(
            HttpMethod.Post, "/connect/device", Form(("client_id", program.App.ApiKey), ("scope", "openid")));

        Assert.Equal(HttpStatusCode.TooManyRequests, status);
        Assert.Equal("slow_down", body.GetProperty("error").GetString());
        Assert.NotNull(response.Headers.RetryAfter);
        Assert.Equal(
            HttpStatusCode.OK, (await Client.PostAsync("/connect/device", ("scope", "openid"))).Status);
        World.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(HttpStatusCode.OK, (await program.PostAsync("/connect/device", ("scope", "openid"))).Status);
    }

    [Fact]
    public async Task A_pushed_request_is_for_its_application_and_expires()
    {
        using var thief = await OpenIdClient.RegisterAsync(World.Server, "Thief");
        async Task<string> PushAsync() => (await Client.PostAsync(
            "/connect/par", ("redirect_uri", OpenIdClient.Redirect), ("response_type", "code"), ("scope", "openid"),
            ("code_challenge", Client.Challenge), ("code_challenge_method", "S256"))).Body
            .GetProperty("request_uri").GetString()!;
        string LinkOf(string pushed, string key) =>
            $"/connect/authorize?client_id={key}&request_uri={Uri.EscapeDataString(pushed)}";

        var pushed = await PushAsync();
        Assert.Equal(
            HttpStatusCode.BadRequest, (await Browser.GetAsync(LinkOf(pushed, thief.App.ApiKey))).Status);
        // What the link adds does not count.
        var asked = await Browser.GetAsync(
            LinkOf(pushed, Client.App.ApiKey) + "&scope=email&redirect_uri=https://evil.example.test/");
        Assert.DoesNotContain("e-mail", asked.Html, StringComparison.Ordinal);
        Assert.Contains("photos.example.test", asked.Html, StringComparison.Ordinal);
        AssertError("invalid_request", await Client.PostAsync("/connect/par", ("request_uri", pushed)));

        pushed = await PushAsync();
        World.Clock.Advance(TimeSpan.FromMinutes(10) + TimeSpan.FromSeconds(1));
        var late = await Browser.GetAsync(LinkOf(pushed, Client.App.ApiKey));
        Assert.Equal((HttpStatusCode.BadRequest, null), (late.Status, late.Location));
    }

    [Fact]
    public async Task A_huge_value_does_no_harm()
    {
        foreach (var name in new[] { "state", "scope", "nonce", "id_token_hint", "acr_values", "redirect_uri" })
        {
            foreach (var length in new[] { 6000, 20_000 })
            {
                var page = await Browser.GetAsync(Client.Link("openid", (name, new string('x', length))));
                Assert.True((int)page.Status < 500, $"{name} {page.Status}");
            }
        }
    }

    [Fact]
    public async Task A_huge_or_odd_value_of_a_program_is_refused()
    {
        foreach (var (grant, name) in new[]
        {
            ("authorization_code", "code"), ("refresh_token", "refresh_token"), (Exchange, "subject_token"),
            ("urn:ietf:params:oauth:grant-type:device_code", "device_code"), ("authorization_code", "code_verifier"),
            ("client_credentials", "client_assertion"),
        })
        {
            foreach (var value in new[] { new string('.', 100_000), "\0", "a\r\nb", "\ud83d\ude00", "..", "eyJ.eyJ.x" })
            {
                var (status, body) = await Client.TokenAsync(
                    ("grant_type", grant), (name, value), ("subject_token_type", "urn:tokenauth:token-type:session"));
                Assert.True((int)status is >= 400 and < 500, $"{grant} {name} {status} {body}");
            }
        }

        var (large, _) = await Client.TokenAsync(
            ("grant_type", "refresh_token"), ("refresh_token", new string('x', 300_000)));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large);
    }

    /// <summary>The pages cannot be framed and nothing is cached, not even an error.</summary>
    [Fact]
    public async Task Pages_cannot_be_framed_and_answers_are_not_cached()
    {
        var tokens = await Client.SignInAsync(Browser);
        foreach (var path in new[]
        {
            Client.Link("openid email"), Client.Link("openid", ("redirect_uri", "https://evil.example.test/")),
            "/device", "/device?user_code=1", "/connect/logout", Client.Link("openid", ("prompt", "none")),
            "/.well-known/openid-configuration", "/connect/userinfo",
        })
        {
            var (_, _, response) = await SendAsync(
                HttpMethod.Get, path, null, ("Cookie", Browser.CookieHeader),
                ("Authorization", "Bearer " + AccessOf(tokens)));
            Assert.Contains("no-store", response.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
            Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
            if (response.Content.Headers.ContentType?.MediaType == "text/html")
            {
                Assert.Contains(
                    "frame-ancestors 'none'", Assert.Single(response.Headers.GetValues("Content-Security-Policy")),
                    StringComparison.Ordinal);
            }
        }
    }

    /// <summary>Without a question, an application learns nothing about a person who did not allow it.</summary>
    [Fact]
    public async Task A_silent_request_tells_nothing_about_the_person()
    {
        var foreign = await AnswerAsync("openid", ("prompt", "none"));
        Assert.Equal("consent_required", foreign["error"]);
        Assert.Equal(
            ["error", "error_description", "error_uri", "from", "iss", "state"],
            foreign.Keys.Order(StringComparer.Ordinal), StringComparer.Ordinal);

        // A hint that is no identity token of this server is answered as another person's.
        await Client.SignInAsync(Browser, "openid");
        foreach (var wrong in new[] { "junk", "eyJhbGciOiJub25lIn0.e30." })
        {
            var answer = await AnswerAsync("openid", ("prompt", "none"), ("id_token_hint", wrong));
            Assert.True(answer.GetValueOrDefault("error") is "login_required" or "invalid_request", wrong);
        }
    }

    private static Task<(HttpStatusCode Status, System.Text.Json.JsonElement Body)> ExchangeAsync(
        OpenIdClient client, string token, params (string, string)[] fields) =>
        ExchangeAsync(client, token, "urn:ietf:params:oauth:token-type:access_token", fields);

    private static Task<(HttpStatusCode Status, System.Text.Json.JsonElement Body)> ExchangeAsync(
        OpenIdClient client, string token, string type, params (string, string)[] fields) => client.TokenAsync(
        [("grant_type", Exchange), ("subject_token", token), ("subject_token_type", type), .. fields]);
}
