using System.Net;
using Microsoft.Extensions.DependencyInjection;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Sessions;
using TokenAuth.Tests.Browser.Security;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Admin;

/// <summary>What an administrator sees of an account and does to it.</summary>
public sealed class AccountPageTests : IAsyncLifetime
{
    private AdminWorld _own = null!;

    public async ValueTask InitializeAsync() => _own = await AdminWorld.StartAsync();

    public ValueTask DisposeAsync() => _own.DisposeAsync();

    private TestWorld World => _own.World;

    [Fact]
    public async Task Suspending_ends_the_sessions_and_the_event_names_the_administrator()
    {
        using var alice = await FormBrowser.SignedInAsync(World.Server, World.Alice);

        Assert.Equal(
            "The account is suspended. Its sessions have ended.", await _own.ChangeAsync(World.Alice, "Suspend"));

        Assert.True((await alice.GetAsync("/account")).IsRedirect);
        Assert.Equal(HttpStatusCode.Forbidden, (await alice.SignInAsync("alice")).Status);
        var happened = await _own.LatestAsync(World.Alice);
        Assert.Equal(
            ("sign_in_failed", "account_state_changed", "Carol"),
            (happened.Kind, (await EventBeforeAsync(happened.Id)).Kind, (await EventBeforeAsync(happened.Id)).Actor));

        Assert.Equal(
            "The account is active. The person can sign in again.", await _own.ChangeAsync(World.Alice, "Activate"));
        await alice.SignInAsync("alice");
        Assert.Contains(
            "by an administrator of this service", (await alice.GetAsync("/account/activity")).Html,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_administrator_can_neither_suspend_the_own_account_nor_give_up_the_right()
    {
        foreach (var handler in new[] { "Suspend", "Demote" })
        {
            var page = await _own.PostAsync(_own.Carol, handler);
            Assert.Equal(HttpStatusCode.OK, page.Status);
            Assert.StartsWith("This is your own ", page.Alert, StringComparison.Ordinal);
        }

        Assert.Equal("Administration", (await _own.Browser.GetAsync("/admin")).Heading);
    }

    [Fact]
    public async Task The_right_is_given_and_taken_and_counts_at_once()
    {
        using var bob = await FormBrowser.SignedInAsync(World.Server, World.Bob);
        Assert.Equal("bob_2 is an administrator.", await _own.ChangeAsync(World.Bob, "Promote"));
        Assert.Equal("Administration", (await bob.GetAsync("/admin")).Heading);

        Assert.Equal("bob_2 is no longer an administrator.", await _own.ChangeAsync(World.Bob, "Demote"));

        Assert.Equal(HttpStatusCode.NotFound, (await bob.GetAsync("/admin")).Status);
        Assert.Equal(("administrator_removed", "Carol"), await KindAndActorAsync());
    }

    [Fact]
    public async Task A_session_is_ended_and_then_all()
    {
        var browsers = new List<FormBrowser>();
        for (var i = 0; i < 3; i++)
            browsers.Add(await FormBrowser.SignedInAsync(World.Server, World.Alice));
        var first = (await _own.Get<AccountSessions>().ListAsync(World.Alice.Id, null, 1, default)).Sessions[^1].Id;

        Assert.Equal("The session has ended.", await _own.ChangeAsync(World.Alice, "End", ("session", $"{first}")));
        Assert.Equal(("session_ended", "Carol"), await KindAndActorAsync(World.Alice));
        Assert.Equal("2 sessions have ended.", await _own.ChangeAsync(World.Alice, "EndAll"));
        Assert.Equal(("session_ended", "Carol"), await KindAndActorAsync(World.Alice));

        foreach (var browser in browsers)
        {
            Assert.True((await browser.GetAsync("/account")).IsRedirect);
            browser.Dispose();
        }
    }

    [Fact]
    public async Task A_session_or_key_of_another_account_stays()
    {
        using var bob = await FormBrowser.SignedInAsync(World.Server, World.Bob);
        var session = (await _own.Get<AccountSessions>().ListAsync(World.Bob.Id, null, 1, default)).Sessions[0].Id;
        await _own.Get<AccountKeys>().AddAsync(World.Bob.Id, "Laptop", from: null, default);
        var key = (await _own.Get<AccountKeys>().ListAsync(World.Bob.Id, default))[0].Id;

        Assert.Equal(
            "That session had already ended.",
            await _own.ChangeAsync(World.Alice, "End", ("session", $"{session}")));
        Assert.Equal(
            "That key was already revoked.", await _own.ChangeAsync(World.Alice, "Revoke", ("key", $"{key}")));
        Assert.Equal(HttpStatusCode.OK, (await bob.GetAsync("/account")).Status);
    }

    [Fact]
    public async Task Keys_and_consents_are_shown_without_secrets_and_removed()
    {
        var text = await _own.Get<AccountKeys>().AddAsync(World.Alice.Id, "Laptop", from: null, default);
        await World.ChangeStoreAsync(
            "INSERT INTO consents (account_id, application_id, dialect, permissions, granted_at) "
            + $"VALUES ({World.Alice.Id}, {World.Gallery.Id}, 'mediapost', '', 0)");
        var page = await _own.Browser.GetAsync($"/admin/accounts/{World.Alice.Id}");
        Assert.Contains("Laptop", page.Html, StringComparison.Ordinal);
        Assert.Contains("Gallery", page.Html, StringComparison.Ordinal);
        Assert.DoesNotContain(text, page.Html, StringComparison.Ordinal);
        Assert.Contains(
            "Alice", (await _own.Browser.GetAsync($"/admin/applications/{World.Gallery.Id}")).Text("#accounts ~ ul"),
            StringComparison.Ordinal);

        var key = (await _own.Get<AccountKeys>().ListAsync(World.Alice.Id, default))[0].Id;
        await _own.ChangeAsync(World.Alice, "Revoke", ("key", $"{key}"));
        Assert.Equal(("key_revoked", "Carol"), await KindAndActorAsync(World.Alice));
        await _own.ChangeAsync(World.Alice, "Remove", ("application", $"{World.Gallery.Id}"));
        Assert.Equal(("consent_removed", "Carol"), await KindAndActorAsync(World.Alice));
        Assert.Empty(await _own.Get<AccountKeys>().ListAsync(World.Alice.Id, default));
    }

    [Fact]
    public async Task Failed_sign_ins_are_shown_and_unlocked()
    {
        using var stranger = new FormBrowser(World.Server.Http);
        for (var i = 0; i < 5; i++)
            await stranger.SignInAsync("alice", "wrong password");
        Assert.Equal(HttpStatusCode.TooManyRequests, (await stranger.SignInAsync("alice")).Status);
        Assert.Contains(
            "blocked for another 5 minutes",
            (await _own.Browser.GetAsync($"/admin/accounts/{World.Alice.Id}")).Html, StringComparison.Ordinal);

        Assert.StartsWith(
            "The failed sign-ins", await _own.ChangeAsync(World.Alice, "Unlock"), StringComparison.Ordinal);

        Assert.True((await stranger.SignInAsync("alice")).IsRedirect);
    }

    [Fact]
    public async Task A_reset_link_is_shown_once_and_sets_a_password_that_the_administrator_does_not_know()
    {
        var made = await _own.PostAsync(World.Alice, "Reset");
        var link = made.Text("#link")!;
        Assert.StartsWith(new Uri(World.Server.Http, "/reset?token=").AbsoluteUri, link, StringComparison.Ordinal);
        Assert.Equal(("reset_link_made", "Carol"), await KindAndActorAsync(World.Alice));
        Assert.DoesNotContain(
            link[^32..], (await _own.Browser.GetAsync($"/admin/accounts/{World.Alice.Id}")).Html,
            StringComparison.Ordinal);

        using var alice = new FormBrowser(World.Server.Http);
        var done = await alice.SubmitAsync(
            new Uri(link).PathAndQuery, ("chosen", "a wholly new password"), ("again", "a wholly new password"));
        Assert.Equal("/signin", done.Location?.OriginalString);
        Assert.True((await alice.SignInAsync("alice", "a wholly new password")).IsRedirect);
        Assert.DoesNotContain(World.Server.Log.Lines, line => line.Contains(link[^32..], StringComparison.Ordinal));
        Assert.False(await World.Server.KeepsAsync(link[^32..]));
    }

    [Fact]
    public async Task A_suspended_account_gets_no_reset_link()
    {
        var page = await _own.PostAsync(World.Sybil, "Reset");

        Assert.Equal("Only an active account can have a link. Nothing was changed.", page.Alert);
        Assert.Null(page.Text("#link"));
    }

    [Fact]
    public async Task Passkeys_and_second_factor_are_removed_for_a_person_who_has_lost_them()
    {
        var (_, codes) = await World.SetAuthenticatorAsync(World.Alice);
        using var alice = new FormBrowser(World.Server.Http);
        Assert.EndsWith(
            "/signin/verify", (await alice.SignInAsync("alice")).Location!.ToString(), StringComparison.Ordinal);
        var page = await _own.Browser.GetAsync($"/admin/accounts/{World.Alice.Id}");
        Assert.DoesNotContain(codes[0], page.Html, StringComparison.Ordinal);

        Assert.StartsWith(
            "The passkeys and the second factor were removed.", await _own.ChangeAsync(World.Alice, "RemoveFactors"),
            StringComparison.Ordinal);

        Assert.Equal("second_factor_off", (await _own.LatestAsync(World.Alice)).Kind);
        Assert.Equal("Carol", (await _own.LatestAsync(World.Alice)).Actor);
        Assert.EndsWith("/account", (await alice.SignInAsync("alice")).Location!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_number_is_an_unknown_page()
    {
        foreach (var path in new[] { "/admin/accounts/999", "/admin/applications/999", "/admin/accounts/x" })
            Assert.Equal(HttpStatusCode.NotFound, (await _own.Browser.GetAsync(path)).Status);
    }

    private async Task<(string Kind, string? Actor)> KindAndActorAsync(Account? account = null)
    {
        var latest = await _own.LatestAsync(account);
        return (latest.Kind, latest.Actor);
    }

    private async Task<ListedEvent> EventBeforeAsync(long id) =>
        (await _own.Get<SecurityEvents>().ListAsync(World.Alice.Id, null, id, 1, default))[0];
}
