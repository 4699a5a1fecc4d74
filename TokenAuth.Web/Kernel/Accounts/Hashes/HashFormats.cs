using TokenAuth.Kernel.Formats;

namespace TokenAuth.Kernel.Accounts.Hashes;

/// <summary>
/// Reads password hashes of other software. Reading checks everything: a hash that was read can be computed, and its
/// cost is bounded to about a second and 64 MiB.
/// The folder <c>Hashes</c> knows formats only, neither accounts nor the store.
/// </summary>
internal static class HashFormats
{
    public const int MaxHashLength = 512;

    public const int MaxSaltLength = 128;

    /// <summary>The formats that a hash names itself. The first that claims a hash reads it.</summary>
    private static readonly (Func<string, bool> Claims, Func<string, HashReading> Read)[] ByPrefix =
    [
        (Bcrypt.Claims, Bcrypt.Read),
        (Phpass.Claims, Phpass.Read),
        (WordPress.Claims, WordPress.Read),
        (Md5Crypt.Claims, Md5Crypt.Read),
        (ShaCrypt.Claims, ShaCrypt.Read),
        (Argon2.Claims, Argon2.Read),
        (Django.Claims, Django.Read),
        (Ldap.Claims, Ldap.Read),
        (AspNetIdentity.Claims, AspNetIdentity.Read),
    ];

    /// <summary>Reads a hash.</summary>
    /// <param name="scheme">One of <see cref="Forums.Schemes"/>; empty if the hash names its format.</param>
    /// <param name="salt">The salt, if the old software kept it apart; otherwise empty.</param>
    public static HashReading Read(string scheme, string hash, string salt)
    {
        if (hash.Length is 0 or > MaxHashLength || hash.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            return $"the hash has 1 to {MaxHashLength} printable ASCII characters";
        if (salt.Length > MaxSaltLength || !OneLine.Is(salt))
            return $"the salt has at most {MaxSaltLength} printable characters";
        if (scheme.Length > 0)
        {
            return Forums.Schemes.Contains(scheme, StringComparer.Ordinal)
                ? Forums.Read(scheme, hash, salt)
                : $"the scheme is not {string.Join(", ", Forums.Schemes)}: other hashes name their format themselves";
        }

        return salt.Length == 0 ? ReadByPrefix(hash) : "a salt of its own needs a scheme";
    }

    public static HashReading ReadByPrefix(string hash)
    {
        foreach (var (claims, read) in ByPrefix)
        {
            if (claims(hash))
                return read(hash);
        }

        return hash.Length is 32 or 40 && hash.All(char.IsAsciiHexDigit)
            ? "the hash does not say what it is: it needs a scheme, such as md5 or sha1"
            : "the hash is of no known format";
    }

    /// <summary>Reads a hash of crypt(3).</summary>
    public static HashReading ReadCrypt(string hash) =>
        Bcrypt.Claims(hash) ? Bcrypt.Read(hash)
        : Md5Crypt.Claims(hash) ? Md5Crypt.Read(hash)
        : ShaCrypt.Claims(hash) ? ShaCrypt.Read(hash)
        : "the hash of crypt(3) is of no known format";
}
