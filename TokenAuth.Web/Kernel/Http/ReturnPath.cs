using System.Text;

namespace TokenAuth.Kernel.Http;

/// <summary>The page of ours that a person goes on to after signing in, as the request names it.</summary>
internal static class ReturnPath
{
    /// <summary>
    /// The path as the header <c>Location</c> can carry it: what is not printable ASCII is escaped. Null where the text
    /// is no path of ours: an address elsewhere, or one that a browser could take for that.
    /// </summary>
    public static string? Of(string? text)
    {
        if (text is not ['/', ..] || text is ['/', '/' or '\\', ..] || text.Any(char.IsControl))
            return null;
        var path = new StringBuilder(text.Length);
        for (var place = 0; place < text.Length;)
        {
            Rune.DecodeFromUtf16(text.AsSpan(place), out var rune, out var length);
            if (rune.IsAscii && IsAllowed(text, place))
                path.Append(text[place]);
            else
                Escape(rune, path);
            place += length;
        }

        return path.ToString();
    }

    /// <summary>A percent sign stays where it begins an escape.</summary>
    private static bool IsAllowed(string text, int place) => text[place] switch
    {
        '%' =>
            place + 2 < text.Length && char.IsAsciiHexDigit(text[place + 1]) && char.IsAsciiHexDigit(text[place + 2]),
        ' ' or '"' or '<' or '>' or '\\' or '^' or '`' or '{' or '|' or '}' => false,
        _ => true,
    };

    private static void Escape(Rune rune, StringBuilder into)
    {
        Span<byte> bytes = stackalloc byte[4];
        foreach (var b in bytes[..rune.EncodeToUtf8(bytes)])
            into.Append('%').Append(b.ToString("X2"));
    }
}
