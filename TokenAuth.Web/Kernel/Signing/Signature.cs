using System.Security.Cryptography;
using System.Text;

namespace TokenAuth.Kernel.Signing;

/// <summary>Computes the signature of the MD5 dialects and compares signatures.</summary>
internal static class Signature
{
    /// <summary>Returns the MD5 of the joined texts in UTF-8, as 32 lower-case hexadecimal digits.</summary>
    public static string Md5Hex(params ReadOnlySpan<string?> texts)
    {
        var max = 0;
        foreach (var text in texts)
            max += Encoding.UTF8.GetMaxByteCount(text?.Length ?? 0);
        var bytes = max <= 2048 ? stackalloc byte[max] : new byte[max];
        var length = 0;
        foreach (var text in texts)
            length += Encoding.UTF8.GetBytes(text, bytes[length..]);
        Span<byte> hash = stackalloc byte[MD5.HashSizeInBytes];
        MD5.HashData(bytes[..length], hash);
        return Convert.ToHexStringLower(hash);
    }

    /// <summary>
    /// Checks whether a presented signature matches that of one of the secrets. The time does not depend on where they
    /// differ.
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
