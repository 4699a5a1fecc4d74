namespace TokenAuth.Kernel.Sessions;

/// <summary>
/// A pending request that a person must confirm before an application gets its session. The row exists
/// while it is open or confirmed; exchanging and denying delete it, so nothing can be used twice.
/// </summary>
internal sealed class Handshake
{
    public long Id { get; set; }

    /// <summary>SHA-256 of the token's text; the text itself is never stored.</summary>
    public required byte[] TokenHash { get; set; }

    public required string Dialect { get; set; }

    public long ApplicationId { get; set; }

    /// <summary>The account that confirmed it; null while it is open.</summary>
    public long? AccountId { get; set; }

    /// <summary>What was asked for, in the dialect's own words; empty where the dialect has no permissions.</summary>
    public string Permissions { get; set; } = "";

    /// <summary>The life of the session to come; null: without end.</summary>
    public TimeSpan? SessionLifetime { get; set; }

    public bool SessionSlides { get; set; }

    /// <summary>A secret that goes with the token, encrypted, where the dialect signs the exchange with one.</summary>
    public string? ProtectedSecret { get; set; }

    /// <summary>Where this handshake leads, where the dialect lets a caller choose below the registered callback.</summary>
    public string? Callback { get; set; }

    /// <summary>
    /// SHA-256 of the verifier that went to the callback when the person said yes, and that the exchange must bring
    /// (OAuth 1.0a). Null where there is none.
    /// </summary>
    public byte[]? VerifierHash { get; set; }

    public DateTimeOffset OpenedAt { get; set; }

    /// <summary>The address that opened it, to be shown to the person who is asked to confirm.</summary>
    public required string OpenedFrom { get; set; }

    public DateTimeOffset ExpiresAt { get; set; }
}
