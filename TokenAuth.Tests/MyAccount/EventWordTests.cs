using System.Globalization;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Languages;
using TokenAuth.MyAccount;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.MyAccount;

public sealed class EventWordTests
{
    private static readonly Texts Texts = new();

    [Theory]
    [InlineData("sign_in", null, "browser", null, 1, "Signed in with a browser")]
    [InlineData("sign_in", "Gallery", "mediapost", null, 1, "Signed in with Gallery")]
    [InlineData("sign_in", null, "dreamwidth", null, 3, "Signed in with a program (dreamwidth) (3 times)")]
    [InlineData("sign_in", null, null, null, 1, "Signed in")]
    [InlineData("sign_in_failed", null, "browser", null, 12, "Failed to sign in with a browser (12 times)")]
    [InlineData("sign_in_failed", null, null, null, 1, "Failed to sign in")]
    [InlineData(
        "sign_in_throttled", null, "browser", null, 1, "Sign-in with a browser refused after too many failures")]
    [InlineData("sign_in_throttled", null, null, null, 1, "Sign-in refused after too many failures")]
    [InlineData("new_device", null, "browser", null, 1, "Signed in with a new browser")]
    [InlineData("consent_given", "Gallery", "mediapost", null, 1, "Allowed Gallery")]
    [InlineData("consent_refused", "Gallery", "mediapost", null, 1, "Did not allow Gallery")]
    [InlineData("consent_removed", "Gallery", null, "2 sessions ended", 1, "Removed Gallery: 2 sessions ended")]
    [InlineData("consent_removed", null, null, null, 1, "Removed an application")]
    [InlineData("session_ended", "Gallery", "mediapost", null, 1, "Signed out of Gallery")]
    [InlineData("session_ended", null, null, "4 sessions ended", 1, "Signed out: 4 sessions ended")]
    [InlineData("session_ended", null, null, null, 1, "Signed out")]
    [InlineData("key_made", null, null, "Old laptop", 1, "Created an API key: Old laptop")]
    [InlineData(
        "key_revoked", null, null, "Old laptop, 1 session ended", 1, "Revoked an API key: Old laptop, 1 session ended")]
    [InlineData("password_changed", null, null, null, 1, "Changed the password")]
    [InlineData("account_created", null, null, null, 1, "Created the account")]
    [InlineData(
        "account_state_changed", null, null, "suspended, 1 session ended", 1,
        "The account was suspended: 1 session ended")]
    [InlineData("account_state_changed", null, null, "active", 1, "The account was activated")]
    [InlineData("account_state_changed", null, null, "locked", 1, "The account was locked")]
    [InlineData("account_state_changed", null, null, "memorial", 1, "The account became a memorial account")]
    [InlineData("account_state_changed", null, null, "deleted", 1, "The account was deleted")]
    [InlineData("account_state_changed", null, null, "asleep", 1, "The account became asleep")]
    [InlineData("account_unlocked", null, null, null, 1, "Earlier failed sign-ins no longer count")]
    [InlineData("reset_link_made", null, null, null, 1, "A link to choose a new password was created")]
    [InlineData(
        "password_reset", null, null, "2 sessions ended", 1, "Chose a new password with a link: 2 sessions ended")]
    [InlineData("administrator_added", null, null, null, 1, "The account was made an administrator")]
    [InlineData("administrator_removed", null, null, null, 1, "The account is no longer an administrator")]
    [InlineData("account_renamed", null, null, "Alicia", 1, "Changed the login name, which was Alicia")]
    [InlineData("account_renamed", null, null, null, 1, "Changed the login name")]
    [InlineData("email_changed", null, null, null, 1, "Changed the e-mail address")]
    [InlineData("email_change_requested", null, null, null, 1, "Asked to change the e-mail address")]
    [InlineData("email_confirmed", null, null, null, 1, "Confirmed the e-mail address")]
    [InlineData("mail_refused", null, null, null, 1, "A message to the e-mail address could not be delivered")]
    [InlineData("sign_in", null, "browser", "Example ID", 1, "Signed in with a browser, through Example ID")]
    [InlineData("identity_linked", null, null, "jane", 1, "Linked an account at another service: jane")]
    [InlineData("passkey_added", null, null, "Phone", 1, "Added a passkey: Phone")]
    [InlineData("passkey_removed", null, null, "Phone", 1, "Removed a passkey: Phone")]
    [InlineData("authenticator_on", null, null, null, 1, "Turned on the authenticator app")]
    [InlineData(
        "sign_in_failed", null, "dreamwidth", "second factor", 1,
        "Password refused for a program (dreamwidth): it needs an API key")]
    [InlineData("second_factor_on", null, null, null, 1, "Turned on two-step sign-in")]
    [InlineData("second_factor_off", null, null, null, 1, "Turned off two-step sign-in")]
    [InlineData("authenticator_off", null, null, null, 1, "Turned off the authenticator app")]
    [InlineData("recovery_codes_made", null, null, null, 1, "Created new recovery codes")]
    [InlineData("recovery_code_used", null, null, "9", 1, "Signed in with a recovery code")]
    [InlineData("erasure_requested", null, null, "2 sessions ended", 1, "Closed the account: 2 sessions ended")]
    [InlineData("erasure_cancelled", null, null, null, 1, "Kept the account after closing it")]
    [InlineData("moved_to_the_moon", null, null, null, 1, "moved to the moon")]
    public void Each_kind_of_event_is_described_in_plain_words(
        string kind, string? application, string? dialect, string? detail, long count, string words) =>
        Assert.Equal(words, EventWords.Of(Texts, Happened(kind, application, dialect, detail, count)));

