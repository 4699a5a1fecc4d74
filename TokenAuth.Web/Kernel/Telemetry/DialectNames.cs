namespace TokenAuth.Kernel.Telemetry;

/// <summary>Names that the store and the metrics use instead of a dialect's name.</summary>
internal static class DialectNames
{
    /// <summary>A sign-in on the server's own pages.</summary>
    public const string Browser = "browser";

    /// <summary>OpenID Connect. Its sessions have a number in signed tokens, and no text that anybody presents.</summary>
    public const string OpenId = "oidc";
}
