using System.Security.Cryptography;
using System.Text;

namespace TokenAuth.Kernel.Secrets;

/// <summary>Hashes tokens. The store holds the hash of a token, never its text.</summary>
internal static class TokenHash
{
    /// <summary>Returns the SHA-256 of the text's UTF-8 bytes: the column <c>token_hash</c>.</summary>
    public static byte[] Of(string text)
    {
        var maxBytes = Encoding.UTF8.GetMaxByteCount(text.Length);
        var bytes = maxBytes <= 1024 ? stackalloc byte[maxBytes] : new byte[maxBytes];
        return SHA256.HashData(bytes[..Encoding.UTF8.GetBytes(text, bytes)]);
    }
}
