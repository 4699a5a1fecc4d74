using System.Security.Cryptography;
using System.Text;

namespace TokenAuth.Kernel.Signing;

/// <summary>What the MD5 dialects call a signature, and how one is compared.</summary>
internal static class Signature
{
    /// <summary>MD5 of the UTF-8 bytes of texts, one after the other, in 32 lower-case hexadecimal digits.</summary>
    public static string Md5Hex(params ReadOnlySpan<string?> texts)
    {
        var most = 0;
        foreach (var text in texts)
            most += Encoding.UTF8.GetMaxByteCount(text?.Length ?? 0);
        var bytes = most <= 2048 ? stackalloc byte[most] : new byte[most];
        var length = 0;
        foreach (var text in texts)
            length += Encoding.UTF8.GetBytes(text, bytes[length..]);
        Span<byte> hash = stackalloc byte[MD5.HashSizeInBytes];
        MD5.HashData(bytes[..length], hash);
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
