using System.Security.Cryptography;
using System.Text;

namespace TokenAuth.Kernel.Accounts.Hashes;

/// <summary>
/// WordPress 6.8 and later: <c>$wp</c> before a bcrypt hash of the base64 of the password's HMAC-SHA-384. Earlier
/// versions have phpass's hashes.
/// </summary>
internal static class WordPress
{
    private static readonly byte[] Key = "wp-sha384"u8.ToArray();

    public static bool Claims(string text) => text.StartsWith("$wp$", StringComparison.Ordinal);

    public static HashReading Read(string text) => Bcrypt.Read(text[3..]).Then(hash => hash.Of(
        password => Encoding.ASCII.GetBytes(Convert.ToBase64String(HMACSHA384.HashData(Key, password)))));
}
