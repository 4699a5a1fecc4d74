namespace TokenAuth.Kernel.Sessions;

/// <summary>
/// A pending request that a person must confirm before an application gets its session. The row exists while the
/// handshake is open or confirmed. Exchange and denial delete it, so that nothing is used twice.
/// </summary>
internal sealed class Handshake
{
    public long Id { get; set; }

    /// <summary>The SHA-256 of the token's text. The text itself is never stored.</summary>
    public required byte[] TokenHash { get; set; }

    public required string Dialect { get; set; }

    public long ApplicationId { get; set; }

    /// <summary>The account that confirmed it; null while it is open.</summary>
    public long? AccountId { get; set; }

    /// <summary>The requested permissions in the dialect's notation; empty if the dialect has none.</summary>
    public string Permissions { get; set; } = "";

    /// <summary>The lifetime of the session; null if the session has no end.</summary>
    public TimeSpan? SessionLifetime { get; set; }

    /// <summary>Tells whether the session has sliding expiration.</summary>
    public bool SessionSlides { get; set; }

    /// <summary>The token's secret, encrypted, if the dialect signs the exchange with one.</summary>
    public string? ProtectedSecret { get; set; }

    /// <summary>
    /// The handshake's own callback, if the dialect lets a caller choose one below the registered callback.
    /// </summary>
    public string? Callback { get; set; }

    /// <summary>
    /// The SHA-256 of the verifier that the callback received after consent and that the exchange must present (OAuth
    /// 1.0a); null if there is none.
    /// </summary>
    public byte[]? VerifierHash { get; set; }

    public DateTimeOffset OpenedAt { get; set; }

    /// <summary>The address that opened it, shown to the person who is asked to confirm.</summary>
    public required string OpenedFrom { get; set; }

    public DateTimeOffset ExpiresAt { get; set; }
}
