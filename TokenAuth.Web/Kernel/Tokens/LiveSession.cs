using System.Net;

namespace TokenAuth.Kernel.Tokens;

/// <summary>A session that was looked up and is good.</summary>
internal sealed record LiveSession(
    long Id, long? ApplicationId, long? AccountId, string? ProtectedSecret, string Permissions,
    DateTimeOffset? ExpiresAt, string Login, string DisplayName, string? BoundTo = null)
{
    /// <summary>Set where its expiry is to be moved to this long after its use now.</summary>
    public TimeSpan? SlideDue { get; init; }

    /// <summary>Whether it is good from this address.</summary>
    public bool IsGoodFrom(IPAddress address) => Session.IsGoodFrom(BoundTo, address);
}
