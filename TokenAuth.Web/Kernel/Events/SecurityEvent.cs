using System.Net;

namespace TokenAuth.Kernel.Events;

/// <summary>
/// An entry of the security event log. It never holds a secret, nor a login name that no account has: people type
/// passwords into that field.
/// </summary>
/// <param name="Kind">The kind of event.</param>
/// <param name="AccountId">The account; null if none is known.</param>
/// <param name="ApplicationId">The application, if any.</param>
/// <param name="Dialect">The dialect, or <c>browser</c>.</param>
/// <param name="From">The caller's address; null for the command line.</param>
/// <param name="Detail">
/// A short text for a person: the name of a key, the new state of an account, the number of ended sessions.
/// </param>
internal sealed record SecurityEvent(
    EventKind Kind, long? AccountId = null, long? ApplicationId = null, string? Dialect = null,
    IPAddress? From = null, string? Detail = null)
{
    /// <summary>The account of the administrator who acted; null if the owner or an operator did.</summary>
    public long? ActorId { get; init; }

    /// <summary>
    /// Who is told of the event if the account no longer says so: its address was replaced, or it was erased. The log
    /// does not have it.
    /// </summary>
    public EventRecipient? Recipient { get; init; }

    /// <summary>Returns the detail of a change that ended sessions; null if it ended none.</summary>
    public static string? SessionsEnded(int count) => count switch
    {
        0 => null,
        1 => "1 session ended",
        _ => $"{count} sessions ended",
    };

    /// <summary>Joins the two parts of a detail, of which the second may be missing.</summary>
    public static string With(string first, string? second) => second is null ? first : $"{first}, {second}";
}

/// <summary>The person behind an account, as a notice reaches them.</summary>
/// <param name="Language">The language of the profile; null if none was chosen.</param>
/// <param name="TimeZone">The time zone of the profile; null if none was chosen.</param>
internal sealed record EventRecipient(string Login, string? Email, string? Language, string? TimeZone)
{
    /// <summary>Tells whether somebody has confirmed the address.</summary>
    public bool IsConfirmed { get; init; }
}

/// <summary>The kinds of security events. The store and the command line write them in snake_case.</summary>
internal enum EventKind
{
    /// <summary>A person signed in, or an application or program got a session.</summary>
    SignIn,

    /// <summary>A password, key or response was wrong, or the account is closed.</summary>
    SignInFailed,

    /// <summary>A sign-in was refused unchecked, after too many failures.</summary>
    SignInThrottled,

    ConsentGiven,
    ConsentRefused,
    ConsentRemoved,
    SessionEnded,
    KeyMade,
    KeyRevoked,
    PasswordChanged,
    AccountCreated,
    AccountStateChanged,

    /// <summary>The account has another login name. The detail is the old one.</summary>
    AccountRenamed,
    EmailChanged,

    /// <summary>The account and everything that belonged to it is gone, except for its events.</summary>
    AccountErased,
    ApplicationRegistered,
    ApplicationEnabled,
    ApplicationDisabled,
    ApplicationChanged,
    ApplicationDeleted,
    SecretRotated,
    UserRoleChanged,

    /// <summary>An administrator removed the throttle's blocks.</summary>
    AccountUnlocked,

    /// <summary>A link was made with which the person chooses a new password.</summary>
    ResetLinkMade,

    /// <summary>The person chose a new password with such a link.</summary>
    PasswordReset,

    AdministratorAdded,
    AdministratorRemoved,

    /// <summary>The account has a new passkey. The detail is its name.</summary>
    PasskeyAdded,

    /// <summary>A passkey was removed. The detail is its name.</summary>
    PasskeyRemoved,

    /// <summary>An authenticator app was set up, which also turns the second factor on.</summary>
    AuthenticatorOn,
    AuthenticatorOff,

    /// <summary>The password alone no longer signs in.</summary>
    SecondFactorOn,

    /// <summary>The password alone signs in again. An administrator removed the passkeys as well.</summary>
    SecondFactorOff,

    /// <summary>The account has new recovery codes; the old ones are gone.</summary>
    RecoveryCodesMade,

    /// <summary>A recovery code took the place of the second factor. The detail is the number that is left.</summary>
    RecoveryCodeUsed,

    /// <summary>The owner closed the account, which is erased a week later.</summary>
    ErasureRequested,

    /// <summary>The owner came back within that week and keeps the account.</summary>
    ErasureCancelled,

    /// <summary>A link was sent to an e-mail address that shall replace the account's.</summary>
    EmailChangeRequested,

    /// <summary>The owner opened the link that was sent to the account's address.</summary>
    EmailConfirmed,

    /// <summary>A person signed in with a browser in which the account had not signed in before.</summary>
    NewDevice,

    /// <summary>An administrator approved what the owner of an application asks for. The detail says what.</summary>
    ApplicationApproved,

    /// <summary>An administrator refused it.</summary>
    ApplicationRefused,

    /// <summary>The owner of an application offered it to another account.</summary>
    ApplicationOffered,

    /// <summary>The other account accepted: this one no longer owns the application.</summary>
    ApplicationTransferred,

    /// <summary>The account accepted an application from its owner.</summary>
    ApplicationReceived,

    /// <summary>The mail server refused a message for good. The detail is what the message was about.</summary>
    MailRefused,

    /// <summary>A developer looked into a signature. What they pasted is not recorded.</summary>
    SignatureExplained,

    /// <summary>An identity at the upstream provider was linked. The detail is its name there.</summary>
    IdentityLinked,

    /// <summary>The link to an identity was removed. The detail is its name there.</summary>
    IdentityRemoved,
}

/// <summary>A row of the log. Equal events within about a second share a row.</summary>
internal sealed class SecurityEventRow
{
    public long Id { get; set; }

    /// <summary>The time of the first event of the row.</summary>
    public DateTimeOffset OccurredAt { get; set; }

    /// <summary>An <see cref="EventKind"/> in snake_case.</summary>
    public required string Kind { get; set; }

    public long? AccountId { get; set; }

    public long? ApplicationId { get; set; }

    public string? Dialect { get; set; }

    public string? Address { get; set; }

    public string? Detail { get; set; }

    /// <summary>The account of the administrator who acted.</summary>
    public long? ActorId { get; set; }

    /// <summary>The number of equal events in the row.</summary>
    public long Count { get; set; }
}
