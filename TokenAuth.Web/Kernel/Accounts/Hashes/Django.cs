using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace TokenAuth.Kernel.Accounts.Hashes;

/// <summary>
/// Django's hashes: <c>pbkdf2_sha256$rounds$salt$digest</c>, <c>bcrypt_sha256$</c> and <c>argon2$</c> with the
/// library's hash after them, and <c>sha1$salt$digest</c> and <c>md5$salt$digest</c> of Django before 1.4.
/// </summary>
internal static class Django
{
    private const int MaxRounds = 2_000_000;

    private static readonly string[] Names =
        ["pbkdf2_sha256", "pbkdf2_sha1", "bcrypt_sha256", "bcrypt", "argon2", "sha1", "md5"];

    public static bool Claims(string text) =>
        Array.Exists(Names, name => text.StartsWith($"{name}$", StringComparison.Ordinal));

    public static HashReading Read(string text)
    {
        var name = text[..text.IndexOf('$', StringComparison.Ordinal)];
        var rest = text[(name.Length + 1)..];
        return name switch
        {
            "bcrypt" => Bcrypt.Read(rest),
            "bcrypt_sha256" => Bcrypt.Read(rest).Then(hash => hash.Of(Hex.Sha256)),
            "argon2" => Argon2.Claims($"${rest}") ? Argon2.Read($"${rest}") : Malformed,
            "sha1" => Salted(text, rest, SHA1.HashData, SHA1.HashSizeInBytes),
            "md5" => Salted(text, rest, MD5.HashData, MD5.HashSizeInBytes),
            "pbkdf2_sha1" => Pbkdf2(text, rest, HashAlgorithmName.SHA1, SHA1.HashSizeInBytes),
            _ => Pbkdf2(text, rest, HashAlgorithmName.SHA256, SHA256.HashSizeInBytes),
        };
    }

    private const string Malformed = "the Django hash is malformed or cut off";

    private static HashReading Pbkdf2(string text, string rest, HashAlgorithmName algorithm, int size)
    {
        if (rest.Split('$') is not [var count, { Length: > 0 } salt, var encoded]
            || !int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var rounds)
            || Base64Text.Decode(encoded) is not { } digest || digest.Length != size)
            return Malformed;
        if (rounds is < 1 or > MaxRounds)
            return $"the hash has {rounds} rounds, not 1 to {MaxRounds}";
        var salted = Encoding.UTF8.GetBytes(salt);
        return new ForeignHash(
            digest, password => Rfc2898DeriveBytes.Pbkdf2(password, salted, rounds, algorithm, size))
        {
            Blank = algorithm == HashAlgorithmName.SHA1
                ? text[..^encoded.Length] + Convert.ToBase64String(new byte[size])
                : null,
        };
    }

    private static HashReading Salted(string text, string rest, Func<byte[], byte[]> compute, int size)
    {
        if (rest.Split('$') is not [var salt, var hex] || Hex.Decode(hex, size * 2) is not { } digest)
            return Malformed;
        var salted = Encoding.UTF8.GetBytes(salt);
        return new ForeignHash(digest, password => compute([.. salted, .. password]))
        {
            Blank = text[..^hex.Length] + new string('0', hex.Length),
        };
    }
}
