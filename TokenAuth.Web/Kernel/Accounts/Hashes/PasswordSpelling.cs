using System.Text;

namespace TokenAuth.Kernel.Accounts.Hashes;

/// <summary>What old software did to a typed password before it hashed it.</summary>
internal enum PasswordSpelling
{
    AsTyped,

    /// <summary>phpBB hashes the password as it would appear in HTML.</summary>
    Html,

    /// <summary>IPB does the same, in its own way.</summary>
    Invision,
}

/// <summary>The bytes that old software may have hashed for a typed password.</summary>
internal static class PasswordSpellings
{
    /// <summary>Each costs a hash, so their number bounds the cost of a check.</summary>
    public const int Max = 4;

    /// <summary>
    /// Windows-1252, which browsers use for Latin-1. They write a character that it lacks as a reference, such as
    /// <c>&amp;#8364;</c>, and so did vBulletin's script.
    /// </summary>
    private static readonly Encoding Western = CodePagesEncodingProvider.Instance.GetEncoding(
        1252, new CharacterReferenceFallback(), DecoderFallback.ReplacementFallback)!;

    private static readonly (string Sign, string Escaped)[] Html =
        [("&", "&amp;"), ("\"", "&quot;"), ("<", "&lt;"), (">", "&gt;")];

    /// <summary>The replacements of IPB 2 and 3, in their order.</summary>
    private static readonly (string Sign, string Escaped)[] Invision =
    [
        ("&", "&amp;"), ("<!--", "&#60;&#33;--"), ("-->", "--&#62;"), ("<script", "&#60;script"), (">", "&gt;"),
        ("<", "&lt;"), ("\"", "&quot;"), ("\n", "<br />"), ("$", "&#036;"), ("!", "&#33;"), ("'", "&#39;"),
        ("\\", "&#092;"),
    ];

    /// <summary>Returns the likely spellings, the likeliest first. Empty if no account has such a password.</summary>
    public static IEnumerable<byte[]> Of(string typed, ForeignHash hash)
    {
        if (typed.Length is 0 or > ForeignHash.MaxPasswordBytes || typed.Contains('\0', StringComparison.Ordinal))
            return [];
        var texts = new[] { ComposedText.Of(typed), typed }
            .SelectMany(text => new[] { Escape(text, hash.Spelling), text })
            .Distinct(StringComparer.Ordinal)
            .ToList();
        var spellings = texts.Select(Encoding.UTF8.GetBytes);
        if (hash.IsWeak && !Ascii.IsValid(typed))
            spellings = spellings.Take(1).Concat(texts.Select(Western.GetBytes)).Concat(spellings.Skip(1));
        return spellings.Where(bytes => bytes.Length <= ForeignHash.MaxPasswordBytes).Take(Max);
    }

    private static string Escape(string text, PasswordSpelling spelling)
    {
        var replacements = spelling switch
        {
            PasswordSpelling.Html => Html,
            PasswordSpelling.Invision => Invision,
            _ => [],
        };
        foreach (var (sign, escaped) in replacements)
            text = text.Replace(sign, escaped, StringComparison.OrdinalIgnoreCase);
        return text;
    }
}
