namespace TokenAuth.Kernel.Accounts;

/// <summary>
/// A link that confirms an e-mail address. An account has one at most: a newer link replaces the older one. The
/// account gets the address when the link is used.
/// </summary>
internal sealed class EmailConfirmation
{
    public long AccountId { get; set; }

    /// <summary>The SHA-256 of the token in the link. The token itself is never stored.</summary>
    public required byte[] TokenHash { get; set; }

    /// <summary>The address to confirm: the account's address, or the one that replaces it.</summary>
    public required string Email { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset ExpiresAt { get; set; }
}
