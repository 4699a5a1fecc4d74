using System.Security.Cryptography;
using System.Text;

namespace TokenAuth.Kernel.Accounts.Hashes;

/// <summary>
/// Hashes that do not say what they are: of forum software, and the plain MD5 or SHA-1 of a password, in hexadecimal.
/// A line of an import names their scheme. docs/migrating.md describes them.
/// </summary>
internal static class Forums
{
    private const int Md5Digits = 32;
    private const int Sha1Digits = 40;

    public static IReadOnlyList<string> Schemes { get; } = ["vbulletin", "ipb", "smf", "phpbb", "md5", "sha1"];

    /// <param name="scheme">One of <see cref="Schemes"/>.</param>
    /// <param name="salt">The salt; for <c>smf</c> the login name of the forum.</param>
    public static HashReading Read(string scheme, string hash, string salt) => scheme switch
    {
        "vbulletin" => VBulletin(hash, salt),
        "ipb" => Bcrypt.Claims(hash) ? Bcrypt.Read(hash) : Ipb(hash, salt),
        "smf" => Smf(hash, salt),
        "phpbb" => PhpBb(hash, salt),
        "sha1" => Plain(hash, Sha1Digits, password => SHA1.HashData([.. password, .. Bytes(salt)])),
        _ => Plain(hash, Md5Digits, password => MD5.HashData([.. password, .. Bytes(salt)])),
    };

    /// <summary>
    /// MD5(hex MD5(password) + salt). vBulletin 5 has bcrypt of the hexadecimal MD5, or digest and salt in one field.
    /// </summary>
    private static HashReading VBulletin(string hash, string salt)
    {
        if (Bcrypt.Claims(hash))
            return Bcrypt.Read(hash).Then(bcrypt => bcrypt.Of(Hex.Md5));
        if (salt.Length == 0 && hash.Length > Md5Digits + 1 && hash[Md5Digits] == ' ')
        {
            var rest = hash[Md5Digits..];
            return VBulletin(hash[..Md5Digits], rest[1..]).Then(read => read with { Blank = read.Blank + rest });
        }

        return salt.Length == 0 ? NoSalt : Plain(
            hash, Md5Digits, password => MD5.HashData([.. Hex.Md5(password), .. Bytes(salt)]));
    }

    /// <summary>MD5(hex MD5(salt) + hex MD5(password)).</summary>
    private static HashReading Ipb(string hash, string salt) => salt.Length == 0 ? NoSalt : Plain(
        hash, Md5Digits, password => MD5.HashData([.. Hex.Md5(Bytes(salt)), .. Hex.Md5(password)]))
        .Then(read => read with { Spelling = PasswordSpelling.Invision });

    /// <summary>SHA-1 of the login name in lower case and the password; since SMF 2.1, bcrypt of the same.</summary>
    private static HashReading Smf(string hash, string login)
    {
        var before = Bytes(login.ToLowerInvariant());
        var reading = Bcrypt.Claims(hash) ? Bcrypt.Read(hash) : Plain(hash, Sha1Digits, SHA1.HashData);
        return reading.Then(read => read.Of(password => [.. before, .. password]));
    }

    /// <summary>phpBB 2 has plain MD5. Later versions have hashes that say what they are.</summary>
    private static HashReading PhpBb(string hash, string salt)
    {
        if (salt.Length > 0)
            return "the scheme phpbb has no salt of its own";
        var reading = hash.Length == Md5Digits ? Plain(hash, Md5Digits, MD5.HashData) : HashFormats.ReadByPrefix(hash);
        return reading.Then(read => read with { Spelling = PasswordSpelling.Html });
    }

    private const string NoSalt = "the salt is missing";

    private static HashReading Plain(string hash, int digits, Func<byte[], byte[]> compute) =>
        Hex.Decode(hash, digits) is { } digest
            ? new ForeignHash(digest, compute) { Blank = new string('0', digits) }
            : $"the hash does not have {digits} hexadecimal digits";

    private static byte[] Bytes(string salt) => Encoding.UTF8.GetBytes(salt);
}
