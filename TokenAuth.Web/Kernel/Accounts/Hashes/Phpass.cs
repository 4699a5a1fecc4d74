using System.Security.Cryptography;
using System.Text;

namespace TokenAuth.Kernel.Accounts.Hashes;

/// <summary>
/// phpass's portable hashes: <c>$P$</c>, which phpBB writes <c>$H$</c>, with MD5; and <c>$S$</c> of Drupal 7, with
/// SHA-512. A <c>U</c> before them says that the password is the hexadecimal MD5 of the password (Drupal 7, for hashes
/// that it took over from Drupal 6).
/// </summary>
internal static class Phpass
{
    private const int SettingLength = 12;
    private const int MinLog2 = 7;
    private const int MaxLog2OfMd5 = 20;
    private const int MaxLog2OfSha512 = 19;

    public static bool Claims(string text) => Bare(text) is ['$', 'P' or 'H' or 'S', '$', ..];

    public static HashReading Read(string text)
    {
        var bare = Bare(text);
        var strong = bare[1] == 'S';
        var length = strong ? 55 : 34;
        if (bare.Length != length || !CryptText.Is(bare.AsSpan(3)))
            return $"the hash is malformed or cut off: after {bare[..3]} it has {length - 3} characters";
        var log2 = CryptText.Characters.IndexOf(bare[3], StringComparison.Ordinal);
        var max = strong ? MaxLog2OfSha512 : MaxLog2OfMd5;
        if (log2 is < MinLog2 || log2 > max)
            return $"the hash has 2^{log2} rounds, not 2^{MinLog2} to 2^{max}";

        var salt = Encoding.ASCII.GetBytes(bare[4..SettingLength]);
        var digest = bare[SettingLength..];
        var hash = new ForeignHash(
            Encoding.ASCII.GetBytes(digest),
            password => Encoding.ASCII.GetBytes(
                CryptText.Encode(Iterate(password, salt, 1 << log2, strong))[..digest.Length]))
        {
            Blank = strong ? null : text[..^digest.Length] + new string('.', digest.Length),
        };
        return text[0] == 'U' ? hash.Of(Hex.Md5) : hash;
    }

    private static string Bare(string text) => text.StartsWith("U$", StringComparison.Ordinal) ? text[1..] : text;

    private static byte[] Iterate(byte[] password, byte[] salt, int rounds, bool strong)
    {
        var size = strong ? SHA512.HashSizeInBytes : MD5.HashSizeInBytes;
        byte[] first = [.. salt, .. password];
        var input = new byte[size + password.Length];
        password.CopyTo(input, size);
        var state = input.AsSpan(0, size);
        _ = strong ? SHA512.HashData(first, state) : MD5.HashData(first, state);
        for (; rounds > 0; rounds--)
            _ = strong ? SHA512.HashData(input, state) : MD5.HashData(input, state);
        return state.ToArray();
    }
}
