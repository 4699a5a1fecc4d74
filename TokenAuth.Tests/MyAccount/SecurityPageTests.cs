using System.Net;
using Microsoft.Extensions.DependencyInjection;
using TokenAuth.Kernel.Accounts.Factors;
using TokenAuth.Kernel.Pages;
using TokenAuth.Tests.Browser.Security;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.MyAccount;

/// <summary>Setting up and turning off an authenticator app, without a browser's scripts.</summary>
public sealed class SecurityPageTests : IAsyncLifetime
{
    private const string Security = "/account/security";
    private const string SetUp = "/account/authenticator";
    private const string Question = "Confirm that it is you";

    private TestWorld _world = null!;
    private FormBrowser _browser = null!;

    public async ValueTask InitializeAsync()
    {
        _world = await TestWorld.StartAsync();
        _browser = await FormBrowser.SignedInAsync(_world.Server, _world.Alice);
    }

    public async ValueTask DisposeAsync()
    {
        _browser.Dispose();
        await _world.DisposeAsync();
    }

    [Fact]
    public async Task An_authenticator_is_set_up_by_its_code_and_shows_recovery_codes_once()
    {
        var shown = await _browser.PostAsync(SetUp, []);
        Assert.Equal(1, shown.Count("svg.qr path"));
        Assert.StartsWith("no-store", shown.Header("Cache-Control"), StringComparison.Ordinal);
        var secret = SecretOf(shown);
        Assert.Equal(Totp.SecretBytes, secret.Length);
        Assert.False((await StateAsync()).IsOn);

        var wrong = await ConfirmAsync(shown, "000000");
        Assert.StartsWith("This code is wrong.", wrong.Alert, StringComparison.Ordinal);
        Assert.Equal(secret, SecretOf(wrong));
        Assert.False((await StateAsync()).IsOn);

        var done = await ConfirmAsync(wrong, _world.CodeOf(secret));
        Assert.Equal(RecoveryCodes.Count, done.Count(".codes code"));
        Assert.True((await StateAsync()).IsOn);
        Assert.Equal(0, (await _browser.GetAsync(Security)).Count(".codes"));
        Assert.False(await _world.Server.KeepsAsync(Convert.ToHexStringLower(secret)));
        Assert.False(await _world.Server.KeepsAsync(Base32.Of(secret)));
    }

    [Fact]
    public async Task A_new_app_replaces_the_old_one_and_the_recovery_codes_stay()
    {
        var (old, _) = await _world.SetAuthenticatorAsync(_world.Alice);
        var shown = await _browser.PostAsync(SetUp, []);
        var secret = SecretOf(shown);
        Assert.Equal(Security, (await ConfirmAsync(shown, _world.CodeOf(secret))).Header("Location"));
        Assert.Equal(RecoveryCodes.Count, (await StateAsync()).RecoveryCodes);

        _world.Clock.Advance(TimeSpan.FromMinutes(1));
        using var other = new FormBrowser(_world.Server.Http);
        await other.SignInAsync("alice");
        await other.ReadAsync("/signin/verify");
        Assert.NotNull((await other.PostAsync("/signin/verify", [("code", _world.CodeOf(old))])).Alert);
        Assert.True((await other.PostAsync("/signin/verify", [("code", _world.CodeOf(secret))])).IsRedirect);
    }

    [Fact]
    public async Task The_secret_of_another_person_or_of_yesterday_is_not_taken()
    {
        var shown = await _browser.PostAsync(SetUp, []);
        using var bob = await FormBrowser.SignedInAsync(_world.Server, _world.Bob);
        var code = _world.CodeOf(SecretOf(shown));
        var stolen = await bob.PostAsync(SetUp + "?handler=Confirm", [("state", StateOf(shown)), ("code", code)]);
        Assert.StartsWith("This page was open for too long.", stolen.Alert, StringComparison.Ordinal);
        Assert.NotEqual(SecretOf(shown), SecretOf(stolen));

        _world.Clock.Advance(TimeSpan.FromMinutes(30));
        var asked = await ConfirmAsync(shown, code);
        Assert.Equal(Question, asked.Heading);
        var late = await _browser.PostAsync(
            SetUp + "?handler=Confirm",
            [("state", StateOf(shown)), ("code", code), (FreshProof.Field, TestWorld.Password)]);
        Assert.StartsWith("This page was open for too long.", late.Alert, StringComparison.Ordinal);
        Assert.False((await StateAsync()).IsOn);
    }

