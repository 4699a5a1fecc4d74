namespace TokenAuth.Kernel.Accounts;

/// <summary>
/// An API key of an account: a generated secret for old clients that cannot send the password safely. Its text is shown
/// once. The store has its SHA-256 to find it, and its MD5, encrypted, because the challenge-response of the Dreamwidth
/// dialect is computed from that.
/// </summary>
internal sealed class AccountKey
{
    public long Id { get; set; }

    public long AccountId { get; set; }

    public required string Name { get; set; }

    public required byte[] KeyHash { get; set; }

    public required string ProtectedMd5 { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset? LastUsedAt { get; set; }
}
