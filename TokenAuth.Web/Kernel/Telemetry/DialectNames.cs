namespace TokenAuth.Kernel.Telemetry;

/// <summary>Names that the store and the metrics use instead of a dialect's name.</summary>
internal static class DialectNames
{
    /// <summary>A sign-in on the server's own pages.</summary>
    public const string Browser = "browser";

    /// <summary>OpenID Connect. The text of such a session is in signed tokens, and proves nothing alone.</summary>
    public const string OpenId = "oidc";
}