    [Fact]
    public void Every_kind_of_an_account_has_words_of_its_own()
    {
        // Events of applications belong to no account, and nobody reads those of an erased one.
        EventKind[] others =
        [
            EventKind.AccountErased, EventKind.ApplicationRegistered, EventKind.ApplicationEnabled,
            EventKind.ApplicationDisabled, EventKind.ApplicationChanged, EventKind.ApplicationDeleted,
            EventKind.SecretRotated, EventKind.UserRoleChanged,
        ];
        var kinds = Enum.GetValues<EventKind>().Except(others).Select(SecurityLog.NameOf).ToList();

        Assert.True(kinds.Count > 20);
        Assert.DoesNotContain(kinds, kind => EventWords.Of(Texts, Happened(kind)) == kind.Replace('_', ' '));
    }

    [Theory]
    [InlineData("de", "API-Schlüssel widerrufen: Old laptop, 1 Sitzung beendet", "von 192.0.2.1")]
    [InlineData("fr", "Clé API révoquée: Old laptop, 1 session terminée", "depuis 192.0.2.1")]
    public void The_words_are_in_the_persons_language(string code, string words, string origin)
    {
        CultureInfo.CurrentUICulture = Language.Find(code)!.Culture;
        var happened = Happened("key_revoked", detail: "Old laptop, 1 session ended");

        Assert.Equal(words, EventWords.Of(Texts, happened));
        Assert.Equal(origin, EventWords.Origin(Texts, happened));
    }

    [Fact]
    public void An_event_without_an_address_was_caused_by_the_operator()
    {
        var happened = Happened("key_made");

        Assert.Equal("from 192.0.2.1", EventWords.Origin(Texts, happened));
        Assert.Equal(
            "by the people who run this service", EventWords.Origin(Texts, happened with { Address = null }));
    }

    [Fact]
    public void The_address_and_the_name_of_an_administrator_are_not_shown_to_the_owner() => Assert.Equal(
        "by an administrator of this service",
        EventWords.Origin(Texts, Happened("key_revoked") with { ActorUid = 2, Actor = "Carol" }));

    private static ListedEvent Happened(
        string kind, string? application = null, string? dialect = null, string? detail = null, long count = 1) =>
        new(1, TestClock.Start, kind, 1, "Alice", application, dialect, "192.0.2.1", detail, count);
}
