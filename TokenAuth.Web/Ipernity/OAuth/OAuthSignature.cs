using System.Security.Cryptography;
using System.Text;
using TokenAuth.Kernel.Formats;

namespace TokenAuth.Ipernity.OAuth;

/// <summary>Computes OAuth 1.0 signatures (RFC 5849, section 3.4), and ipernity's MD5.</summary>
internal static class OAuthSignature
{
    private const string Unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

    /// <summary>
    /// Returns the signature base string (section 3.4.1): the verb, the URL that the caller called without its query,
    /// and the parameters except the signature.
    /// </summary>
    public static string BaseString(string verb, string origin, string path, IEnumerable<Parameter> parameters)
    {
        var pairs = parameters.Where(parameter => parameter.Name != "oauth_signature")
            .Select(parameter => (Name: Encode(parameter.Name), Value: Encode(parameter.Value)))
            .OrderBy(pair => pair.Name, StringComparer.Ordinal)
            .ThenBy(pair => pair.Value, StringComparer.Ordinal)
            .Select(pair => $"{pair.Name}={pair.Value}");
        var address = WithoutDefaultPort(origin.ToLowerInvariant()) + path;
        return $"{verb.ToUpperInvariant()}&{Encode(address)}&{Encode(string.Join('&', pairs))}";
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
        var key = $"{Encode(consumerSecret)}&{Encode(tokenSecret)}";
        return method switch
        {
            "HMAC-SHA1" => Convert.ToBase64String(
                HMACSHA1.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(baseString))),
            "MD5" => Convert.ToBase64String(MD5.HashData(Encoding.UTF8.GetBytes($"{baseString}&{key}"))),
            "PLAINTEXT" => key,
            _ => null,
        };
    }

    /// <summary>
    /// Percent-encodes all but the unreserved characters: UTF-8 bytes, upper-case digits (section 3.6).
    /// </summary>
    public static string Encode(string text)
    {
        var encoded = new StringBuilder(text.Length);
        foreach (var b in Encoding.UTF8.GetBytes(text))
        {
            if (Unreserved.Contains((char)b, StringComparison.Ordinal))
                encoded.Append((char)b);
            else
                encoded.Append('%').Append(b.ToString("X2"));
        }

        return encoded.ToString();
    }
}
