using System.Net;

namespace TokenAuth.Kernel.Sessions;

/// <summary>A session that was looked up and is good.</summary>
internal sealed record ActiveSession(
    long Id, long? ApplicationId, long? AccountId, string? ProtectedSecret, string Permissions,
    DateTimeOffset? ExpiresAt, string Login, string DisplayName, string? BoundTo = null)
{
    /// <summary>Set where its expiry is to be moved to this long after its use now.</summary>
    public TimeSpan? ExtendBy { get; init; }

    /// <summary>Set where it does not slide, and its use now is to be noted.</summary>
    public LastUse? UseDue { get; init; }

    /// <summary>When it ends however much it slides; null: no such time.</summary>
    public DateTimeOffset? EndsBy { get; init; }

    /// <summary>The account's API key that it was opened with, if any.</summary>
    public long? AccountKeyId { get; init; }

    /// <summary>Whether it is good from this address.</summary>
    public bool IsGoodFrom(IPAddress address) => Session.IsGoodFrom(BoundTo, address);
}
