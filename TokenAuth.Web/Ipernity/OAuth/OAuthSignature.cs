using System.Security.Cryptography;
using System.Text;
using TokenAuth.Kernel.Formats;

namespace TokenAuth.Ipernity.OAuth;

/// <summary>Computes OAuth 1.0 signatures (RFC 5849, section 3.4), and ipernity's MD5.</summary>
/// <remarks><see cref="Uri.EscapeDataString(string)"/> encodes exactly as section 3.6 requires.</remarks>
internal static class OAuthSignature
{
    /// <summary>
    /// Returns the signature base string (section 3.4.1): the verb, the URL that the caller called without its query,
    /// and the parameters except the signature.
    /// </summary>
    public static string BaseString(string verb, string origin, string path, IEnumerable<Parameter> parameters)
    {
        var pairs = parameters.Where(parameter => parameter.Name != "oauth_signature")
            .Select(parameter => (
                Name: Uri.EscapeDataString(parameter.Name), Value: Uri.EscapeDataString(parameter.Value)))
            .OrderBy(pair => pair.Name, StringComparer.Ordinal)
            .ThenBy(pair => pair.Value, StringComparer.Ordinal)
            .Select(pair => $"{pair.Name}={pair.Value}");
        var address = WithoutDefaultPort(origin.ToLowerInvariant()) + path;
        var signed = Uri.EscapeDataString(string.Join('&', pairs));
        return $"{verb.ToUpperInvariant()}&{Uri.EscapeDataString(address)}&{signed}";
    }

    private static string WithoutDefaultPort(string origin)
    {
        var port = origin.StartsWith("https:", StringComparison.Ordinal) ? ":443" : ":80";
        return origin.EndsWith(port, StringComparison.Ordinal) ? origin[..origin.LastIndexOf(':')] : origin;
    }

    // docs/dialects/ipernity.md, "A handshake": MD5 is the base64 of the MD5 of base string, & and the two secrets.
    /// <summary>Signs with one of the three methods. Returns null for any other method.</summary>
    public static string? Sign(string method, string baseString, string consumerSecret, string tokenSecret)
    {
        var key = $"{Uri.EscapeDataString(consumerSecret)}&{Uri.EscapeDataString(tokenSecret)}";
        return method switch
        {
            "HMAC-SHA1" => Convert.ToBase64String(
                HMACSHA1.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(baseString))),
            "MD5" => Convert.ToBase64String(MD5.HashData(Encoding.UTF8.GetBytes($"{baseString}&{key}"))),
            "PLAINTEXT" => key,
            _ => null,
        };
    }
}
