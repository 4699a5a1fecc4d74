using System.Security.Cryptography;
using System.Text;

namespace TokenAuth.Kernel.Secrets;

/// <summary>The hash of a token, which is all that the store has of it.</summary>
internal static class TokenHash
{
    /// <summary>SHA-256 of the text's UTF-8 bytes: the column token_hash.</summary>
    public static byte[] Of(string text)
    {
        var most = Encoding.UTF8.GetMaxByteCount(text.Length);
        var bytes = most <= 1024 ? stackalloc byte[most] : new byte[most];
        return SHA256.HashData(bytes[..Encoding.UTF8.GetBytes(text, bytes)]);
    }
}
