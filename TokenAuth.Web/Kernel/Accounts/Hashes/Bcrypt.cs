using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using Org.BouncyCastle.Crypto.Generators;

namespace TokenAuth.Kernel.Accounts.Hashes;

/// <summary>
/// bcrypt: <c>$2a$</c>, <c>$2b$</c>, <c>$2y$</c>, and <c>$2x$</c>, the form of PHP before 5.3.7, which read bytes over
/// 127 as negative numbers. Bytes after the 72nd are ignored, as in PHP and OpenBSD.
/// </summary>
internal static class Bcrypt
{
    public const int MaxCost = 14;

    private const int MinCost = 4;
    private const int KeyBytes = 72;
    private const int SettingLength = 29;
    private const int TextLength = 60;
    private const string Alphabet = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    private static readonly SearchValues<char> Characters = SearchValues.Create(Alphabet);

    public static bool Claims(string text) => text.StartsWith("$2", StringComparison.Ordinal);

    public static HashReading Read(string text)
    {
        if (text is not ['$', '2', 'a' or 'b' or 'x' or 'y', '$', _, _, '$', ..]
            || text.Length != TextLength
            || text.AsSpan(SettingLength - 22).ContainsAnyExcept(Characters)
            || !int.TryParse(text.AsSpan(4, 2), NumberStyles.None, CultureInfo.InvariantCulture, out var cost))
            return "the bcrypt hash is malformed or cut off: it has 60 characters, such as $2y$10$...";
        if (cost is < MinCost or > MaxCost)
            return $"the cost of the bcrypt hash is {cost}, not {MinCost} to {MaxCost}";

        var salt = Decode(text.AsSpan(SettingLength - 22, 22));
        var signed = text[2] == 'x';
        return new ForeignHash(
            Decode(text.AsSpan(SettingLength)),
            password => BCrypt.Generate(
                signed ? SignedKey(password) : Key(password), salt, cost, addTerminator: false)[..^1]);
    }

    /// <summary>Returns the key: the password with a zero byte at its end, as C strings have.</summary>
    private static byte[] Key(byte[] password)
    {
        var key = new byte[Math.Min(password.Length + 1, KeyBytes)];
        password.AsSpan(0, Math.Min(password.Length, KeyBytes)).CopyTo(key);
        return key;
    }

    /// <summary>
    /// Returns the key that the correct bcrypt expands to the same words as <c>$2x$</c> expands the password: there, a
    /// byte over 127 also sets all bits before it in its word.
    /// </summary>
    private static byte[] SignedKey(byte[] password)
    {
        var source = new byte[password.Length + 1];
        password.CopyTo(source, 0);
        var key = new byte[KeyBytes];
        for (int word = 0, at = 0; word < KeyBytes; word += 4)
        {
            var bits = 0u;
            for (var i = 0; i < 4; i++, at = (at + 1) % source.Length)
                bits = (bits << 8) | source[at] | (source[at] > 127 ? 0xFFFFFF00 : 0);
            BinaryPrimitives.WriteUInt32BigEndian(key.AsSpan(word), bits);
        }

        return key;
    }

    /// <summary>Decodes bcrypt's own base64, whose last character may have unused bits.</summary>
    private static byte[] Decode(ReadOnlySpan<char> text)
    {
        var bytes = new byte[text.Length * 6 / 8];
        for (var i = 0; i < bytes.Length * 8; i++)
        {
            if ((Alphabet.IndexOf(text[i / 6], StringComparison.Ordinal) & (0x20 >> (i % 6))) != 0)
                bytes[i / 8] |= (byte)(0x80 >> (i % 8));
        }

        return bytes;
    }
}
