using System.Net;

namespace TokenAuth.Kernel.Sessions;

/// <summary>What a caller may present after a handshake or a sign-in. Ending a session deletes the row.</summary>
internal sealed record Session
{
    public long Id { get; set; }

    /// <summary>SHA-256 of the presented text; the text itself is never stored.</summary>
    public required byte[] TokenHash { get; set; }

    /// <summary>Which dialect issued it, or <c>browser</c> for a sign-in on our own pages.</summary>
    public required string Dialect { get; set; }

    public long? ApplicationId { get; set; }

    public long? AccountId { get; set; }

    /// <summary>A secret of the session's own, encrypted, where the dialect signs calls with one.</summary>
    public string? ProtectedSecret { get; set; }

    /// <summary>Whose it is, where it is no account's.</summary>
    public long? ApplicationUserId { get; set; }

    /// <summary>Where its user's role counts.</summary>
    public string? Namespace { get; set; }

    /// <summary>Among its account's sessions, where the dialect tells them apart so.</summary>
    public long? Number { get; set; }

    /// <summary>The account's API key that it was opened with, if any: it ends with the key.</summary>
    public long? AccountKeyId { get; set; }

    /// <summary>A browser's: when the person last gave a password or the like; null: when it was opened.</summary>
    public DateTimeOffset? ProvedAt { get; set; }

    /// <summary>The one address that it is good from; null: any.</summary>
    public string? BoundTo { get; set; }

    public string Permissions { get; set; } = "";

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset LastUsedAt { get; set; }

    public required string OpenedFrom { get; set; }

    /// <summary>Null: never.</summary>
    public DateTimeOffset? ExpiresAt { get; set; }

    /// <summary>Whether a session is good from an address.</summary>
    /// <param name="boundTo">What <see cref="BoundTo"/> says.</param>
    public static bool IsGoodFrom(string? boundTo, IPAddress address) => boundTo is null || boundTo == address.ToString();

    /// <summary>Set where each use moves <see cref="ExpiresAt"/> to this long after it.</summary>
    public TimeSpan? SlidesBy { get; set; }
}
