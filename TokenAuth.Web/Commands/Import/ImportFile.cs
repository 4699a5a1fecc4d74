using System.Runtime.CompilerServices;
using TokenAuth.Kernel.Accounts.Import;

namespace TokenAuth.Commands.Import;

/// <summary>
/// The lines of a file: JSON Lines if the first one begins with <c>{</c>, otherwise CSV with a header. UTF-8, with or
/// without a byte order mark. Empty lines are passed over.
/// </summary>
internal sealed class ImportFile(Stream stream)
{
    private readonly BoundedLines _lines = new(stream);

    /// <summary>The bytes that were read.</summary>
    public long Position => _lines.Position;

    /// <summary>Reads the lines.</summary>
    /// <exception cref="UsageException">
    /// The first line shows that the whole file is not what it should be, or names an unknown field.
    /// </exception>
    public async IAsyncEnumerable<(long Number, LineReading Reading)> ReadAsync(
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        CsvHeader? header = null;
        var isFirst = true;
        while (await _lines.ReadAsync(cancellation) is { } line)
        {
            if (line.Bytes is not { } bytes)
            {
                if (isFirst)
                    throw new UsageException($"line {line.Number}: the first line is longer than 64 KiB");
                yield return (line.Number, $"the line is longer than {BoundedLines.MaxBytes / 1024} KiB");
                continue;
            }

            if (bytes.Span.Trim(" \t"u8).IsEmpty)
                continue;
            if (isFirst && bytes.Span.TrimStart(" \t"u8)[0] != '{')
            {
                header = CsvHeader.Read(bytes.Span);
                isFirst = false;
                continue;
            }

            var reading = header?.Read(line.Number, bytes.Span) ?? JsonLine.Read(line.Number, bytes.Span);
            if (isFirst && reading.Unknown is not null)
                throw Unknown(line.Number, reading);
            isFirst = false;
            yield return (line.Number, reading);
        }
    }

    /// <summary>The mistake of a file whose first line names an unknown field.</summary>
    public static UsageException Unknown(long number, LineReading reading) =>
        new($"line {number}: {reading.Refusal}; the fields are {string.Join(", ", ImportLine.Fields)}");
}
