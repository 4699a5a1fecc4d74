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
    public static string BaseString(string verb, string origin, string path, IEnumerable<Parameter> parameters) =>
        BaseStrings(verb, origin, path, parameters).First();

    // docs/clients.md
    /// <summary>
    /// Returns the base strings that clients compute for a call, that of the specification first. Net::OAuth sorts
    /// <c>name=value</c> as one text, which differs if one name begins with another; ruby-oauth and PECL's oauth sort
    /// before they encode; oauth-1.0a keeps a default port. Each covers the whole call and has one reading.
    /// </summary>
    public static IEnumerable<string> BaseStrings(
        string verb, string origin, string path, IEnumerable<Parameter> parameters)
    {
        var pairs = parameters.Where(parameter => parameter.Name != "oauth_signature").ToList();
        var encoded = Encode(pairs)
            .OrderBy(pair => pair.Name, StringComparer.Ordinal)
            .ThenBy(pair => pair.Value, StringComparer.Ordinal)
            .Select(Text)
            .ToList();
        var (bare, port) = WithoutDefaultPort(origin.ToLowerInvariant());
        string[] addresses = port is null ? [bare + path] : [bare + path, bare + port + path];
        return
            from address in addresses
            from signed in Orders().Distinct(StringComparer.Ordinal)
            select $"{verb.ToUpperInvariant()}&{Uri.EscapeDataString(address)}&{Uri.EscapeDataString(signed)}";

        // Most calls need the first only.
        IEnumerable<string> Orders()
        {
            yield return string.Join('&', encoded);
            yield return string.Join('&', encoded.Order(StringComparer.Ordinal));
            yield return string.Join('&', Encode(
                pairs.OrderBy(pair => Bytes(pair.Name), StringComparer.Ordinal)
                    .ThenBy(pair => Bytes(pair.Value), StringComparer.Ordinal)).Select(Text));
        }

        static IEnumerable<(string Name, string Value)> Encode(IEnumerable<Parameter> pairs) => pairs.Select(
            pair => (Uri.EscapeDataString(pair.Name), Uri.EscapeDataString(pair.Value)));

        static string Text((string Name, string Value) pair) => $"{pair.Name}={pair.Value}";

        // Sorts like the UTF-8 bytes.
        static string Bytes(string text) => Convert.ToHexString(Encoding.UTF8.GetBytes(text));
    }

    /// <summary>
    /// Returns an origin without its default port, and that port if it is the origin's, written or not. The origin is
    /// empty if a request names no host.
    /// </summary>
    public static (string Bare, string? Port) WithoutDefaultPort(string origin)
    {
        if (origin.Length == 0)
            return (origin, null);
        var port = origin.StartsWith("https:", StringComparison.Ordinal) ? ":443" : ":80";
        if (origin.EndsWith(port, StringComparison.Ordinal) && origin[^(port.Length + 1)] != ':')
            return (origin[..^port.Length], port);
        var host = origin.AsSpan(origin.IndexOf("://", StringComparison.Ordinal) + 3);
        return (origin, host.LastIndexOf(':') > host.LastIndexOf(']') ? null : port);
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
