using System.Security.Cryptography;
using System.Text;

namespace TokenAuth.Kernel.Signing;

/// <summary>What the MD5 dialects call a signature, and how one is compared.</summary>
internal static class Signature
{
    /// <summary>MD5 of a text's UTF-8 bytes in 32 lower-case hexadecimal digits.</summary>
    public static string Md5Hex(string text)
    {
        Span<byte> hash = stackalloc byte[MD5.HashSizeInBytes];
        MD5.HashData(Encoding.UTF8.GetBytes(text), hash);
        return Convert.ToHexStringLower(hash);
    }

    /// <summary>
    /// Whether the presented signature is the one that any of the secrets makes, in a time that tells
    /// nothing of where it differs.
    /// </summary>
    public static bool Matches(string? presented, IReadOnlyList<string> secrets, Func<string, string> sign)
    {
        var given = Encoding.UTF8.GetBytes(presented ?? "");
        var matches = false;
        foreach (var secret in secrets)
            matches |= CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(sign(secret)), given);
        return matches;
    }
}
