namespace TokenAuth.Commands.Import;

/// <summary>A line of a file.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Bytes">
/// The bytes without the end of the line, valid until the next line is read; null if there are more than
/// <see cref="BoundedLines.MaxBytes"/>.
/// </param>
internal readonly record struct BoundedLine(long Number, ReadOnlyMemory<byte>? Bytes);

/// <summary>Reads the lines of a file in constant memory. A line that is too long is passed over.</summary>
internal sealed class BoundedLines(Stream stream)
{
    public const int MaxBytes = 64 * 1024;

    private const int Ending = 2;

    private readonly byte[] _buffer = new byte[MaxBytes + Ending];
    private int _start;
    private int _end;
    private bool _atEnd;
    private long _number;

    /// <summary>The bytes of the lines that were returned.</summary>
    public long Position { get; private set; }

    /// <summary>Returns the next line; null at the end of the file.</summary>
    public async ValueTask<BoundedLine?> ReadAsync(CancellationToken cancellation)
    {
        var (tooLong, searched) = (false, 0);
        while (true)
        {
            var length = _buffer.AsSpan((_start + searched).._end).IndexOf((byte)'\n');
            if (length >= 0 || (_atEnd && (_start < _end || tooLong)))
            {
                var next = length >= 0 ? _start + searched + length + 1 : _end;
                ReadOnlyMemory<byte> line = _buffer.AsMemory(_start, (length >= 0 ? next - 1 : next) - _start);
                Position += next - _start;
                _start = next;
                if (line.Span is [.., (byte)'\r'])
                    line = line[..^1];
                if (_number == 0 && line.Span is [0xEF, 0xBB, 0xBF, ..])
                    line = line[3..];
                _number++;
                return tooLong || line.Length > MaxBytes
                    ? new BoundedLine(_number, Bytes: null)
                    : new BoundedLine(_number, line);
            }

            if (_atEnd)
                return null;
            searched = _end - _start;
            if (searched == _buffer.Length)
            {
                (tooLong, searched) = (true, 0);
                Position += _end - _start;
                (_start, _end) = (0, 0);
            }

            await FillAsync(cancellation);
        }
    }

    private async Task FillAsync(CancellationToken cancellation)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start.._end).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        // Standard input does not heed the token.
        var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellation).AsTask().WaitAsync(cancellation);
        _end += read;
        _atEnd = read == 0;
    }
}
