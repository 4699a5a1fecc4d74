using System.Text;

namespace TokenAuth.Kernel.Http;

/// <summary>Checks the path of the page that a person continues to after signing in, which the request names.</summary>
internal static class ReturnPath
{
    /// <summary>
    /// Returns the path for the header <c>Location</c>, with all characters escaped that a URL does not allow. Returns
    /// null unless the text is a path on this server: browsers take some other texts for an address elsewhere.
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

    /// <summary>Checks whether a character may stay as it is. A percent sign may if it begins an escape.</summary>
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
