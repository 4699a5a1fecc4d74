using System.Net;
using Microsoft.Extensions.DependencyInjection;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Accounts.Identities;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Login.Upstream;

/// <summary>Linking an identity to an account, signing up with one, and removing the link.</summary>
public sealed class UpstreamLinkTests : IAsyncLifetime
{
    private const string Link = "/signin/link";

    private const string Security = "/account/security";

    private UpstreamWorld _own = null!;

    private FormBrowser Browser => _own.Browser;

    private Account Alice => _own.World.Alice;

    public async ValueTask InitializeAsync() => _own = await UpstreamWorld.StartAsync();

    public ValueTask DisposeAsync() => _own.DisposeAsync();

    /// <summary>Name and address of the provider's person are those of Alice, and open nothing.</summary>
    [Fact]
    public async Task An_unknown_identity_is_no_account_whatever_its_name_and_address()
    {
        (_own.Provider.Login, _own.Provider.Email) = (Alice.Login, Alice.Email!);
        var end = await Browser.TripAsync(back: "/account/keys");
        Assert.Equal(Link, end.Header("Location"));
        Assert.False(await Browser.IsSignedInAsync());
        var page = await Browser.GetAsync(Link);
        Assert.Equal("Link your account", page.Heading);
        Assert.Contains("Sign in to link", page.Texts("main a"), StringComparer.Ordinal);
        Assert.Empty(await ListAsync(Alice));
    }

    [Fact]
    public async Task The_owner_of_an_account_signs_in_links_and_goes_on()
    {
        await Browser.TripAsync(back: "/account/keys");
        await Browser.SubmitAsync("/signin?return=/signin/link", ("login", "alice"), ("password", TestWorld.Password));
        var page = await Browser.GetAsync(Link);
        Assert.Contains("Link to Alice", page.Texts("button"), StringComparer.Ordinal);
        Assert.Empty(await ListAsync(Alice));
        Browser.Token = page.Token;
        Assert.Equal("/account/keys", (await Browser.PostAsync(Link, [])).Header("Location"));

        Assert.Equal("jane", Assert.Single(await ListAsync(Alice)).Name);
        Assert.Contains(("identity_linked", "jane"), await _own.EventsAsync(Alice.Id));
        Assert.Contains("jane", (await Browser.GetAsync(Security)).Html, StringComparison.Ordinal);
        using var later = new FormBrowser(_own.World.Server.Http);
        Assert.Equal("/account", (await later.TripAsync()).Header("Location"));
        Assert.True(await later.IsSignedInAsync());

        // The identity was used up, so it cannot be linked to a second account.
        Assert.Equal(Security, (await Browser.GetAsync(Link)).Header("Location"));
    }

    [Fact]
    public async Task Linking_needs_a_fresh_proof()
    {
        await Browser.SignInAsync("alice");
        _own.World.Clock.Advance(TimeSpan.FromMinutes(6));
        var end = await Browser.TripAsync("Link", Security, from: Security);
        Assert.Equal(Link, end.Header("Location"));
        Browser.Token = (await Browser.GetAsync(Link)).Token;
        Assert.Equal("Confirm that it is you", (await Browser.PostAsync(Link, [])).Heading);
        Assert.Empty(await ListAsync(Alice));
        Assert.Equal(Security, (await Browser.PostAsync(Link, [("proof", TestWorld.Password)])).Header("Location"));
        Assert.Single(await ListAsync(Alice));
    }

