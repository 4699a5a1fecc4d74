using System.Text;

namespace TokenAuth.Kernel.Accounts.Hashes;

/// <summary>
/// The stored form of a password hash of other software, until its owner first signs in:
/// <c>import:scheme:salt:wrapped:hash</c>. The salt is in base64. A weak hash has zeros for its digest, and
/// <c>wrapped</c> is Identity's slow hash of the digest; for a strong one it is empty. Identity's own hashes have no
/// colon.
/// </summary>
internal sealed record ImportedHash(ForeignHash Hash, string? Wrapped)
{
    private const string Prefix = "import:";

    public static bool Is(string stored) => stored.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Returns the hash; null if the text is damaged.</summary>
    public static ImportedHash? Read(string stored)
    {
        if (stored.Split(':', 5) is not [_, var scheme, var salt, var wrapped, var text]
            || Base64Text.Decode(salt) is not { } bytes
            || HashFormats.Read(scheme, text, Encoding.UTF8.GetString(bytes)).Hash is not { } hash)
            return null;
        return hash.IsWeak == wrapped.Length > 0 ? new ImportedHash(hash, hash.IsWeak ? wrapped : null) : null;
    }

    /// <summary>Returns the text to store.</summary>
    /// <param name="hash">What <see cref="HashFormats.Read"/> made of the other arguments.</param>
    /// <param name="wrap">Returns Identity's hash of a text.</param>
    public static string Store(ForeignHash hash, string scheme, string text, string salt, Func<string, string> wrap)
    {
        var (wrapped, kept) = hash.Blank is { } blank ? (wrap(PasswordOf(hash.Digest)), blank) : ("", text);
        return $"{Prefix}{scheme}:{Convert.ToBase64String(Encoding.UTF8.GetBytes(salt))}:{wrapped}:{kept}";
    }

    /// <summary>Returns the text that Identity hashes for a digest.</summary>
    public static string PasswordOf(byte[] digest) => Convert.ToHexString(digest);
}