    [Theory]
    [InlineData("/account/authenticator")]
    [InlineData("/account/authenticator?handler=Confirm")]
    [InlineData("/account/passkey")]
    [InlineData("/account/passkey?handler=Add")]
    [InlineData("/account/security?handler=RemovePasskey")]
    [InlineData("/account/security?handler=RemoveAuthenticator")]
    [InlineData("/account/security?handler=TurnOn")]
    [InlineData("/account/security?handler=TurnOff")]
    [InlineData("/account/security?handler=Codes")]
    public async Task Every_change_of_a_factor_asks_for_a_fresh_proof(string path)
    {
        await _world.SetAuthenticatorAsync(_world.Alice);
        var before = await StateAsync();
        _world.Clock.Advance(FreshProof.GoodFor);

        Assert.Equal(Question, (await _browser.PostAsync(path, [("id", "1")])).Heading);
        Assert.Equal(
            "The password is wrong.",
            (await _browser.PostAsync(path, [("id", "1"), (FreshProof.Field, "wrong")])).Alert);
        Assert.Equal(before, await StateAsync());
        Assert.NotEqual(
            Question, (await _browser.PostAsync(path, [("id", "1"), (FreshProof.Field, TestWorld.Password)])).Heading,
            StringComparer.Ordinal);
    }

    [Fact]
    public async Task Turning_off_ends_the_second_step()
    {
        await _world.SetAuthenticatorAsync(_world.Alice);
        await _browser.PostAsync(Security + "?handler=TurnOff", []);

        Assert.Equal("Two-step sign-in is off.", (await _browser.GetAsync(Security)).Text("[role=status]"));
        using var other = new FormBrowser(_world.Server.Http);
        Assert.Equal("/account", (await other.SignInAsync("alice")).Header("Location"));
    }

    [Fact]
    public async Task The_last_codes_are_counted_and_replaced()
    {
        await _world.SetAuthenticatorAsync(_world.Alice);
        Assert.Contains("10 codes are left.", (await _browser.GetAsync(Security)).Html, StringComparison.Ordinal);
        Assert.Equal(
            RecoveryCodes.Count, (await _browser.PostAsync(Security + "?handler=Codes", [])).Count(".codes code"));
    }

    [Fact]
    public async Task Sessions_are_ended_one_by_one_or_all_at_once()
    {
        using var second = await FormBrowser.SignedInAsync(_world.Server, _world.Alice);
        using var third = await FormBrowser.SignedInAsync(_world.Server, _world.Alice);
        Assert.Equal(3, (await _browser.GetAsync(Security)).Count("section[aria-labelledby=sessions] li"));
        await _browser.PostAsync(Security + "?handler=EndOthers", []);

        Assert.Equal("The other 2 sessions have ended.", (await _browser.GetAsync(Security)).Text("[role=status]"));
        Assert.Equal(HttpStatusCode.Found, (await second.GetAsync("/account")).Status);
        Assert.Equal(HttpStatusCode.Found, (await third.GetAsync("/account")).Status);
        Assert.Equal(HttpStatusCode.OK, (await _browser.GetAsync("/account")).Status);
    }

    [Theory]
    [InlineData("de-AT,de;q=0.9", "Sicherheit", "Anmeldung in zwei Schritten")]
    [InlineData("fr-CA,fr;q=0.9", "Sécurité", "Connexion en deux étapes")]
    public async Task The_page_is_in_the_browsers_language(string accepted, string heading, string second)
    {
        var page = await _browser.GetAsync(Security, ("Accept-Language", accepted));

        Assert.Equal((heading, second), (page.Heading, page.Text("#second")));
    }

    private static string StateOf(FormPage page) => page.Attribute("input[name=state]", "value")!;

    private static byte[] SecretOf(FormPage page) => SecurityPerson.SecretOf(page.Text("#secret")!);

    private Task<FormPage> ConfirmAsync(FormPage shown, string code) =>
        _browser.PostAsync(SetUp + "?handler=Confirm", [("state", StateOf(shown)), ("code", code)]);

    private Task<FactorState> StateAsync() =>
        _world.Server.Services.GetRequiredService<SecondFactor>().ReadAsync(_world.Alice.Id, default);
}
