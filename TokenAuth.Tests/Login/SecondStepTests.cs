using System.Net;
using Microsoft.Extensions.DependencyInjection;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Accounts.Factors;
using TokenAuth.Kernel.Events;
using TokenAuth.Tests.Browser.Security;
using TokenAuth.Tests.Dreamwidth;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.PeopleAggregator;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Login;

/// <summary>The second step of a sign-in with the password, without a browser's scripts.</summary>
public sealed class SecondStepTests : IAsyncLifetime
{
    private const string Verify = "/signin/verify";

    private const string WrongCode =
        "This code is wrong or was already used. Wait until the app shows a new one.";

    private TestWorld _world = null!;
    private byte[] _secret = [];
    private IReadOnlyList<string> _codes = [];
    private FormBrowser _browser = null!;

    public async ValueTask InitializeAsync()
    {
        _world = await TestWorld.StartAsync();
        (_secret, _codes) = await _world.SetAuthenticatorAsync(_world.Alice);
        _browser = new FormBrowser(_world.Server.Http);
    }

    public async ValueTask DisposeAsync()
    {
        _browser.Dispose();
        await _world.DisposeAsync();
    }

    [Fact]
    public async Task The_password_opens_no_session_and_the_code_does()
    {
        var first = await _browser.SubmitAsync(
            "/signin?return=%2Faccount%2Fkeys", ("login", "alice"), ("password", TestWorld.Password));
        Assert.Equal("/signin/verify?return=%2Faccount%2Fkeys", first.Header("Location"));
        Assert.DoesNotContain("TokenAuth", _browser.Cookies.Keys, StringComparer.Ordinal);
        Assert.DoesNotContain("TokenAuth.Device", _browser.Cookies.Keys, StringComparer.Ordinal);
        Assert.False(await IsSignedInAsync());

        await _browser.ReadAsync(first.Header("Location")!);
        var second = await _browser.PostAsync(first.Header("Location")!, [("code", _world.CodeOf(_secret))]);
        Assert.Equal("/account/keys", second.Header("Location"));
        Assert.True(await IsSignedInAsync());
        Assert.DoesNotContain("TokenAuth.Pending", _browser.Cookies.Keys, StringComparer.Ordinal);
    }

    [Fact]
    public async Task A_wrong_code_is_told_and_not_shown_again_and_one_that_was_used_is_wrong()
    {
        await BeginAsync();
        var wrong = await _browser.PostAsync(Verify, [("code", "123 45")]);
        Assert.Equal((HttpStatusCode.OK, WrongCode), (wrong.Status, wrong.Alert));
        Assert.Equal("true", wrong.Attribute("#code", "aria-invalid"));
        Assert.Contains("problem", wrong.Attribute("#code", "aria-describedby"), StringComparison.Ordinal);
        Assert.Null(wrong.Attribute("#code", "value"));

        var code = _world.CodeOf(_secret);
        Assert.True((await _browser.PostAsync(Verify, [("code", code)])).IsRedirect);
        using var other = new FormBrowser(_world.Server.Http);
        await BeginAsync(other);
        Assert.Equal(WrongCode, (await other.PostAsync(Verify, [("code", code)])).Alert);
    }

    [Fact]
    public async Task A_recovery_code_works_once()
    {
        await BeginAsync();
        var wrong = await _browser.PostAsync(Verify, [("recovery", "AAAA-BBBB-CCCC-DDDD")]);
        Assert.Equal("This recovery code is wrong or was already used.", wrong.Alert);
        Assert.Equal("true", wrong.Attribute("#recovery", "aria-invalid"));
        Assert.NotNull(wrong.Attribute("details", "open"));

        var typed = $" {_codes[3].ToLowerInvariant().Replace('-', ' ')}";
        Assert.True((await _browser.PostAsync(Verify, [("recovery", typed)])).IsRedirect);
        Assert.True(await IsSignedInAsync());
        using var other = new FormBrowser(_world.Server.Http);
        await BeginAsync(other);
        Assert.NotNull((await other.PostAsync(Verify, [("recovery", _codes[3])])).Alert);
    }

    [Fact]
    public async Task Without_the_password_of_the_last_five_minutes_the_second_step_leads_back()
    {
        var stranger = await _browser.GetAsync(Verify + "?return=%2Faccount%2Fkeys");
        Assert.Equal("/signin?return=%2Faccount%2Fkeys", stranger.Header("Location"));
        Assert.Equal(
            "The second step took too long. Enter your password again.",
            (await _browser.GetAsync(stranger.Header("Location")!)).Text("[role=status]"));

        await BeginAsync();
        _world.Clock.Advance(TimeSpan.FromMinutes(5));
        var late = await _browser.PostAsync(Verify, [("code", _world.CodeOf(_secret))]);
        Assert.Equal("/signin", late.Header("Location"));
        Assert.False(await IsSignedInAsync());
    }

    [Fact]
    public async Task A_change_of_the_password_ends_the_pending_sign_in()
    {
        await BeginAsync();
        await using (var scope = _world.Server.Services.CreateAsyncScope())
        {
            await scope.ServiceProvider.GetRequiredService<AccountChanges>().SetPasswordAsync(
                _world.Alice, "quite another password", default);
        }

        Assert.Equal(
            "/signin", (await _browser.PostAsync(Verify, [("code", _world.CodeOf(_secret))])).Header("Location"));
        Assert.False(await IsSignedInAsync());
    }

    [Fact]
    public async Task A_suspended_person_does_not_get_through_the_second_step()
    {
        await BeginAsync();
        await _world.ChangeStoreAsync($"UPDATE accounts SET state = 1 WHERE id = {_world.Alice.Id}");

        Assert.Equal(
            "/signin", (await _browser.PostAsync(Verify, [("code", _world.CodeOf(_secret))])).Header("Location"));
        Assert.False(await IsSignedInAsync());
    }

