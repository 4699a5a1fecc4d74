using System.Security.Cryptography;
using System.Text;
using TokenAuth.Kernel.Formats;

namespace TokenAuth.Ipernity.OAuth;

/// <summary>OAuth 1.0 signatures (RFC 5849, section 3.4), and MD5 as the dialect that knows it means it.</summary>
internal static class OAuthSignature
{
    private const string Unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

    /// <summary>The base string of section 3.4.1: verb, URL without query as the caller saw it, parameters but the signature. A header's realm is none of them.</summary>
    public static string BaseString(string verb, string origin, string path, IEnumerable<Parameter> parameters)
    {
        var pairs = parameters.Where(parameter => parameter.Name != "oauth_signature")
            .Select(parameter => (Name: Encode(parameter.Name), Value: Encode(parameter.Value)))
            .OrderBy(pair => pair.Name, StringComparer.Ordinal).ThenBy(pair => pair.Value, StringComparer.Ordinal)
            .Select(pair => $"{pair.Name}={pair.Value}");
        return $"{verb.ToUpperInvariant()}&{Encode(WithoutDefaultPort(origin.ToLowerInvariant()) + path)}&{Encode(string.Join('&', pairs))}";
    }

    private static string WithoutDefaultPort(string origin) =>
        origin.EndsWith(origin.StartsWith("https:", StringComparison.Ordinal) ? ":443" : ":80", StringComparison.Ordinal) ? origin[..origin.LastIndexOf(':')] : origin;

    /// <summary>The signature by one of the three methods; null for any other.</summary>
    public static string? Sign(string method, string baseString, string consumerSecret, string tokenSecret)
    {
        var key = $"{Encode(consumerSecret)}&{Encode(tokenSecret)}";
        return method switch
        {
            "HMAC-SHA1" => Convert.ToBase64String(HMACSHA1.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(baseString))),
            "MD5" => Convert.ToBase64String(MD5.HashData(Encoding.UTF8.GetBytes($"{baseString}&{key}"))),
            "PLAINTEXT" => key,
            _ => null,
        };
    }

    /// <summary>Section 3.6: UTF-8 bytes, upper-case escapes, everything but the unreserved characters.</summary>
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
