using System.Globalization;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Languages;
using TokenAuth.Kernel.Limits;
using TokenAuth.Kernel.Telemetry;

namespace TokenAuth.MyAccount;

/// <summary>Describes an account's events for its owner, in the current language.</summary>
internal static class EventWords
{
    private static readonly Dictionary<string, EventKind> _kinds =
        Enum.GetValues<EventKind>().ToDictionary(SecurityLog.NameOf, StringComparer.Ordinal);

    /// <summary>Describes what happened, such as <c>Signed in with Gallery</c>.</summary>
    public static string Of(Texts texts, ListedEvent entry)
    {
        // A newer version on another node may have recorded a kind that this version does not know.
        var what = _kinds.TryGetValue(entry.Kind, out var kind)
            ? Of(texts, kind, entry)
            : entry.Kind.Replace('_', ' ');
        return entry.Count > 1 ? texts["{0} ({1} times)", what, entry.Count] : what;
    }

    /// <summary>
    /// Describes the origin, such as <c>from 192.0.2.1</c>. The owner is not shown an administrator's address.
    /// </summary>
    public static string Origin(Texts texts, ListedEvent entry) =>
        entry.ActorUid is not null ? texts["by an administrator of this service"]
        : entry.Address is { } address ? texts["from {0}", address]
        : texts["by the people who run this service"];

    private static string Of(Texts texts, EventKind kind, ListedEvent entry)
    {
        string WithDetail(string what) => entry.Detail is { } detail ? $"{what}: {Detail(texts, detail)}" : what;

        return kind switch
        {
            EventKind.SignIn when entry is { Dialect: DialectNames.Browser, Detail: { } provider } =>
                texts["Signed in with a browser, through {0}", provider],
            EventKind.SignIn => Client(texts, entry) is { } client
                ? texts["Signed in with {0}", client] : texts["Signed in"],
            EventKind.SignInFailed when entry.Detail == SignInCaller.NeedsKey && Client(texts, entry) is { } client =>
                texts["Password refused for {0}: it needs an API key", client],
            EventKind.SignInFailed => Client(texts, entry) is { } client
                ? texts["Failed to sign in with {0}", client] : texts["Failed to sign in"],
            EventKind.SignInThrottled => Client(texts, entry) is { } client
                ? texts["Sign-in with {0} refused after too many failures", client]
                : texts["Sign-in refused after too many failures"],
            EventKind.NewDevice => texts["Signed in with a new browser"],
            EventKind.SessionEnded => entry.Detail is null && Client(texts, entry) is { } client
                ? texts["Signed out of {0}", client] : WithDetail(texts["Signed out"]),
            EventKind.ConsentGiven => texts["Allowed {0}", Application(texts, entry)],
            EventKind.ConsentRefused => texts["Did not allow {0}", Application(texts, entry)],
            EventKind.ConsentRemoved => WithDetail(texts["Removed {0}", Application(texts, entry)]),
            EventKind.KeyMade => WithDetail(texts["Created an API key"]),
            EventKind.KeyRevoked => WithDetail(texts["Revoked an API key"]),
            EventKind.PasswordChanged => WithDetail(texts["Changed the password"]),
            EventKind.ResetLinkMade => texts["A link to choose a new password was created"],
            EventKind.PasswordReset => WithDetail(texts["Chose a new password with a link"]),
            EventKind.PasskeyAdded => WithDetail(texts["Added a passkey"]),
            EventKind.PasskeyRemoved => WithDetail(texts["Removed a passkey"]),
            EventKind.AuthenticatorOn => texts["Turned on the authenticator app"],
            EventKind.AuthenticatorOff => texts["Turned off the authenticator app"],
            EventKind.SecondFactorOn => texts["Turned on two-step sign-in"],
            EventKind.SecondFactorOff => texts["Turned off two-step sign-in"],
            EventKind.SignatureExplained => entry.Application is { } application
                ? texts["Looked into a signature of {0}", application] : texts["Looked into a signature"],
            EventKind.RecoveryCodesMade => texts["Created new recovery codes"],
            EventKind.RecoveryCodeUsed => texts["Signed in with a recovery code"],
            EventKind.IdentityLinked => WithDetail(texts["Linked an account at another service"]),
            EventKind.IdentityRemoved => WithDetail(texts["Removed the link to an account at another service"]),
            EventKind.EmailChanged => texts["Changed the e-mail address"],
            EventKind.EmailChangeRequested => texts["Asked to change the e-mail address"],
            EventKind.EmailConfirmed => texts["Confirmed the e-mail address"],
            EventKind.MailRefused => texts["A message to the e-mail address could not be delivered"],
            EventKind.AccountCreated => texts["Created the account"],
            EventKind.AccountRenamed => entry.Detail is { } old
                ? texts["Changed the login name, which was {0}", old] : texts["Changed the login name"],
            EventKind.AccountStateChanged => State(texts, entry.Detail ?? ""),
            EventKind.AccountUnlocked => texts["Earlier failed sign-ins no longer count"],
            EventKind.AdministratorAdded => texts["The account was made an administrator"],
            EventKind.AdministratorRemoved => texts["The account is no longer an administrator"],
            EventKind.ErasureRequested => WithDetail(texts["Closed the account"]),
            EventKind.ErasureCancelled => texts["Kept the account after closing it"],
            EventKind.ApplicationRegistered => texts["Registered the application {0}", Application(texts, entry)],
            EventKind.ApplicationEnabled => texts["Enabled the application {0}", Application(texts, entry)],
            EventKind.ApplicationDisabled => texts["Disabled the application {0}", Application(texts, entry)],
            EventKind.ApplicationChanged => texts["Changed the application {0}", Application(texts, entry)],
            EventKind.ApplicationDeleted => WithDetail(texts["Deleted an application"]),
            EventKind.SecretRotated => texts["Created a new secret for the application {0}", Application(texts, entry)],
            EventKind.ApplicationApproved => texts["The application {0} was approved", Application(texts, entry)],
            EventKind.ApplicationRefused => texts["The application {0} was not approved", Application(texts, entry)],
            EventKind.ApplicationOffered =>
                texts["Offered the application {0} to another account", Application(texts, entry)],
            EventKind.ApplicationTransferred =>
                texts["The application {0} now belongs to another account", Application(texts, entry)],
            EventKind.ApplicationReceived =>
                texts["Accepted the application {0} from another account", Application(texts, entry)],
            // Roles belong to an application's users.
            _ => entry.Kind.Replace('_', ' '),
        };
    }