    [Theory]
    [InlineData("{}", "")]
    [InlineData("{\"id\":1}", "nonsense")]
    [InlineData("[[[", "own")]
    [InlineData("{\"id\":\"AA\",\"rawId\":\"AA\",\"type\":\"public-key\",\"response\":{\"clientDataJSON\":\"AA\","
        + "\"authenticatorData\":\"AA\",\"signature\":\"AA\"},\"clientExtensionResults\":{}}", "own")]
    public async Task A_forged_passkey_is_an_ordinary_failure(string passkey, string state)
    {
        await _world.Server.Services.GetRequiredService<Passkeys>().ListAsync(_world.Alice.Id, default);
        foreach (var page in (string[])["/signin", Verify])
        {
            if (page == Verify)
                await BeginAsync();
            var form = await _browser.GetAsync(page);
            var own = form.Attribute("input[name=passkey_state]", "value") ?? "nothing";
            _browser.Token = form.Token;
            var answer = await _browser.PostAsync(
                page, [("passkey", passkey), ("passkey_state", state == "own" ? own : state)]);

            Assert.Equal(HttpStatusCode.OK, answer.Status);
            Assert.NotNull(answer.Alert);
            Assert.False(await IsSignedInAsync());
        }
    }

    /// <summary>The state of one question does not answer another.</summary>
    [Fact]
    public async Task The_state_of_the_sign_in_page_is_not_good_for_the_second_step()
    {
        var form = await _browser.GetAsync("/signin");
        var state = form.Attribute("input[name=passkey_state]", "value")!;
        await BeginAsync();

        var answer = await _browser.PostAsync(Verify, [("passkey", "{}"), ("passkey_state", state)]);
        Assert.Equal("This page was open for too long. Try again.", answer.Alert);
    }

    [Fact]
    public async Task Programs_need_an_API_key_and_are_refused_like_with_a_wrong_password()
    {
        var server = _world.Server;
        using var client = new DreamwidthClient(server);
        var key = await server.Services.GetRequiredService<AccountKeys>().AddAsync(
            _world.Alice.Id, "old client", null, default);
        using var other = new PeopleAggregatorClient(server.Http);
        async Task<(string?, string?, string?)> LoginAsync(string secret)
        {
            var answer = await client.AskFlatAsync("login", ("user", "alice"), ("password", secret));
            var answerThere = await other.AskAsync("login", ("login", "alice"), ("password", secret));
            return (answer["success"], answer.Message, answerThere.Code);
        }

        var right = await LoginAsync(TestWorld.Password);
        Assert.Equal(await LoginAsync("a wrong password"), right);
        Assert.Equal(("FAIL", "Invalid password", "user_invalid_password"), right);
        Assert.Equal(("OK", null, null), await LoginAsync(key));

        var told = await server.Services.GetRequiredService<SecurityEvents>().ListAsync(
            _world.Alice.Id, since: null, before: null, limit: 10, default);
        Assert.Equal(
            ["dreamwidth", "peopleaggregator"],
            told.Where(entry => entry is { Kind: "sign_in_failed", Detail: "second factor" })
                .Select(entry => entry.Dialect!).Order(StringComparer.Ordinal),
            StringComparer.Ordinal);
    }

    [Fact]
    public async Task A_reset_link_changes_the_password_and_not_the_second_factor()
    {
        var token = await _world.Server.Services.GetRequiredService<PasswordResets>().MakeAsync(
            _world.Alice.Id, by: null, from: null, default);
        await _browser.ReadAsync($"/reset?token={token}");
        const string Chosen = "an entirely new password";
        Assert.True((await _browser.PostAsync(
            "/reset", [("token", token!), ("chosen", Chosen), ("again", Chosen)])).IsRedirect);

        Assert.StartsWith(
            Verify, (await _browser.SignInAsync("alice", Chosen)).Header("Location"), StringComparison.Ordinal);
        Assert.False(await IsSignedInAsync());

        // The link is no completed sign-in: the browser is not known, and gets a stranger's guesses.
        Assert.DoesNotContain(_browser.Cookies.Keys, name => name.EndsWith("Device", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Whoever_must_sign_in_again_gets_no_further_with_the_session_they_have()
    {
        await BeginAsync();
        await _browser.PostAsync(Verify, [("code", _world.CodeOf(_secret))]);
        Assert.True(await IsSignedInAsync());

        await _browser.ReadAsync("/signin?return=%2Faccount&again=1");
        var first = await _browser.PostAsync(
            "/signin?return=%2Faccount&again=1", [("login", "alice"), ("password", TestWorld.Password)]);
        Assert.Equal("/signin/verify?return=%2Faccount&again=1", first.Header("Location"));
        _world.Clock.Advance(TimeSpan.FromMinutes(5));
        var late = await _browser.GetAsync(first.Header("Location")!);
        Assert.Equal("/signin?return=%2Faccount&again=1", late.Header("Location"));
        Assert.Equal(HttpStatusCode.OK, (await _browser.GetAsync(late.Header("Location")!)).Status);
    }

    private async Task BeginAsync(FormBrowser? browser = null)
    {
        browser ??= _browser;
        var first = await browser.SignInAsync("alice");
        Assert.Equal(Verify, first.Header("Location"));
        await browser.ReadAsync(Verify);
    }

    private async Task<bool> IsSignedInAsync() =>
        (await _browser.GetAsync("/account")).Status == HttpStatusCode.OK;
}
