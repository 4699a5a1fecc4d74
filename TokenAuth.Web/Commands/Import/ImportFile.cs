using System.Runtime.CompilerServices;
using TokenAuth.Kernel.Accounts.Import;

namespace TokenAuth.Commands.Import;

/// <summary>
/// The lines of a file: JSON Lines if the first one begins with <c>{</c>, otherwise CSV with a header. UTF-8, with or
/// without a byte order mark. Empty lines are passed over.
/// </summary>
internal sealed class ImportFile
{
    private readonly BoundedLines _lines;

    private CsvHeader? _header;
    private (long Number, LineReading Reading)? _first;

    private ImportFile(Stream stream) => _lines = new BoundedLines(stream);

    /// <summary>The bytes that were read.</summary>
    public long Position => _lines.Position;

    /// <summary>Opens a file and reads its first line.</summary>
    /// <exception cref="UsageException">
    /// The line shows that the whole file is not what it should be, or names an unknown field.
    /// </exception>
    public static async Task<ImportFile> OpenAsync(Stream stream, CancellationToken cancellation)
    {
        var file = new ImportFile(stream);
        if (await file.NextAsync(cancellation) is not { } line)
            return file;
        if (line.Bytes is not { } bytes)
            throw new UsageException($"line {line.Number}: {TooLong}");
        if (bytes.Span.TrimStart(" \t"u8)[0] != '{')
        {
            file._header = CsvHeader.Of(line.Number, bytes.Span);
            return file;
        }

        var reading = JsonLine.Read(line.Number, bytes.Span);
        if (reading.Unknown is not null)
            throw Unknown(line.Number, reading);
        file._first = (line.Number, reading);
        return file;
    }

    /// <summary>Reads the lines.</summary>
    public async IAsyncEnumerable<(long Number, LineReading Reading)> ReadAsync(
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (_first is { } first)
            yield return first;
        while (await NextAsync(cancellation) is { } line)
        {
            yield return (
                line.Number,
                line.Bytes is not { } bytes ? TooLong
                    : _header?.Read(line.Number, bytes.Span) ?? JsonLine.Read(line.Number, bytes.Span));
        }
    }

    /// <summary>The mistake of a file whose first line names an unknown field.</summary>
    public static UsageException Unknown(long number, LineReading reading) =>
        new($"line {number}: {reading.Refusal}; the fields are {string.Join(", ", ImportLine.Fields)}");

    private static string TooLong { get; } = $"the line is longer than {BoundedLines.MaxBytes / 1024} KiB";

    /// <summary>Returns the next line that is not empty; null at the end.</summary>
    private async ValueTask<BoundedLine?> NextAsync(CancellationToken cancellation)
    {
        while (await _lines.ReadAsync(cancellation) is { } line)
        {
            if (line.Bytes is not { } bytes || !bytes.Span.Trim(" \t"u8).IsEmpty)
                return line;
        }

        return null;
    }
}
