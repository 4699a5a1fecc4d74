using System.Net;
using TokenAuth.Kernel.Applications;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.OpenId;

/// <summary>Devices, programs on the person's own machine, and applications that act for themselves.</summary>
public sealed class DeviceTests : IAsyncLifetime
{
    private const string Grant = "urn:ietf:params:oauth:grant-type:device_code";

    private TestWorld _world = null!;
    private OpenIdClient _program = null!;
    private FormBrowser _browser = null!;

    public async ValueTask InitializeAsync()
    {
        _world = await TestWorld.StartAsync();
        _program = await OpenIdClient.RegisterAsync(
            _world.Server, "Television", new OpenIdChange(Redirects: ["http://127.0.0.1/back"], IsPublic: true));
        _browser = await FormBrowser.SignedInAsync(_world.Server, _world.Alice);
    }

    public async ValueTask DisposeAsync()
    {
        _browser.Dispose();
        _program.Dispose();
        await _world.DisposeAsync();
    }

    [Fact]
    public async Task A_device_gets_its_tokens_once_the_person_has_entered_its_code()
    {
        var (status, started) = await _program.PostAsync("/connect/device", ("scope", "openid offline_access"));
        Assert.True(status == HttpStatusCode.OK, started.ToString());
        Assert.Equal(_world.Server.Http + "device", started.GetProperty("verification_uri").GetString());
        var (device, code) = (
            started.GetProperty("device_code").GetString()!, started.GetProperty("user_code").GetString()!);
        Assert.Equal("authorization_pending", await ErrorAsync(device));

        Assert.Equal("Connect a device", (await _browser.GetAsync("/device")).Heading);
        var asked = await _browser.GetAsync($"/device?user_code={code}");
        Assert.Equal("Allow Television?", asked.Heading);
        var done = await _browser.PressAsync($"/device?user_code={code}", "allow");
        Assert.Equal("/device?answer=allowed", done.Location!.ToString());
        Assert.Equal("Your device is connected", (await _browser.GetAsync(done.Location.ToString())).Heading);

        (status, var tokens) = await PollAsync(device);
        Assert.True(status == HttpStatusCode.OK, tokens.ToString());
        Assert.Equal(
            HttpStatusCode.OK, (await _program.RefreshAsync(tokens.GetProperty("refresh_token").GetString()!)).Status);
        Assert.Equal("invalid_grant", await ErrorAsync(device));
        Assert.Equal(HttpStatusCode.BadRequest, (await _browser.GetAsync($"/device?user_code={code}")).Status);
    }

    [Fact]
    public async Task A_person_denies_a_device()
    {
        var (_, started) = await _program.PostAsync("/connect/device", ("scope", "openid"));

        var done = await _browser.PressAsync(
            $"/device?user_code={started.GetProperty("user_code").GetString()}", "deny");

        Assert.Equal("/device?answer=denied", done.Location!.ToString());
        Assert.Equal("access_denied", await ErrorAsync(started.GetProperty("device_code").GetString()!));
    }

    [Fact]
    public async Task Guessing_the_codes_of_devices_is_limited()
    {
        var (_, started) = await _program.PostAsync("/connect/device", ("scope", "openid"));
        for (var i = 0; i < 11; i++)
        {
            var wrong = await _browser.GetAsync($"/device?user_code=0000-0000-{i:0000}");
            Assert.Equal(HttpStatusCode.BadRequest, wrong.Status);
            Assert.NotNull(wrong.Alert);
        }

        var right = $"/device?user_code={started.GetProperty("user_code").GetString()}";
        Assert.Equal(HttpStatusCode.TooManyRequests, (await _browser.GetAsync(right)).Status);
        _world.Clock.Advance(TimeSpan.FromMinutes(9));
        Assert.Equal("authorization_pending", await ErrorAsync(started.GetProperty("device_code").GetString()!));
    }

