namespace TokenAuth.Kernel.Accounts.Factors;

/// <summary>An account's authenticator app (RFC 6238). The row exists once a code has confirmed it.</summary>
internal sealed class Authenticator
{
    public long AccountId { get; set; }

    /// <summary>The shared secret in hexadecimal digits, encrypted with the key ring.</summary>
    public required string ProtectedSecret { get; set; }

    /// <summary>The last time step whose code was accepted. Codes of this step and earlier ones are refused.</summary>
    public long LastStep { get; set; }

    public DateTimeOffset CreatedAt { get; set; }
}

/// <summary>A code that replaces the second factor once. Its row is deleted when it is used.</summary>
internal sealed class RecoveryCode
{
    public long AccountId { get; set; }

    /// <summary>The SHA-256 of the account's number and the code. The code itself is never stored.</summary>
    public required byte[] CodeHash { get; set; }
}
