using System.Security.Cryptography;
using System.Text;

namespace TokenAuth.Kernel.Accounts.Hashes;

/// <summary>
/// crypt(3) with MD5, by Poul-Henning Kamp: <c>$1$salt$digest</c>, and <c>$apr1$</c> of Apache, which differs in the
/// prefix only.
/// </summary>
internal static class Md5Crypt
{
    private const int Rounds = 1000;
    private const int MaxSaltLength = 8;
    private const int DigestLength = 22;

    public static bool Claims(string text) =>
        text.StartsWith("$1$", StringComparison.Ordinal) || text.StartsWith("$apr1$", StringComparison.Ordinal);

    public static HashReading Read(string text)
    {
        if (text.Split('$') is not ["", var name, { Length: <= MaxSaltLength } salt, { Length: DigestLength } digest]
            || !CryptText.IsSalt(salt) || !CryptText.Is(digest))
            return "the MD5 hash of crypt(3) is malformed or cut off";
        var (prefix, salted) = (Encoding.ASCII.GetBytes($"${name}$"), Encoding.ASCII.GetBytes(salt));
        return new ForeignHash(Encoding.ASCII.GetBytes(digest), password => Compute(password, prefix, salted))
        {
            Blank = text[..^DigestLength] + new string('.', DigestLength),
        };
    }

    private static byte[] Compute(byte[] password, byte[] prefix, byte[] salt)
    {
        var inner = MD5.HashData([.. password, .. salt, .. password]);
        List<byte> first = [.. password, .. prefix, .. salt];
        for (var left = password.Length; left > 0; left -= inner.Length)
            first.AddRange(inner.AsSpan(0, Math.Min(left, inner.Length)));

        // The original meant to append the digest for a set bit; it appends a zero byte.
        for (var bits = password.Length; bits > 0; bits >>= 1)
            first.Add((bits & 1) != 0 ? (byte)0 : password[0]);

        var state = MD5.HashData([.. first]);
        var input = new byte[(2 * password.Length) + salt.Length + state.Length];
        for (var round = 0; round < Rounds; round++)
        {
            var odd = (round & 1) != 0;
            var end = 0;
            Append(odd ? password : state);
            if (round % 3 != 0)
                Append(salt);
            if (round % 7 != 0)
                Append(password);
            Append(odd ? state : password);
            MD5.HashData(input.AsSpan(0, end), state);

            void Append(byte[] bytes)
            {
                bytes.CopyTo(input, end);
                end += bytes.Length;
            }
        }

        var text = new StringBuilder(DigestLength);
        for (var i = 0; i < 5; i++)
            CryptText.Append(text, (state[i] << 16) | (state[i + 6] << 8) | state[i == 4 ? 5 : i + 12], 4);
        CryptText.Append(text, state[11], 2);
        return Encoding.ASCII.GetBytes(text.ToString());
    }
}
