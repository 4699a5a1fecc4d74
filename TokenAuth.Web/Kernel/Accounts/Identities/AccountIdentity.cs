namespace TokenAuth.Kernel.Accounts.Identities;

/// <summary>
/// The link between an account and a person's identity at the upstream provider: whoever signs in there with this
/// identity signs in here with this account.
/// </summary>
internal sealed class AccountIdentity
{
    /// <summary>The limit of <c>sub</c> in OpenID Connect Core, section 2, in ASCII characters.</summary>
    public const int MaxSubjectLength = 255;

    public const int MaxNameLength = 100;

    public long Id { get; set; }

    public long AccountId { get; set; }

    /// <summary>The provider, as the claim <c>iss</c> names it.</summary>
    public required string Issuer { get; set; }

    /// <summary>The person, as the claim <c>sub</c> names them. The provider never gives it to somebody else.</summary>
    public required string Subject { get; set; }

    /// <summary>What the provider called the person when the link was made. It is shown, and never compared.</summary>
    public required string Name { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>The last sign-in; null if there was none since the link was made.</summary>
    public DateTimeOffset? LastUsedAt { get; set; }
}
