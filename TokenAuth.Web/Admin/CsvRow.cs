using System.Buffers;

namespace TokenAuth.Admin;

/// <summary>Writes rows of a CSV file (RFC 4180).</summary>
internal static class CsvRow
{
    private static readonly SearchValues<char> Quoted = SearchValues.Create(",\"\r\n");

    /// <summary>
    /// A spreadsheet would run a cell that begins with one of these as a formula. People choose the names of their
    /// keys, so such a cell gets an apostrophe in front, which makes it a text (OWASP, "CSV Injection").
    /// </summary>
    private static readonly SearchValues<char> Formula = SearchValues.Create("=+-@\t\r\n＝＋－＠");

    public static string Of(params IEnumerable<string?> cells) => string.Join(',', cells.Select(Cell)) + "\r\n";

    private static string Cell(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return "";
        var safe = Formula.Contains(text[0]) ? "'" + text : text;
        return safe.AsSpan().ContainsAny(Quoted) ? $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : safe;
    }
}
