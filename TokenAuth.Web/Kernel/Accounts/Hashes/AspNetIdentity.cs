using System.Buffers.Binary;
using System.Security.Cryptography;

namespace TokenAuth.Kernel.Accounts.Hashes;

/// <summary>
/// ASP.NET Identity's hashes, in base64. Version 2 is a zero byte, a salt of 16 and a digest of 32 bytes; version 3 is
/// a byte 1, the algorithm, the rounds and the length of the salt as numbers of 4 bytes, the salt and the digest.
/// </summary>
internal static class AspNetIdentity
{
    private const int RoundsOfVersion2 = 1000;
    private const int MaxRounds = 2_000_000;
    private const int HeaderBytes = 13;

    public static bool Claims(string text) => Base64Text.Decode(text) is [0, ..] or [1, ..];

    public static HashReading Read(string text)
    {
        var bytes = Base64Text.Decode(text)!;
        if (bytes is [0, ..])
        {
            return bytes.Length == 49
                ? Pbkdf2(bytes, 1, 17, RoundsOfVersion2, HashAlgorithmName.SHA1)
                : "the ASP.NET Identity hash is malformed or cut off";
        }

        if (bytes.Length < HeaderBytes
            || NumberAt(9) is not (>= 8 and <= 64 and var saltBytes)
            || bytes.Length - HeaderBytes - saltBytes is not (>= 16 and <= 64))
            return "the ASP.NET Identity hash is malformed or cut off";
        if (NumberAt(5) is not (>= 1 and <= MaxRounds and var rounds))
            return $"the hash has {NumberAt(5)} rounds, not 1 to {MaxRounds}";
        var digestAt = HeaderBytes + (int)saltBytes;
        return NumberAt(1) switch
        {
            0 => Pbkdf2(bytes, HeaderBytes, digestAt, (int)rounds, HashAlgorithmName.SHA1),
            1 => Pbkdf2(bytes, HeaderBytes, digestAt, (int)rounds, HashAlgorithmName.SHA256),
            2 => Pbkdf2(bytes, HeaderBytes, digestAt, (int)rounds, HashAlgorithmName.SHA512),
            _ => "the ASP.NET Identity hash has an unknown algorithm",
        };

        uint NumberAt(int index) => BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(index));
    }

    private static ForeignHash Pbkdf2(byte[] bytes, int saltAt, int digestAt, int rounds, HashAlgorithmName algorithm)
    {
        var (salt, size) = (bytes[saltAt..digestAt], bytes.Length - digestAt);
        return new ForeignHash(
            bytes[digestAt..], password => Rfc2898DeriveBytes.Pbkdf2(password, salt, rounds, algorithm, size))
        {
            Blank = algorithm == HashAlgorithmName.SHA1
                ? Convert.ToBase64String([.. bytes[..digestAt], .. new byte[size]])
                : null,
        };
    }
}
