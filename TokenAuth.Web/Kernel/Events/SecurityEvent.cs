using System.Net;

namespace TokenAuth.Kernel.Events;

/// <summary>
/// Something that the security event log records: who, what and from where. It never holds a secret, nor a login name that
/// no account has: people type passwords into that field.
/// </summary>
/// <param name="Kind">What happened.</param>
/// <param name="AccountId">The account concerned; null where none is known.</param>
/// <param name="ApplicationId">The application concerned, if any.</param>
/// <param name="Dialect">Through which dialect, or <c>browser</c>.</param>
/// <param name="From">The caller's address; null for the command line.</param>
/// <param name="Detail">A short text for a person: a key's name, an account's new state, how many sessions ended.</param>
internal sealed record SecurityEvent(
    EventKind Kind, long? AccountId = null, long? ApplicationId = null, string? Dialect = null, IPAddress? From = null, string? Detail = null)
{
    /// <summary>The detail of a change that ended sessions.</summary>
    public static string? SessionsEnded(int count) => count switch
    {
        0 => null,
        1 => "1 session ended",
        _ => $"{count} sessions ended",
    };

    /// <summary>A detail of several parts, of which some may be missing.</summary>
    public static string With(string first, string? second) => second is null ? first : $"{first}, {second}";
}

/// <summary>What the log tells apart. The store and the command line spell them in snake_case.</summary>
internal enum EventKind
{
    /// <summary>A session was opened: a person signed in, or an application or program got a session.</summary>
    SignIn,

    /// <summary>A wrong password, key or response, or an account that is closed.</summary>
    SignInFailed,

    /// <summary>Refused unchecked, after too many failures.</summary>
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
    ApplicationRegistered,
    ApplicationEnabled,
    ApplicationDisabled,
    SecretRotated,
}

/// <summary>A row of the log. Equal events within a moment are one row.</summary>
internal sealed class SecurityEventRow
{
    public long Id { get; set; }

    /// <summary>When it happened first.</summary>
    public DateTimeOffset OccurredAt { get; set; }

    /// <summary>An <see cref="EventKind"/> in snake_case.</summary>
    public required string Kind { get; set; }

    public long? AccountId { get; set; }

    public long? ApplicationId { get; set; }

    public string? Dialect { get; set; }

    public string? Address { get; set; }

    public string? Detail { get; set; }

    /// <summary>How often it happened within that moment.</summary>
    public long Count { get; set; }
}
