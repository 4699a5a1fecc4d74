namespace TokenAuth.Kernel.Accounts;

/// <summary>
/// An account's authenticator app (RFC 6238). It counts as a second factor once a code has confirmed it.
/// </summary>
internal sealed class Authenticator
{
    public long AccountId { get; set; }

    /// <summary>The shared secret, encrypted with the key ring.</summary>
    public required string ProtectedSecret { get; set; }

    /// <summary>The last time step whose code was accepted. Codes of this step and earlier ones are refused.</summary>
    public long LastStep { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>The time of the first correct code; null until then.</summary>
    public DateTimeOffset? ConfirmedAt { get; set; }
}

/// <summary>A code that replaces the second factor once. Its row is deleted when it is used.</summary>
internal sealed class RecoveryCode
{
    public long AccountId { get; set; }

    /// <summary>The SHA-256 of the code. The code itself is never stored.</summary>
    public required byte[] CodeHash { get; set; }
}
