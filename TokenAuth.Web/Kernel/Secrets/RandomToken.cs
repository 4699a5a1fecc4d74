using System.Security.Cryptography;

namespace TokenAuth.Kernel.Secrets;

/// <summary>Creates random tokens, keys and secrets.</summary>
internal static class RandomToken
{
    private const string Alphanumerics = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    /// <summary>Returns lower-case hexadecimal digits, of 4 random bits each: 32 digits hold 128 bits.</summary>
    public static string Hex(int digits) => RandomNumberGenerator.GetHexString(digits, lowercase: true);

    /// <summary>Returns letters and digits, of 5.95 random bits each: 22 characters hold 130 bits.</summary>
    public static string Alphanumeric(int length) => RandomNumberGenerator.GetString(Alphanumerics, length);

    /// <summary>Returns decimal digits, of 3.3 random bits each, for a person to type.</summary>
    public static string Decimal(int digits) => RandomNumberGenerator.GetString("0123456789", digits);
}
