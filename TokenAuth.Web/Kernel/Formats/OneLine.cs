using System.Buffers;

namespace TokenAuth.Kernel.Formats;

/// <summary>
/// Checks for text that stays on one line and reads in one direction. Control characters, Unicode line separators and
/// bidirectional control characters can make one name look like another in a log, a terminal or a page.
/// </summary>
internal static class OneLine
{
    private static readonly SearchValues<char> Refused = SearchValues.Create(
    [
        .. Enumerable.Range(0, char.MaxValue + 1).Select(code => (char)code).Where(char.IsControl),
        '\u2028', '\u2029', '\u202A', '\u202B', '\u202C', '\u202D', '\u202E', '\u2066', '\u2067', '\u2068', '\u2069',
    ]);

    /// <summary>Checks whether a text has none of these characters.</summary>
    public static bool Is(string text) => !text.AsSpan().ContainsAny(Refused);

    /// <summary>Returns the text with each of these characters replaced by U+FFFD.</summary>
    public static string Of(string text) =>
        Is(text) ? text : string.Concat(text.Select(c => Refused.Contains(c) ? '\uFFFD' : c));
}
