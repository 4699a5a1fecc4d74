using TokenAuth.Kernel.Formats;

namespace TokenAuth.Kernel.Accounts.Factors;

/// <summary>A passkey of an account (WebAuthn). Only the person's device has its private key.</summary>
internal sealed class Passkey
{
    public const int MaxNameLength = 100;

    /// <summary>The limit of WebAuthn, section 4.</summary>
    public const int MaxCredentialIdLength = 1023;

    public long Id { get; set; }

    public long AccountId { get; set; }

    /// <summary>The number that the authenticator gave the passkey. No two accounts have the same one.</summary>
    public required byte[] CredentialId { get; set; }

    /// <summary>The name that the person gave it.</summary>
    public required string Name { get; set; }

    /// <summary>The public key, in the format of COSE (RFC 9052).</summary>
    public required byte[] PublicKey { get; set; }

    /// <summary>The authenticator's counter at the last use; always 0 for passkeys that devices share.</summary>
    public long SignCount { get; set; }

    /// <summary>How browsers reach the authenticator, such as <c>internal hybrid</c>, separated by blanks.</summary>
    public string Transports { get; set; } = "";

    public bool IsBackupEligible { get; set; }

    /// <summary>Tells whether the passkey is copied to the person's other devices.</summary>
    public bool IsBackedUp { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset? LastUsedAt { get; set; }

    /// <summary>Returns the trimmed name of a passkey; null if the text is not a valid name.</summary>
    public static string? NormalName(string? text) =>
        text?.Trim() is { Length: > 0 and <= MaxNameLength } name && OneLine.Is(name) ? name : null;
}
