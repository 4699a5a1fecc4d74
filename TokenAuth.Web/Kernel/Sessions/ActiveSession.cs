using System.Net;

namespace TokenAuth.Kernel.Sessions;

/// <summary>A session that was looked up and is valid.</summary>
internal sealed record ActiveSession(
    long Id, long? ApplicationId, long? AccountId, string? ProtectedSecret, string Permissions,
    DateTimeOffset? ExpiresAt, string Login, string DisplayName, string? BoundTo = null)
{
    /// <summary>The time from its use to its new expiry; null unless the expiry must be extended now.</summary>
    public TimeSpan? ExtendBy { get; init; }

    /// <summary>
    /// The record of its last use; null unless that use must be noted now. Only for sessions without sliding
    /// expiration.
    /// </summary>
    public LastUse? UseDue { get; init; }

    /// <summary>The latest possible expiry of a session with sliding expiration; null if there is no limit.</summary>
    public DateTimeOffset? EndsBy { get; init; }

    /// <summary>The account's API key that opened it, if any.</summary>
    public long? AccountKeyId { get; init; }

    /// <summary>Checks whether the session is valid from this address.</summary>
    public bool IsGoodFrom(IPAddress address) => Session.IsGoodFrom(BoundTo, address);
}