    [Fact]
    public async Task A_program_listens_on_any_port_proves_itself_by_PKCE_and_is_always_asked_about()
    {
        var parameters = ("redirect_uri", (string?)"http://127.0.0.1:54321/back");
        var code = await _program.CodeAsync(_browser, "openid", parameters);
        var (status, tokens) = await _program.TokenAsync(
            ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", parameters.Item2!),
            ("code_verifier", _program.Verifier));
        Assert.True(status == HttpStatusCode.OK, tokens.ToString());

        Assert.False((await _browser.GetAsync(_program.Link("openid", parameters))).IsRedirect);
        var bare = await _browser.GetAsync(
            _program.Link("openid", ("code_challenge", null), ("code_challenge_method", null)));
        Assert.Equal("invalid_request", OpenIdClient.QueryOf(bare.Location!)["error"]);
        var elsewhere = await _browser.GetAsync(_program.Link("openid", ("redirect_uri", "http://127.0.0.2:1/back")));
        Assert.Equal(HttpStatusCode.BadRequest, elsewhere.Status);
        (_, var refused) = await _program.TokenAsync(("grant_type", "client_credentials"));
        Assert.Equal("invalid_request", refused.GetProperty("error").GetString());
    }

    [Fact]
    public async Task An_application_acts_for_itself_with_a_token_for_its_audiences()
    {
        using var service = await OpenIdClient.RegisterAsync(
            _world.Server, "Robot", new OpenIdChange(Audiences: ["https://api.example.test"]));

        var (status, answer) = await service.TokenAsync(("grant_type", "client_credentials"));

        Assert.True(status == HttpStatusCode.OK, answer.ToString());
        var claims = OpenIdClient.ClaimsOf(answer.GetProperty("access_token").GetString()!);
        Assert.Equal(service.App.ApiKey, claims.GetProperty("sub").GetString());
        Assert.Equal("https://api.example.test", claims.GetProperty("aud").GetString());
        Assert.False(answer.TryGetProperty("refresh_token", out _));
        var token = answer.GetProperty("access_token").GetString()!;
        Assert.Equal(HttpStatusCode.Unauthorized, (await service.GetAsync("/connect/userinfo", token)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await service.GetAsync("/auth/verify", token)).Status);
    }

    [Fact]
    public async Task Applications_of_one_sector_know_a_person_by_one_subject_and_others_do_not()
    {
        async Task<string> SubjectAsync(string name, string? sector)
        {
            using var client = await OpenIdClient.RegisterAsync(
                _world.Server, name, new OpenIdChange(Sector: sector));
            var tokens = await client.SignInAsync(_browser);
            var subject = OpenIdClient.ClaimsOf(tokens.GetProperty("id_token").GetString()!)
                .GetProperty("sub").GetString()!;
            var (_, person) = await client.GetAsync(
                "/connect/userinfo", tokens.GetProperty("access_token").GetString());
            Assert.Equal(subject, person.GetProperty("sub").GetString());
            var (_, known) = await client.PostAsync(
                "/introspect", ("token", tokens.GetProperty("access_token").GetString()!));
            Assert.Equal(subject, known.GetProperty("sub").GetString());
            Assert.Equal(sector is null, known.TryGetProperty("uid", out _));
            Assert.Equal(sector is null, known.TryGetProperty("username", out _));
            return subject;
        }

        var one = await SubjectAsync("One", "example.org");
        Assert.Equal(one, await SubjectAsync("Two", "example.org"));
        Assert.NotEqual(one, await SubjectAsync("Three", "example.com"), StringComparer.Ordinal);
        Assert.Equal(_world.Alice.Id.ToString(), await SubjectAsync("Four", null));
    }

    private Task<(HttpStatusCode Status, System.Text.Json.JsonElement Body)> PollAsync(string device) =>
        _program.TokenAsync(("grant_type", Grant), ("device_code", device));

    private async Task<string?> ErrorAsync(string device) =>
        (await PollAsync(device)).Body.GetProperty("error").GetString();
}
