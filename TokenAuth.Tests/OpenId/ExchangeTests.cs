using System.Net;
using TokenAuth.Kernel.Applications;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Introspection;
using TokenAuth.Tests.Ipernity;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.OpenId;

/// <summary>Sessions of the dialects exchanged for access tokens, and the reverse.</summary>
public sealed class ExchangeTests : IAsyncLifetime
{
    private const string Grant = "urn:ietf:params:oauth:grant-type:token-exchange";

    private const string AnySession = "urn:tokenauth:token-type:session";

    private const string AccessToken = "urn:ietf:params:oauth:token-type:access_token";

    private IpernityWorld _own = null!;
    private OpenIdClient _gateway = null!;

    private TestWorld World => _own.World;

    public async ValueTask InitializeAsync()
    {
        _own = await IpernityWorld.StartAsync();
        _gateway = await OpenIdClient.RegisterAsync(
            World.Server, "Gateway", new OpenIdChange(MayExchange: true, Audiences: ["https://api.example.test", "b"]),
            kind: ApplicationKind.Service);
    }

    public async ValueTask DisposeAsync()
    {
        _gateway.Dispose();
        await _own.DisposeAsync();
    }

    [Fact]
    public async Task A_session_of_each_dialect_becomes_a_token_for_an_audience()
    {
        var every = await EverySession.OpenAsync(_own);
        foreach (var (kind, text) in every.Texts)
        {
            var (status, answer) = await ExchangeAsync(text, AnySession, ("audience", "https://api.example.test"));
            Assert.True(status == HttpStatusCode.OK, $"{kind}: {answer}");
            Assert.Equal(AccessToken, answer.GetProperty("issued_token_type").GetString());
            Assert.Equal("Bearer", answer.GetProperty("token_type").GetString());
            Assert.InRange(answer.GetProperty("expires_in").GetInt32(), 1, 300);
            Assert.False(answer.TryGetProperty("refresh_token", out _));

            var claims = OpenIdClient.ClaimsOf(answer.GetProperty("access_token").GetString()!);
            var known = await IntrospectAsync(text);
            Assert.Contains($"\"sub\":\"{claims.GetProperty("sub").GetString()}\"", known, StringComparison.Ordinal);
            Assert.Equal("https://api.example.test", claims.GetProperty("aud").GetString());
            Assert.Equal(_gateway.App.ApiKey, claims.GetProperty("act").GetProperty("sub").GetString());
            Assert.DoesNotContain(text, claims.ToString(), StringComparison.Ordinal);
        }

        Assert.Contains(
            every.Texts, session => session.Key.Contains("wetpaint", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_token_dies_with_the_session_that_it_was_exchanged_for()
    {
        var session = await EverySession.MediaPostAsync(World, World.Gallery, slides: false);
        var (_, answer) = await ExchangeAsync(session, "urn:tokenauth:token-type:mediapost", ("audience", "b"));
        var token = answer.GetProperty("access_token").GetString()!;
        Assert.Contains("\"active\":true", await IntrospectAsync(token), StringComparison.Ordinal);

        await World.ChangeStoreAsync("DELETE FROM sessions WHERE dialect = 'mediapost'");

        Assert.Equal("{\"active\":false}", await IntrospectAsync(token));
        var (status, refused) = await ExchangeAsync(session, AnySession, ("audience", "b"));
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("invalid_grant", refused.GetProperty("error").GetString());
    }

    [Fact]
    public async Task A_token_does_not_outlive_the_session()
    {
        var session = await EverySession.MediaPostAsync(World, World.Gallery, slides: false);
        World.Clock.Advance(TimeSpan.FromDays(1) - TimeSpan.FromSeconds(90));

        var (_, answer) = await ExchangeAsync(session, AnySession, ("audience", "b"));

        Assert.InRange(answer.GetProperty("expires_in").GetInt32(), 1, 90);

        World.Clock.Advance(TimeSpan.FromSeconds(89.5));
        var (_, late) = await ExchangeAsync(session, AnySession, ("audience", "b"));
        Assert.Equal("invalid_grant", late.GetProperty("error").GetString());
    }

    [Theory]
    [InlineData("audience", "https://other.example.test", "invalid_target")]
    [InlineData("audience", "ipernity:00000000000000000000000000000000", "invalid_target")]
    [InlineData("scope", "ipernity:doc.write", "invalid_scope")]
    [InlineData("scope", "email", "invalid_scope")]
    [InlineData("subject_token", "no session", "invalid_grant")]
    [InlineData("subject_token_type", "urn:tokenauth:token-type:ipernity", "invalid_grant")]
    [InlineData("subject_token_type", "urn:example:other", "invalid_request")]
    [InlineData("resource", "https://api.example.test/", "invalid_target")]
    public async Task An_exchange_is_refused_with_its_own_error(string name, string value, string error)
    {
        var session = await EverySession.MediaPostAsync(World, World.Gallery, slides: false);
        var fields = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["grant_type"] = Grant,
            ["subject_token"] = session,
            ["subject_token_type"] = AnySession,
            ["audience"] = "b",
        };
        fields[name] = value;

        var (status, answer) = await _gateway.TokenAsync([.. fields.Select(field => (field.Key, field.Value))]);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(error, answer.GetProperty("error").GetString());
    }

    [Fact]
    public async Task Only_an_application_that_may_exchange_can_and_only_from_its_sources()
    {
        var session = await EverySession.MediaPostAsync(World, World.Gallery, slides: false);
        using var stranger = await OpenIdClient.RegisterAsync(
            World.Server, "Stranger", new OpenIdChange(Audiences: ["b"]));
        using var limited = await OpenIdClient.RegisterAsync(
            World.Server, "Limited",
            new OpenIdChange(MayExchange: true, Audiences: ["b"], ExchangesFrom: [World.Uploader.ApiKey]));

        var (_, answer) = await ExchangeAsync(session, AnySession, stranger, ("audience", "b"));
        Assert.Equal("unauthorized_client", answer.GetProperty("error").GetString());
        (_, answer) = await ExchangeAsync(session, AnySession, limited, ("audience", "b"));
        Assert.Equal("invalid_grant", answer.GetProperty("error").GetString());
    }

    [Fact]
    public async Task Permissions_become_scopes_and_can_be_narrowed()
    {
        var session = await IpernitySessionAsync("doc=write,blog=read");

        var (_, all) = await ExchangeAsync(session, AnySession, ("audience", "b"));
        Assert.Equal(
            "ipernity:blog.read ipernity:doc.read ipernity:doc.write",
            Sorted(all.GetProperty("access_token").GetString()!));
        var (_, one) = await ExchangeAsync(session, AnySession, ("audience", "b"), ("scope", "ipernity:doc.read"));
        Assert.Equal("ipernity:doc.read", Sorted(one.GetProperty("access_token").GetString()!));
    }

    [Fact]
    public async Task An_access_token_becomes_an_ipernity_token_for_an_old_client()
    {
        using var site = await OpenIdClient.RegisterAsync(
            World.Server, "New site",
            new OpenIdChange(MayExchange: true, Audiences: [$"ipernity:{World.Uploader.ApiKey}", "self"]));
        using var browser = await FormBrowser.SignedInAsync(World.Server, World.Alice);
        var tokens = await site.SignInAsync(browser, "openid offline_access ipernity:doc.write");
        var access = tokens.GetProperty("access_token").GetString()!;

        var (status, answer) = await ExchangeAsync(
            access, AccessToken, site, ("audience", $"ipernity:{World.Uploader.ApiKey}"));

        Assert.True(status == HttpStatusCode.OK, answer.ToString());
        Assert.Equal("urn:tokenauth:token-type:ipernity", answer.GetProperty("issued_token_type").GetString());
        var old = answer.GetProperty("access_token").GetString()!;
        var known = await EverySession.IntrospectAsync(World.Server.Http, World.Janitor, old);
        Assert.Contains("\"dialect\":\"ipernity\"", known, StringComparison.Ordinal);
        Assert.Contains($"\"client_id\":\"{World.Uploader.ApiKey}\"", known, StringComparison.Ordinal);
        Assert.Contains($"\"uid\":{World.Alice.Id}", known, StringComparison.Ordinal);
        Assert.Contains("\"permissions\":\"doc=write\"", known, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_access_token_is_exchanged_by_its_audience_for_another()
    {
        using var site = await OpenIdClient.RegisterAsync(
            World.Server, "New site", new OpenIdChange(Audiences: [_gateway.App.ApiKey]));
        using var browser = await FormBrowser.SignedInAsync(World.Server, World.Alice);
        var tokens = await site.SignInAsync(browser);

        var (status, answer) = await ExchangeAsync(
            tokens.GetProperty("access_token").GetString()!, AccessToken, ("audience", "b"));

        Assert.True(status == HttpStatusCode.OK, answer.ToString());
        var token = answer.GetProperty("access_token").GetString()!;
        Assert.Equal(World.Alice.Id.ToString(), OpenIdClient.ClaimsOf(token).GetProperty("sub").GetString());
        Assert.Contains("\"active\":true", await IntrospectAsync(token), StringComparison.Ordinal);
        await site.PostAsync("/connect/revoke", ("token", tokens.GetProperty("refresh_token").GetString()!));
        Assert.Equal("{\"active\":false}", await IntrospectAsync(token));
    }

    [Fact]
    public async Task The_proxy_endpoint_accepts_an_exchanged_token_and_one_of_a_sign_in()
    {
        var session = await EverySession.MediaPostAsync(World, World.Gallery, slides: false);
        var (_, answer) = await ExchangeAsync(session, AnySession, ("audience", "b"));

        using var http = LiveServer.CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(World.Server.Http, "/auth/verify"));
        request.Headers.Authorization = new("Bearer", answer.GetProperty("access_token").GetString()!);
        using var verified = await http.SendAsync(request);
        Assert.Equal(HttpStatusCode.NoContent, verified.StatusCode);
        Assert.Equal("Alice", Assert.Single(verified.Headers.GetValues("X-Auth-Login")));
        Assert.Equal(World.Alice.Id.ToString(), Assert.Single(verified.Headers.GetValues("X-Auth-Uid")));

        World.Clock.Advance(TimeSpan.FromMinutes(6));
        using var late = new HttpRequestMessage(HttpMethod.Get, request.RequestUri);
        late.Headers.Authorization = request.Headers.Authorization;
        using var refused = await http.SendAsync(late);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
    }

    [Theory]
    [InlineData("", HttpStatusCode.NoContent)]
    [InlineData("?audience=b", HttpStatusCode.NoContent)]
    [InlineData("?audience=a&audience=b", HttpStatusCode.NoContent)]
    [InlineData("?audience=a", HttpStatusCode.Unauthorized)]
    [InlineData("?audience=", HttpStatusCode.Unauthorized)]
    [InlineData("?audience=B", HttpStatusCode.Unauthorized)]
    public async Task The_proxy_endpoint_accepts_a_token_for_the_audience_that_the_proxy_names(
        string query, HttpStatusCode expected)
    {
        var session = await EverySession.MediaPostAsync(World, World.Gallery, slides: false);
        var (_, answer) = await ExchangeAsync(session, AnySession, ("audience", "b"));

        using var http = LiveServer.CreateClient();
        foreach (var (text, status) in new[]
        {
            (answer.GetProperty("access_token").GetString()!, expected), (session, HttpStatusCode.NoContent),
        })
        {
            using var request = new HttpRequestMessage(
                HttpMethod.Get, new Uri(World.Server.Http, "/auth/verify" + query));
            request.Headers.Authorization = new("Bearer", text);
            using var verified = await http.SendAsync(request);
            Assert.Equal(status, verified.StatusCode);
        }
    }

    private Task<(HttpStatusCode Status, System.Text.Json.JsonElement Body)> ExchangeAsync(
        string subject, string type, params (string Name, string Value)[] fields) =>
        ExchangeAsync(subject, type, _gateway, fields);

    private static Task<(HttpStatusCode Status, System.Text.Json.JsonElement Body)> ExchangeAsync(
        string subject, string type, OpenIdClient client, params (string Name, string Value)[] fields) =>
        client.TokenAsync(
            [("grant_type", Grant), ("subject_token", subject), ("subject_token_type", type), .. fields]);

    private Task<string> IntrospectAsync(string token) =>
        EverySession.IntrospectAsync(World.Server.Http, World.Janitor, token);

    private static string Sorted(string token) => string.Join(
        ' ', OpenIdClient.ClaimsOf(token).GetProperty("scope").GetString()!.Split(' ').Order(StringComparer.Ordinal));

    private async Task<string> IpernitySessionAsync(string permissions)
    {
        var every = await EverySession.OpenAsync(_own);
        var text = every.Texts.First(
            session => session.Key.StartsWith("ipernity", StringComparison.OrdinalIgnoreCase)).Value;
        await World.ChangeStoreAsync($"UPDATE sessions SET permissions = '{permissions}' WHERE dialect = 'ipernity'");
        return text;
    }
}
