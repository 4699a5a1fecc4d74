using System.Globalization;
using System.Text;

namespace TokenAuth.Tests.Fuzzing.Requests;

/// <summary>How a request says where its body ends.</summary>
internal enum Framing
{
    /// <summary>With the right length.</summary>
    Exact,

    /// <summary>In chunks.</summary>
    Chunked,

    /// <summary>With a length that is larger than the body, after which the client says nothing more.</summary>
    TooShort,

    /// <summary>With a length that is smaller than the body. The rest looks like another request.</summary>
    TooLong,

    /// <summary>With a length and in chunks.</summary>
    Both,

    /// <summary>In chunks, the second of which has no valid size.</summary>
    BadChunk,

    /// <summary>With a length that is no number.</summary>
    NoNumber,

    /// <summary>With two lengths.</summary>
    Twice,

    /// <summary>Not at all.</summary>
    Missing,
}

/// <summary>A request as it is sent. Each character of its texts is a byte.</summary>
/// <param name="Door">The dialect, or the kind of address, for the figures.</param>
internal sealed record FuzzRequest(
    string Door, string Verb, string Target, IReadOnlyList<(string Name, string Value)> Headers, byte[] Body)
{
    public Framing Framing { get; init; }

    /// <summary>
    /// Tells whether the path and the verb are those of a method, which answers in the dialect's words.
    /// </summary>
    public bool IsAddressed { get; init; }

    /// <summary>Tells whether the server may check a password, which takes time on purpose.</summary>
    public bool HasPassword { get; init; }

    /// <summary>Tells whether the connection is of use after the request.</summary>
    public bool IsFramed => Framing is Framing.Exact or Framing.Chunked;

    public byte[] ToBytes()
    {
        var head = new StringBuilder($"{Verb} {Target} HTTP/1.1\r\n");
        foreach (var (name, value) in Headers)
            head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        foreach (var line in LengthLines())
            head.Append(line).Append("\r\n");
        return [.. Encoding.Latin1.GetBytes(head.Append("\r\n").ToString()), .. FramedBody()];
    }

    /// <summary>The request as text that a shell's <c>printf '%b'</c> turns into bytes again.</summary>
    public override string ToString()
    {
        const int most = 6000;
        var bytes = ToBytes();
        var text = new StringBuilder();
        foreach (var b in bytes.Take(most))
        {
            if (b == '\\')
                text.Append("\\\\");
            else if (b is >= 0x20 and < 0x7F)
                text.Append((char)b);
            else
                text.Append(CultureInfo.InvariantCulture, $"\\x{b:x2}").Append(b == '\n' ? "\n" : "");
        }

        return bytes.Length <= most ? text.ToString() : $"{text}... ({bytes.Length} bytes)";
    }

    private string[] LengthLines() => Framing switch
    {
        Framing.Exact => Body.Length == 0 && Verb is "GET" or "HEAD" ? [] : [$"Content-Length: {Body.Length}"],
        Framing.Chunked or Framing.BadChunk => ["Transfer-Encoding: chunked"],
        Framing.TooShort => [$"Content-Length: {Body.Length + 10}"],
        Framing.TooLong => [$"Content-Length: {Body.Length / 2}"],
        Framing.Both => [$"Content-Length: {Body.Length}", "Transfer-Encoding: chunked"],
        Framing.NoNumber => ["Content-Length: -1"],
        Framing.Twice => [$"Content-Length: {Body.Length}", $"Content-Length: {Body.Length + 1}"],
        _ => [],
    };

    private byte[] FramedBody()
    {
        var half = Body.Length / 2;
        return Framing switch
        {
            Framing.Chunked or Framing.Both => [.. Chunk(Body[..half]), .. Chunk(Body[half..]), .. "0\r\n\r\n"u8],
            Framing.BadChunk => [.. Chunk(Body[..half]), .. "zz\r\n"u8, .. Body[half..]],
            _ => Body,
        };
    }

    /// <summary>An empty chunk would be the last one.</summary>
    private static byte[] Chunk(byte[] bytes) =>
        bytes.Length == 0 ? [] : [.. Encoding.ASCII.GetBytes($"{bytes.Length:x}\r\n"), .. bytes, .. "\r\n"u8];
}
