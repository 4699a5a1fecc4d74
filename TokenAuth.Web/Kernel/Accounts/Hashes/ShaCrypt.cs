using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace TokenAuth.Kernel.Accounts.Hashes;

/// <summary>
/// crypt(3) with SHA-256 (<c>$5$</c>) and SHA-512 (<c>$6$</c>), by Ulrich Drepper's specification "Unix crypt using
/// SHA-256 and SHA-512", whose steps the comments number.
/// </summary>
internal static class ShaCrypt
{
    private const int DefaultRounds = 5000;
    private const int MinRounds = 1000;
    private const int MaxRounds = 1_000_000;
    private const int MaxSaltLength = 16;

    public static bool Claims(string text) =>
        text.StartsWith("$5$", StringComparison.Ordinal) || text.StartsWith("$6$", StringComparison.Ordinal);

    public static HashReading Read(string text)
    {
        var is512 = text[1] == '6';
        var parts = text.Split('$');
        var rounds = DefaultRounds;
        if (parts is not ([_, _, _, _] or [_, _, ['r', 'o', 'u', 'n', 'd', 's', '=', ..], _, _])
            || parts[^2] is not { Length: <= MaxSaltLength } salt || !CryptText.IsSalt(salt)
            || parts[^1] is not { } digest || digest.Length != (is512 ? 86 : 43) || !CryptText.Is(digest)
            || (parts.Length == 5 && !int.TryParse(
                parts[2].AsSpan(7), NumberStyles.None, CultureInfo.InvariantCulture, out rounds)))
            return "the SHA hash of crypt(3) is malformed or cut off";
        if (rounds is < MinRounds or > MaxRounds)
            return $"the hash has {rounds} rounds, not {MinRounds} to {MaxRounds}";

        var salted = Encoding.ASCII.GetBytes(salt);
        return new ForeignHash(
            Encoding.ASCII.GetBytes(digest),
            password => Encoding.ASCII.GetBytes(
                is512 ? Encode512(Compute(password, salted, rounds, SHA512.HashData))
                    : Encode256(Compute(password, salted, rounds, SHA256.HashData))));
    }

    private static byte[] Compute(byte[] password, byte[] salt, int rounds, Func<byte[], byte[]> hash)
    {
        // 1 to 12
        var inner = hash([.. password, .. salt, .. password]);
        List<byte> first = [.. password, .. salt, .. Repeat(inner, password.Length)];
        for (var bits = password.Length; bits > 0; bits >>= 1)
            first.AddRange((bits & 1) != 0 ? inner : password);
        var state = hash([.. first]);

        // 13 to 20
        var p = Repeat(hash(Repeat(password, password.Length * password.Length)), password.Length);
        var s = Repeat(hash(Repeat(salt, salt.Length * (16 + state[0]))), salt.Length);

        // 21
        for (var round = 0; round < rounds; round++)
        {
            var odd = (round & 1) != 0;
            state = hash((round % 3 != 0, round % 7 != 0) switch
            {
                (true, true) => odd ? [.. p, .. s, .. p, .. state] : [.. state, .. s, .. p, .. p],
                (true, false) => odd ? [.. p, .. s, .. state] : [.. state, .. s, .. p],
                (false, true) => odd ? [.. p, .. p, .. state] : [.. state, .. p, .. p],
                (false, false) => odd ? [.. p, .. state] : [.. state, .. p],
            });
        }

        return state;
    }

    /// <summary>Returns this many bytes: the bytes over and over.</summary>
    private static byte[] Repeat(byte[] bytes, int length)
    {
        var repeated = new byte[length];
        for (var at = 0; at < length; at += bytes.Length)
            bytes.AsSpan(0, Math.Min(bytes.Length, length - at)).CopyTo(repeated.AsSpan(at));
        return repeated;
    }

    /// <summary>Step 22: three bytes at a time, whose places rotate.</summary>
    private static string Encode256(byte[] state)
    {
        var text = new StringBuilder(43);
        for (var (i, a, b, c) = (0, 0, 10, 20); i < 10; i++, (a, b, c) = (c + 1, a + 1, b + 1))
            CryptText.Append(text, (state[a] << 16) | (state[b] << 8) | state[c], 4);
        CryptText.Append(text, (state[31] << 8) | state[30], 3);
        return text.ToString();
    }

    private static string Encode512(byte[] state)
    {
        var text = new StringBuilder(86);
        for (var (i, a, b, c) = (0, 0, 21, 42); i < 21; i++, (a, b, c) = (b + 1, c + 1, a + 1))
            CryptText.Append(text, (state[a] << 16) | (state[b] << 8) | state[c], 4);
        CryptText.Append(text, state[63], 2);
        return text.ToString();
    }
}
