using System.Security.Cryptography;
using System.Text;

namespace TokenAuth.Kernel.Accounts.Hashes;

/// <summary>Digests in hexadecimal, as PHP's <c>md5</c> and <c>sha1</c> return them.</summary>
internal static class Hex
{
    /// <summary>Returns the bytes of a text of this many digits in any case; null if it is none.</summary>
    public static byte[]? Decode(string text, int digits) =>
        text.Length == digits && text.All(char.IsAsciiHexDigit) ? Convert.FromHexString(text) : null;

    /// <summary>Returns the MD5 in lower case, as text.</summary>
    public static byte[] Md5(byte[] bytes) => Encoding.ASCII.GetBytes(Convert.ToHexStringLower(MD5.HashData(bytes)));

    /// <summary>Returns the SHA-256 in lower case, as text.</summary>
    public static byte[] Sha256(byte[] bytes) =>
        Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA256.HashData(bytes)));
}
