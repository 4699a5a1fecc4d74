using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Pages;
using TokenAuth.Kernel.Telemetry;

namespace TokenAuth.MyAccount;

/// <summary>Describes an account's events in words for its owner.</summary>
internal static class EventWords
{
    private static readonly Dictionary<string, EventKind> _kinds =
        Enum.GetValues<EventKind>().ToDictionary(SecurityLog.NameOf, StringComparer.Ordinal);

    /// <summary>Describes what happened, such as <c>Signed in with Gallery</c>.</summary>
    public static string Of(ListedEvent entry)
    {
        // A newer version on another node may have recorded a kind that this version does not know.
        var what = _kinds.TryGetValue(entry.Kind, out var kind)
            ? Of(kind, entry)
            : entry.Kind.Replace('_', ' ');
        return entry.Count > 1 ? $"{what} ({entry.Count} times)" : what;
    }

    /// <summary>
    /// Describes the origin, such as <c> from 192.0.2.1</c>. The owner is not shown an administrator's address.
    /// </summary>
    public static string Origin(ListedEvent entry) =>
        entry.ActorUid is not null ? " by an administrator of this service"
        : entry.Address is { } address ? $" from {address}" : " by the people who run this service";

    private static string Of(EventKind kind, ListedEvent entry) => kind switch
    {
        EventKind.SignIn => $"Signed in {Client(entry)}",
        EventKind.SignInFailed when entry.Detail == "second factor" =>
            $"Refused the password {Client(entry)}, which needs an API key",
        EventKind.SignInFailed => $"Failed to sign in {Client(entry)}",
        EventKind.SignInThrottled => $"Not let in {Client(entry)}, after too many failures",
        EventKind.ConsentGiven => $"Allowed {Application(entry)}",
        EventKind.ConsentRefused => $"Did not allow {Application(entry)}",
        EventKind.ConsentRemoved => WithDetail($"Removed {Application(entry)}", entry),
        EventKind.SessionEnded =>
            entry.Detail is { } ended ? $"Signed out: {ended}" : $"Signed out {Client(entry)}",
        EventKind.KeyMade => WithDetail("Made an API key", entry),
        EventKind.KeyRevoked => WithDetail("Revoked an API key", entry),
        EventKind.PasswordChanged => WithDetail("Changed the password", entry),
        EventKind.AccountCreated => "Made the account",
        EventKind.AccountStateChanged => WithDetail("The account became", entry, separator: " "),
        EventKind.AccountUnlocked => "Earlier failures to sign in no longer count",
        EventKind.ResetLinkMade => "A link to choose a new password was made",
        EventKind.PasswordReset => WithDetail("Chose a new password with a link", entry),
        EventKind.AdministratorAdded => "The account became an administrator's",
        EventKind.AdministratorRemoved => "The account is no longer an administrator's",
        EventKind.AccountRenamed => WithDetail("Changed the login name", entry, separator: ", which was "),
        EventKind.EmailChanged => "Changed the e-mail address",
        EventKind.PasskeyAdded => WithDetail("Added a passkey", entry),
        EventKind.PasskeyRemoved => WithDetail("Removed a passkey", entry),
        EventKind.AuthenticatorOn => "Turned on the authenticator app",
        EventKind.SecondFactorOn => "Turned on two-step sign-in",
        EventKind.SecondFactorOff => "Turned off two-step sign-in",
        EventKind.AuthenticatorOff => "Turned off the authenticator app",
        EventKind.RecoveryCodesMade => "Created new recovery codes",
        EventKind.RecoveryCodeUsed => "Signed in with a recovery code",
        EventKind.ErasureRequested => "Closed the account",
        EventKind.ErasureCancelled => "Kept the account after closing it",
        EventKind.EmailChangeRequested => "Asked for another e-mail address",
        EventKind.EmailConfirmed => "Confirmed the e-mail address",
        EventKind.NewDevice => "Signed in with a new browser",
        EventKind.MailRefused => "A message to the e-mail address could not be delivered",
        // Events of applications belong to no account.
        _ => entry.Kind.Replace('_', ' '),
    };

    private static string Client(ListedEvent entry) => entry switch
    {
        { Application: { } name } => $"with {name}",
        { Dialect: DialectNames.Browser } => "with a browser",
        { Dialect: { } dialect } => $"with a program ({dialect})",
        _ => "",
    };

    private static string Application(ListedEvent entry) => entry.Application ?? "an application";

    private static string WithDetail(string what, ListedEvent entry, string separator = ": ") =>
        entry.Detail is { } detail ? what + separator + detail : what;
}