    private static string? Client(Texts texts, ListedEvent entry) => entry switch
    {
        { Application: { } name } => name,
        { Dialect: DialectNames.Browser } => texts["a browser"],
        { Dialect: { } dialect } => texts["a program ({0})", dialect],
        _ => null,
    };

    private static string Application(Texts texts, ListedEvent entry) => entry.Application ?? texts["an application"];

    private static string State(Texts texts, string detail)
    {
        var (state, rest) = detail.Split(", ", 2) is [var first, var second] ? (first, second) : (detail, null);
        string what = state switch
        {
            "active" => texts["The account was activated"],
            "suspended" => texts["The account was suspended"],
            "locked" => texts["The account was locked"],
            "memorial" => texts["The account became a memorial account"],
            "deleted" => texts["The account was deleted"],
            _ => texts["The account became {0}", state],
        };
        return rest is null ? what : $"{what}: {Detail(texts, rest)}";
    }

    /// <summary>
    /// Writes a detail. The log has the number of ended sessions in English, behind a name or alone
    /// (<see cref="SecurityEvent.SessionsEnded"/>).
    /// </summary>
    private static string Detail(Texts texts, string detail)
    {
        var comma = detail.LastIndexOf(", ", StringComparison.Ordinal);
        var last = comma < 0 ? detail : detail[(comma + 2)..];
        return last.Split(' ') is [var number, "session" or "sessions", "ended"]
            && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? detail[..^last.Length] + texts.Plural(count, "{0} session ended", "{0} sessions ended")
            : detail;
    }
}
