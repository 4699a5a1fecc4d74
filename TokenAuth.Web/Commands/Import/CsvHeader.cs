using System.Text;
using TokenAuth.Kernel.Accounts.Import;

namespace TokenAuth.Commands.Import;

/// <summary>
/// The first line of a CSV file, which names the fields of the others (RFC 4180). A record is one line: no field of an
/// import may contain a line break. <c>\N</c>, with which MySQL writes NULL, is an empty field.
/// </summary>
internal sealed class CsvHeader
{
    private const string Null = "\\N";

    private static readonly UTF8Encoding Strict =
        new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly IReadOnlyList<string> _fields;

    private CsvHeader(IReadOnlyList<string> fields) => _fields = fields;

    /// <exception cref="UsageException">The line is no header.</exception>
    public static CsvHeader Of(long number, ReadOnlySpan<byte> bytes)
    {
        if (Decode(bytes) is not { } text || Split(text) is not { } fields)
            throw new UsageException($"line {number}: this is neither JSON Lines nor the header of a CSV file");
        fields = [.. fields.Select(field => field.Trim())];
        if (fields.Find(field => !ImportLine.Fields.Contains(field, StringComparer.Ordinal)) is { } unknown)
            throw ImportFile.Unknown(number, LineReading.UnknownField(unknown));
        if (fields.Distinct(StringComparer.Ordinal).Count() < fields.Count)
            throw new UsageException($"line {number}: a field comes twice in the header");
        if (!fields.Contains("login", StringComparer.Ordinal) || !fields.Contains("email", StringComparer.Ordinal))
            throw new UsageException($"line {number}: the header does not name the fields login and email");
        return new CsvHeader(fields);
    }

    public LineReading Read(long number, ReadOnlySpan<byte> bytes)
    {
        if (Decode(bytes) is not { } text)
            return "the line is not UTF-8";
        if (Split(text) is not { } values)
            return "a quoted field does not end before a comma or the end of the line";
        if (values.Count != _fields.Count)
            return $"the line has {values.Count} fields; the header has {_fields.Count}";
        var line = new ImportLine(number);
        for (var i = 0; i < values.Count; i++)
            line = line.With(_fields[i], values[i] == Null ? null : values[i]);
        return line;
    }

    /// <summary>Returns the fields of a record; null if its quotes are wrong.</summary>
    private static List<string>? Split(string text)
    {
        var fields = new List<string>();
        for (var at = 0; ; at++)
        {
            if (at < text.Length && text[at] == '"')
            {
                var field = new StringBuilder();
                for (at++; ; at++)
                {
                    var quote = text.IndexOf('"', at);
                    if (quote < 0)
                        return null;
                    field.Append(text, at, quote - at);
                    at = quote + 1;
                    if (at == text.Length || text[at] != '"')
                        break;
                    field.Append('"');
                }

                if (at < text.Length && text[at] != ',')
                    return null;
                fields.Add(field.ToString());
            }
            else
            {
                var comma = text.IndexOf(',', at);
                var end = comma < 0 ? text.Length : comma;
                fields.Add(text[at..end]);
                at = end;
            }

            if (at == text.Length)
                return fields;
        }
    }

    private static string? Decode(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
