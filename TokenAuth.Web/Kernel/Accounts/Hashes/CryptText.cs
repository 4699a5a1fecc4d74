using System.Buffers;
using System.Text;

namespace TokenAuth.Kernel.Accounts.Hashes;

/// <summary>
/// The base64 of crypt(3) and phpass: characters in the order of their codes, low bits first, without padding.
/// </summary>
internal static class CryptText
{
    public const string Characters = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private static readonly SearchValues<char> All = SearchValues.Create(Characters);

    public static bool Is(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(All);

    /// <summary>Checks for a salt of crypt(3): printable ASCII without the characters that end it.</summary>
    public static bool IsSalt(ReadOnlySpan<char> text) =>
        !text.ContainsAnyExceptInRange('!', '~') && !text.Contains('$');

    /// <summary>Appends the low bits of a number.</summary>
    public static void Append(StringBuilder text, int number, int characters)
    {
        for (; characters > 0; characters--, number >>= 6)
            text.Append(Characters[number & 0x3F]);
    }

    /// <summary>Encodes bytes in their order.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder((bytes.Length * 4 / 3) + 2);
        for (; bytes.Length >= 3; bytes = bytes[3..])
            Append(text, bytes[0] | (bytes[1] << 8) | (bytes[2] << 16), 4);
        if (bytes.Length == 2)
            Append(text, bytes[0] | (bytes[1] << 8), 3);
        else if (bytes.Length == 1)
            Append(text, bytes[0], 2);
        return text.ToString();
    }
}
