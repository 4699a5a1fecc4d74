using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Pages;
using TokenAuth.Kernel.Telemetry;

namespace TokenAuth.MyAccount;

/// <summary>Events of an account in words for its person.</summary>
internal static class EventWords
{
    private static readonly Dictionary<string, EventKind> _kinds =
        Enum.GetValues<EventKind>().ToDictionary(SecurityLog.NameOf, StringComparer.Ordinal);

    /// <summary>What happened, such as <c>Signed in with Gallery</c>.</summary>
    public static string Of(ListedEvent happened)
    {
        // A newer version, on another node, may record what this one does not know.
        var what = _kinds.TryGetValue(happened.Kind, out var kind) ? Of(kind, happened) : happened.Kind.Replace('_', ' ');
        return happened.Count > 1 ? $"{what} ({happened.Count} times)" : what;
    }

    /// <summary>From where, such as <c> from 192.0.2.1</c>.</summary>
    public static string Origin(ListedEvent happened) =>
        happened.Address is { } address ? $" from {address}" : " by the people who run this service";

    private static string Of(EventKind kind, ListedEvent happened) => kind switch
    {
        EventKind.SignIn => $"Signed in {Means(happened)}",
        EventKind.SignInFailed => $"Failed to sign in {Means(happened)}",
        EventKind.SignInThrottled => $"Not let in {Means(happened)}, after too many failures",
        EventKind.ConsentGiven => $"Allowed {Application(happened)}",
        EventKind.ConsentRefused => $"Did not allow {Application(happened)}",
        EventKind.ConsentRemoved => WithDetail($"Removed {Application(happened)}", happened),
        EventKind.SessionEnded => happened.Detail is { } ended ? $"Signed out: {ended}" : $"Signed out {Means(happened)}",
        EventKind.KeyMade => WithDetail("Made an API key", happened),
        EventKind.KeyRevoked => WithDetail("Revoked an API key", happened),
        EventKind.PasswordChanged => WithDetail("Changed the password", happened),
        EventKind.AccountCreated => "Made the account",
        EventKind.AccountStateChanged => WithDetail("The account became", happened, separator: " "),
        _ => happened.Kind.Replace('_', ' '), // of applications, which are no account's
    };

    private static string Means(ListedEvent happened) => happened switch
    {
        { Application: { } name } => $"with {name}",
        { Dialect: DialectNames.Browser } => "with a browser",
        { Dialect: { } dialect } => $"with a program ({dialect})",
        _ => "",
    };

    private static string Application(ListedEvent happened) => happened.Application ?? "an application";

    private static string WithDetail(string what, ListedEvent happened, string separator = ": ") =>
        happened.Detail is { } detail ? what + separator + detail : what;
}
