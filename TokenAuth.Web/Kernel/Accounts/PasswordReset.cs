namespace TokenAuth.Kernel.Accounts;

/// <summary>
/// A link with which a person chooses a new password without the old one. An account has one at most: a newer link
/// replaces the older one. Its use, and every change of the password, ends it.
/// </summary>
internal sealed class PasswordReset
{
    public long AccountId { get; set; }

    /// <summary>The SHA-256 of the token in the link. The token itself is never stored.</summary>
    public required byte[] TokenHash { get; set; }

    /// <summary>The account's security stamp when the link was made. A change of the password changes it.</summary>
    public required string SecurityStamp { get; set; }

    /// <summary>The account of the administrator who made the link; null if the person asked for it.</summary>
    public long? CreatedBy { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset ExpiresAt { get; set; }
}
