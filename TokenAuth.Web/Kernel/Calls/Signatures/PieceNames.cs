using System.Globalization;

namespace TokenAuth.Kernel.Calls.Signatures;

/// <summary>Names the pieces of a signature base string.</summary>
internal static class PieceNames
{
    /// <summary>The text of a piece, never that of the secret.</summary>
    public static string Text(Piece piece) => piece.Kind == PieceKind.Secret ? "[secret]" : TextShown.Of(piece.Text);

    /// <summary>What a piece is, such as <c>value of api_key</c>.</summary>
    public static string Of(Piece piece) => piece.Kind switch
    {
        PieceKind.Name => $"name of {TextShown.Of(piece.Of)}",
        PieceKind.Value => $"value of {TextShown.Of(piece.Of)}",
        _ => piece.Of,
    };
}

/// <summary>Shows texts of strangers.</summary>
internal static class TextShown
{
    /// <summary>A longer text is cut.</summary>
    private const int MaxLength = 2000;

    /// <summary>
    /// Shows characters that nobody would see, such as line breaks and marks of direction, as escapes, and cuts a long
    /// text.
    /// </summary>
    public static string Of(string text)
    {
        var shown = string.Concat(text.Take(MaxLength).Select(c => IsInvisible(c)
            ? string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}")
            : c.ToString()));
        return text.Length <= MaxLength ? shown : shown + " [and so on]";
    }

    private static bool IsInvisible(char c) => char.IsControl(c) || char.GetUnicodeCategory(c) is
        UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
