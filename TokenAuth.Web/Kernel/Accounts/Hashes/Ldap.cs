using System.Security.Cryptography;

namespace TokenAuth.Kernel.Accounts.Hashes;

/// <summary>
/// LDAP's <c>userPassword</c> (RFC 2307): <c>{SSHA}</c> and the like, the base64 of a digest with the salt after it;
/// and <c>{CRYPT}</c> with a hash of crypt(3). The scheme may be in any case.
/// </summary>
internal static class Ldap
{
    private const int MaxSaltBytes = 64;

    private static readonly Dictionary<string, (Func<byte[], byte[]> Compute, int Size, bool IsSalted)> Schemes =
        new(StringComparer.OrdinalIgnoreCase)
        {
            ["MD5"] = (MD5.HashData, MD5.HashSizeInBytes, false),
            ["SMD5"] = (MD5.HashData, MD5.HashSizeInBytes, true),
            ["SHA"] = (SHA1.HashData, SHA1.HashSizeInBytes, false),
            ["SSHA"] = (SHA1.HashData, SHA1.HashSizeInBytes, true),
            ["SHA256"] = (SHA256.HashData, SHA256.HashSizeInBytes, false),
            ["SSHA256"] = (SHA256.HashData, SHA256.HashSizeInBytes, true),
            ["SHA512"] = (SHA512.HashData, SHA512.HashSizeInBytes, false),
            ["SSHA512"] = (SHA512.HashData, SHA512.HashSizeInBytes, true),
        };

    public static bool Claims(string text) => text.StartsWith('{');

    public static HashReading Read(string text)
    {
        if (text.IndexOf('}', StringComparison.Ordinal) is not (> 0 and var end))
            return "the LDAP hash is malformed";
        var rest = text[(end + 1)..];
        if (text.AsSpan(1, end - 1).Equals("CRYPT", StringComparison.OrdinalIgnoreCase))
            return HashFormats.ReadCrypt(rest);
        if (!Schemes.TryGetValue(text[1..end], out var scheme))
            return $"the LDAP scheme is not CRYPT, {string.Join(", ", Schemes.Keys)}";
        if (Base64Text.Decode(rest) is not { } bytes
            || bytes.Length - scheme.Size is not (>= 0 and <= MaxSaltBytes and var saltBytes)
            || scheme.IsSalted != saltBytes > 0)
            return "the LDAP hash is malformed or cut off";

        var salt = bytes[scheme.Size..];
        return new ForeignHash(bytes[..scheme.Size], password => scheme.Compute([.. password, .. salt]))
        {
            Blank = text[..(end + 1)] + Convert.ToBase64String([.. new byte[scheme.Size], .. salt]),
        };
    }
}