    [Fact]
    public async Task An_identity_has_one_account_and_an_account_one_identity()
    {
        await _own.LinkAsync(_own.World.Bob);
        await Browser.SignInAsync("alice");
        var taken = await Browser.TripAsync("Link", Security, from: Security);
        Assert.Equal(
            (HttpStatusCode.BadRequest, "The account at that service is already linked to another account here."),
            (taken.Status, taken.Alert));
        Assert.Empty(await ListAsync(Alice));

        var bob = await Browser.SignInAsync(_own.World.Bob.Login);
        Assert.True(bob.IsRedirect, bob.Html);
        Assert.Equal(Security, (await Browser.TripAsync("Link", Security, from: Security)).Header("Location"));
        _own.Provider.Subject = "another person";
        await Browser.TripAsync("Link", Security, from: "/account");
        Browser.Token = (await Browser.GetAsync(Link)).Token;
        Assert.StartsWith(
            "Your account is already linked", (await Browser.PostAsync(Link, [])).Alert, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Linking_and_proving_need_a_signed_in_person()
    {
        foreach (var purpose in (string[])["Link", "Prove"])
        {
            Assert.StartsWith(
                "/signin?", (await Browser.LeaveAsync(purpose)).Header("Location"), StringComparison.Ordinal);
        }

        Assert.Empty(_own.Provider.Requests);
    }

    [Fact]
    public async Task After_ten_minutes_an_identity_must_be_proved_again()
    {
        await Browser.TripAsync();
        _own.World.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal("/signin", (await Browser.GetAsync(Link)).Header("Location"));
        Assert.Equal("/signin", (await Browser.GetAsync("/signup?upstream=1")).Header("Location"));
    }

    [Fact]
    public async Task A_new_person_signs_up_without_a_password()
    {
        await Browser.TripAsync(back: "/account/keys");
        var form = await Browser.GetAsync("/signup?upstream=1");
        Assert.Equal(
            ("jane", "jane@example.org", "Jane Doe", 0),
            (form.Attribute("#login", "value"), form.Attribute("#email", "value"), form.Attribute("#name", "value"),
                form.Count("main input[type=password]")));
        Browser.Token = form.Token;
        var done = await Browser.PostAsync(
            "/signup", [("upstream", "1"), ("login", "jane"), ("email", "jane@example.org"), ("name", "Jane")]);
        Assert.Equal("/account/keys", done.Header("Location"));
        Assert.True(await Browser.IsSignedInAsync());

        var jane = await FindAsync("jane");
        Assert.Equal("jane", Assert.Single(await _own.Get<AccountIdentities>().ListAsync(jane.Id, default)).Name);
        var events = await _own.EventsAsync(jane.Id);
        Assert.Contains(("account_created", null), events);
        Assert.Contains(("identity_linked", "jane"), events);
        Assert.False((await _own.Get<AccountProfiles>().FindAsync(jane.Id, default))!.EmailConfirmed);
        using var guess = new FormBrowser(_own.World.Server.Http);
        Assert.NotNull((await guess.SignInAsync("jane", "")).Alert ?? "");
        Assert.False(await guess.IsSignedInAsync());
        using var later = new FormBrowser(_own.World.Server.Http);
        Assert.Equal("/account", (await later.TripAsync()).Header("Location"));
    }

    [Fact]
    public async Task A_sign_up_with_a_taken_name_or_a_linked_identity_creates_nothing()
    {
        await Browser.TripAsync();
        Browser.Token = (await Browser.GetAsync("/signup?upstream=1")).Token;
        (string, string)[] fields = [("upstream", "1"), ("login", "alice"), ("email", "jane@example.org")];
        Assert.Equal(
            "This login name is taken. Choose another one.",
            (await Browser.PostAsync("/signup", fields)).Text("#login-error"));

        await _own.LinkAsync(Alice);
        fields[1] = ("login", "jane");
        Assert.NotNull((await Browser.PostAsync("/signup", fields)).Alert);
        Assert.Null(await _own.Get<AccountDirectory>().FindAsync("jane", default));
    }

    [Fact]
    public async Task Where_sign_up_is_off_an_unknown_identity_can_only_be_linked()
    {
        await using var own = await UpstreamWorld.StartAsync("--TokenAuth:SignUp=false");
        await own.Browser.TripAsync();
        var page = await own.Browser.GetAsync(Link);
        Assert.DoesNotContain("Create an account", page.Texts("main a"), StringComparer.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await own.Browser.GetAsync("/signup?upstream=1")).Status);
    }

    [Fact]
    public async Task A_person_without_a_password_keeps_the_link_until_there_is_another_way()
    {
        await SignUpAsync();
        var jane = await FindAsync("jane");
        await ProveAsync();
        var id = Assert.Single(await _own.Get<AccountIdentities>().ListAsync(jane.Id, default)).Id.ToString();
        var kept = await Browser.PostAsync($"{Security}?handler=Unlink", [("id", id)]);
        Assert.StartsWith("The link was not removed", kept.Alert, StringComparison.Ordinal);

        Browser.Token = (await Browser.GetAsync("/account/password")).Token;
        Assert.Equal(0, (await Browser.GetAsync("/account/password")).Count("#current"));
        Assert.Equal(
            "/account",
            (await Browser.PostAsync("/account/password", [("chosen", "quite another password")])).Header("Location"));
        using var other = new FormBrowser(_own.World.Server.Http);
        Assert.True((await other.SignInAsync("jane", "quite another password")).IsRedirect);
        Browser.Token = (await Browser.GetAsync(Security)).Token;
        Assert.True((await Browser.PostAsync($"{Security}?handler=Unlink", [("id", id)])).IsRedirect);
        Assert.Empty(await _own.Get<AccountIdentities>().ListAsync(jane.Id, default));
        Assert.Contains(("identity_removed", "jane"), await _own.EventsAsync(jane.Id));
        using var unknown = new FormBrowser(_own.World.Server.Http);
        Assert.Equal(Link, (await unknown.TripAsync()).Header("Location"));
    }

    [Fact]
    public async Task A_first_password_needs_a_fresh_proof_and_is_in_no_page()
    {
        await SignUpAsync();
        Browser.Token = (await Browser.GetAsync("/account/password")).Token;
        var question = await Browser.PostAsync("/account/password", [("chosen", "quite another password")]);
        Assert.Equal("Confirm that it is you", question.Heading);
        Assert.Equal(0, question.Count("main input[type=password]"));
        Assert.DoesNotContain("quite another password", question.Html, StringComparison.Ordinal);
        Assert.Equal(
            "/account/password", (await ProveAsync("/account/password")).Header("Location"));
    }

    [Fact]
    public async Task The_owner_removes_a_link_with_a_fresh_proof_and_only_an_own_one()
    {
        await _own.LinkAsync(Alice);
        var id = Assert.Single(await ListAsync(Alice)).Id.ToString();
        await Browser.SignInAsync(_own.World.Bob.Login);
        Browser.Token = (await Browser.GetAsync(Security)).Token;
        await Browser.PostAsync($"{Security}?handler=Unlink", [("id", id)]);
        Assert.Single(await ListAsync(Alice));

        await Browser.SignInAsync("alice");
        _own.World.Clock.Advance(TimeSpan.FromMinutes(6));
        Browser.Token = (await Browser.GetAsync(Security)).Token;
        Assert.Equal(
            "Confirm that it is you", (await Browser.PostAsync($"{Security}?handler=Unlink", [("id", id)])).Heading);
        Assert.Single(await ListAsync(Alice));
        Assert.True((await Browser.PostAsync(
            $"{Security}?handler=Unlink", [("id", id), ("proof", TestWorld.Password)])).IsRedirect);
        Assert.Empty(await ListAsync(Alice));
    }

    [Fact]
    public async Task The_name_at_the_provider_is_shown_escaped()
    {
        (_own.Provider.Login, _own.Provider.DisplayName) = ("<b>jane</b>", "x\u202Ey");
        await Browser.TripAsync();
        Assert.Contains("&lt;b&gt;jane&lt;/b&gt;", (await Browser.GetAsync(Link)).Html, StringComparison.Ordinal);
        var form = await Browser.GetAsync("/signup?upstream=1");
        Assert.Equal(("", ""), (form.Attribute("#login", "value") ?? "", form.Attribute("#name", "value") ?? ""));
    }

    private Task<IReadOnlyList<ListedIdentity>> ListAsync(Account account) =>
        _own.Get<AccountIdentities>().ListAsync(account.Id, default);

    private async Task<FoundAccount> FindAsync(string login) =>
        (await _own.Get<AccountDirectory>().FindAsync(login, default))!;

    private async Task SignUpAsync()
    {
        await Browser.TripAsync();
        Browser.Token = (await Browser.GetAsync("/signup?upstream=1")).Token;
        Assert.True((await Browser.PostAsync(
            "/signup", [("upstream", "1"), ("login", "jane"), ("email", "jane@example.org")])).IsRedirect);
    }

    private async Task<FormPage> ProveAsync(string back = Security)
    {
        var end = await Browser.TripAsync("Prove", back, from: Security);
        Browser.Token = (await Browser.GetAsync(Security)).Token;
        return end;
    }
}
