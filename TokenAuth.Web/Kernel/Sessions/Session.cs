using System.Net;

namespace TokenAuth.Kernel.Sessions;

/// <summary>
/// The proof of a sign-in that a caller presents after a handshake or a sign-in. Ending a session deletes its row.
/// </summary>
internal sealed record Session
{
    public long Id { get; set; }

    /// <summary>The SHA-256 of the presented text. The text itself is never stored.</summary>
    public required byte[] TokenHash { get; set; }

    /// <summary>The dialect that issued it, or <c>browser</c> for a sign-in on our own pages.</summary>
    public required string Dialect { get; set; }

    public long? ApplicationId { get; set; }

    public long? AccountId { get; set; }

    /// <summary>The session's own secret, encrypted, if the dialect signs calls with one.</summary>
    public string? ProtectedSecret { get; set; }

    /// <summary>Wetpaint: the application's user; null if the session belongs to an account.</summary>
    public long? ApplicationUserId { get; set; }

    /// <summary>Wetpaint: the namespace in which the user's role applies.</summary>
    public string? Namespace { get; set; }

    /// <summary>Dreamwidth: the number of the session among those of its account.</summary>
    public long? Number { get; set; }

    /// <summary>The account's API key that opened it, if any. The session ends with the key.</summary>
    public long? AccountKeyId { get; set; }

    /// <summary>
    /// Browser: when the person last proved who they are, such as by password; null means when the session was opened.
    /// </summary>
    public DateTimeOffset? ProvedAt { get; set; }

    /// <summary>The only address from which it is valid; null means any.</summary>
    public string? BoundTo { get; set; }

    public string Permissions { get; set; } = "";

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset LastUsedAt { get; set; }

    public required string OpenedFrom { get; set; }

    /// <summary>The expiry; null if the session never expires.</summary>
    public DateTimeOffset? ExpiresAt { get; set; }

    /// <summary>Checks whether a session is valid from an address.</summary>
    /// <param name="boundTo">The value of <see cref="BoundTo"/>.</param>
    public static bool IsGoodFrom(string? boundTo, IPAddress address) =>
        boundTo is null || boundTo == address.ToString();

    /// <summary>
    /// Sliding expiration: each use moves <see cref="ExpiresAt"/> to this long after it; null if there is none.
    /// </summary>
    public TimeSpan? SlidesBy { get; set; }
}
