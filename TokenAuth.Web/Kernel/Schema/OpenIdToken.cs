namespace TokenAuth.Kernel.Schema;

/// <summary>
/// A code or a refresh token of OpenID Connect, or a pushed request: what must be used once, or be found by a short
/// text. Access and identity tokens are signed and have no row.
/// </summary>
internal sealed class OpenIdToken
{
    /// <summary>32 random hexadecimal digits.</summary>
    public required string Id { get; set; }

    public long? ApplicationId { get; set; }

    /// <summary>The text of the session that the token belongs to; null if it belongs to none.</summary>
    public string? AuthorizationId { get; set; }

    /// <summary>The kind, as a URN.</summary>
    public string Type { get; set; } = "";

    /// <summary><c>valid</c>, <c>redeemed</c>, <c>inactive</c>, <c>rejected</c> or <c>revoked</c>.</summary>
    public string Status { get; set; } = "";

    public string? Subject { get; set; }

    /// <summary>The SHA-256 of the text that the application holds, in base64.</summary>
    public string? ReferenceId { get; set; }

    /// <summary>The claims, encrypted with the key ring.</summary>
    public string? Payload { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset ExpiresAt { get; set; }

    public DateTimeOffset? RedeemedAt { get; set; }

    /// <summary>The number of changes. Of two concurrent changes, one fails.</summary>
    public long Version { get; set; }
}

/// <summary>A private key that signs tokens, encrypted with the key ring.</summary>
internal sealed class SigningKeyRow
{
    /// <summary>The name in the header of tokens: the key's thumbprint (RFC 7638).</summary>
    public required string KeyId { get; set; }

    public required string ProtectedKey { get; set; }

    /// <summary>The time from which the key signs. It is published before.</summary>
    public DateTimeOffset ActiveFrom { get; set; }
}
