using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Tests.Dreamwidth;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Login;
using TokenAuth.Tests.PeopleAggregator;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Kernel.Calls;

/// <summary>
/// <c>TokenAuth:RequireHttpsForPasswords</c>: passwords and equivalent secrets are accepted over https only.
/// </summary>
public sealed class PasswordTransportTests : IAsyncLifetime
{
    private const string Insecure =
        "Client error: Invalid argument(s): a password or an API key is accepted over https only";

    private TestWorld _world = null!;
    private DreamwidthClient _journal = null!;
    private string _key = null!;

    public async ValueTask InitializeAsync()
    {
        _world = await TestWorld.StartAsync(
            "--TokenAuth:RequireHttpsForPasswords=true", "--TokenAuth:Proxies=127.0.0.1");
        _journal = new DreamwidthClient(_world.Server);
        _key = await _world.Server.Services.GetRequiredService<AccountKeys>().AddAsync(
            _world.Alice.Id, "client", null, default);
    }

    public async ValueTask DisposeAsync()
    {
        _journal.Dispose();
        await _world.DisposeAsync();
    }

    [Fact]
    public async Task PeopleAggregator_refuses_passwords_over_http_in_every_format_and_counts_no_failure()
    {
        using var http = new PeopleAggregatorClient(_world.Server.Http);
        using var https = new PeopleAggregatorClient(_world.Server.Https);
        foreach (var form in Enum.GetValues<Form>())
        {
            for (var guess = 0; guess < 5; guess++)
            {
                var refused = await http.AskAsync(
                    new PeopleAggregatorCall("login", ("login", "alice"), ("password", "wrong")) { Form = form });
                Assert.Equal(
                    ("operation_not_permitted", "passwords are accepted over https only"),
                    (refused.Code, refused["msg"]));
            }

            var call = new PeopleAggregatorCall("login", ("login", "alice"), ("password", TestWorld.Password))
            {
                Form = form,
            };
            Assert.True((await https.AskAsync(call)).Succeeded);
            Assert.True((await http.AskAsync(http.Request(call).With("X-Forwarded-Proto", "https"))).Succeeded);
        }

        Assert.True((await http.CheckAsync(await https.TokenAsync("alice"))).Succeeded);
    }

    [Theory]
    [InlineData("password", TestWorld.Password)]
    [InlineData("password", "{key}")]
    [InlineData("hpassword", "{md5}")]
    public async Task Dreamwidth_refuses_clear_passwords_over_http_and_accepts_challenge_responses(
        string field, string value)
    {
        var secret = value.Replace("{key}", _key, StringComparison.Ordinal)
            .Replace("{md5}", DreamwidthWorld.Md5(_key), StringComparison.Ordinal);
        var refused = await _journal.AskAsync("sessiongenerate", ("username", "alice"), (field, secret));
        var flat = await _journal.AskFlatAsync("login", ("user", "nobody"), (field, secret));
        var call = _journal.Call("sessiongenerate", ("username", "alice"), (field, secret));
        var allowed = await _journal.AskAsync(call.With("X-Forwarded-Proto", "https"));

        Assert.Equal(("203", Insecure), (refused.Code, refused.Message));
        Assert.Equal(("FAIL", Insecure), (flat["success"], flat.Message));
        var challenge = (await _journal.AskAsync("getchallenge"))["challenge"]!;
        var session = await _journal.SessionAsync(
            ("username", "alice"), ("auth_method", "challenge"), ("auth_challenge", challenge),
            ("auth_response", DreamwidthWorld.Md5(challenge + DreamwidthWorld.Md5(_key))));
        Assert.NotNull(allowed["ljsession"]);
        Assert.StartsWith("ws:alice:", session, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Introspection_refuses_secrets_over_http()
    {
        using var http = LiveServer.CreateClient();
        foreach (var (server, status) in new[]
        {
            (_world.Server.Http, HttpStatusCode.Forbidden), (_world.Server.Https, HttpStatusCode.OK),
        })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server, "/introspect"))
            {
                Content = new FormUrlEncodedContent([new("token", "x")]),
            };
            request.Headers.Authorization =
                new(
                    "Basic",
                    Convert.ToBase64String(Encoding.UTF8.GetBytes($"{_world.Janitor.ApiKey}:{_world.Janitor.Secret}")));
            using var answer = await http.SendAsync(request);

            Assert.Equal(status, answer.StatusCode);
            if (status != HttpStatusCode.OK)
                Assert.Equal(
                    """{"error":"invalid_request","error_description":"a secret is accepted over https only"}""",
                    await answer.Content.ReadAsStringAsync());
        }
    }

    [Theory]
    [InlineData("/signin?return=%2Fwiki%2F%C3%9Cber")]
    [InlineData("/signup")]
    [InlineData("/signout")]
    [InlineData("/login.php?api_key=x")]
    public async Task Pages_redirect_to_https_and_refuse_forms_over_http(string path)
    {
        using var browser = new FormBrowser(_world.Server.Http);
        var shown = await browser.GetAsync(path);
        var sent = await browser.PostAsync(path, [("login", "alice"), ("password", TestWorld.Password)]);

        var secure = $"https://127.0.0.1:{_world.Server.Https.Port}{path}";
        Assert.Equal((HttpStatusCode.Found, secure), (shown.Status, shown.Header("Location")));
        Assert.Equal(HttpStatusCode.Forbidden, sent.Status);
        Assert.Equal("This page needs https", sent.Heading);
        Assert.Contains(
            $"<a href=\"{WebUtility.HtmlEncode(secure)}\">Continue over https</a>", sent.Html, StringComparison.Ordinal);
        Assert.Empty(browser.Cookies);
    }

    [Fact]
    public async Task Pages_work_over_https_and_behind_an_https_proxy()
    {
        using var https = await new FormBrowser(_world.Server.Https).ReadAsync("/signin");
        var signedIn = await https.PostAsync("/signin", [("login", "alice"), ("password", TestWorld.Password)]);
        var proxied = await new FormBrowser(_world.Server.Http).GetAsync("/signin", ("X-Forwarded-Proto", "https"));
        var missing = await new FormBrowser(_world.Server.Http).GetAsync("/nowhere");

        Assert.Equal(
            (HttpStatusCode.Found, HttpStatusCode.OK, HttpStatusCode.NotFound),
            (signedIn.Status, proxied.Status, missing.Status));
    }

    [Fact]
    public async Task Pages_redirect_to_an_https_public_address()
    {
        await using var world = await TestWorld.StartAsync(
            "--TokenAuth:RequireHttpsForPasswords=true", "--TokenAuth:PublicUrl=https://auth.example.test");
        var shown = await new FormBrowser(world.Server.Http, "auth.example.test:5080").GetAsync(
            "/signin?return=%2Faccount");

        Assert.Equal(
            "https://auth.example.test/signin?return=%2Faccount", shown.Header("Location"));
    }

    [Fact]
    public async Task Without_the_option_passwords_are_accepted_over_http()
    {
        await using var world = await TestWorld.StartAsync();
        using var people = new PeopleAggregatorClient(world.Server.Http);

        Assert.NotEmpty(await people.TokenAsync("alice"));
    }
}
