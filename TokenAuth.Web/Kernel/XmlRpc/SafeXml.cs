using System.Buffers;
using System.Text;
using System.Xml;
using TokenAuth.Kernel.Formats;

namespace TokenAuth.Kernel.XmlRpc;

/// <summary>
/// Reads XML that comes from anywhere, in linear time and leaving nothing behind: no DTD, no entities but the five, no external
/// anything, elements no deeper than a bound. The size of the body is bounded before it arrives here.
/// </summary>
internal static class SafeXml
{
    /// <summary>Of elements in elements: 32 XML-RPC values in each other, at three elements each, and what is around them.</summary>
    private const int MaxDepth = 100;

    private const string EncodingAttribute = "encoding";

    private static readonly UnicodeEncoding WideLittle =
        new(bigEndian: false, byteOrderMark: true, throwOnInvalidBytes: true);

    private static readonly UnicodeEncoding WideBig =
        new(bigEndian: true, byteOrderMark: true, throwOnInvalidBytes: true);

    /// <summary>
    /// The root element, or null where the bytes are no well-formed XML within the bounds, or in an encoding that nobody
    /// knows.
    /// </summary>
    /// <param name="contentType">What came with the bytes; it may name their encoding.</param>
    public static SafeElement? Read(ReadOnlySpan<byte> bytes, string? contentType)
    {
        try
        {
            if (Decode(bytes, contentType) is not { } text)
                return null;
            // Prefixes stay part of the names; who cares what they stand for looks it up.
            using var reader = new XmlTextReader(new StringReader(text))
            {
                Namespaces = false,
                Normalization = true,
                EntityHandling = EntityHandling.ExpandEntities,
                DtdProcessing = DtdProcessing.Prohibit,
                XmlResolver = null,
            };
            return Read(reader);
        }
        catch (Exception malformed) when (malformed is XmlException or DecoderFallbackException)
        {
            return null;
        }
    }

    private static SafeElement? Read(XmlTextReader reader)
    {
        SafeElement? root = null;
        var open = new Stack<SafeElement>();
        while (reader.Read())
        {
            switch (reader.NodeType)
            {
                case XmlNodeType.Element:
                    if (open.Count == MaxDepth)
                        return null;
                    var isEmpty = reader.IsEmptyElement;
                    var element = new SafeElement(reader.Name, Attributes(reader));
                    if (open.TryPeek(out var parent))
                        parent.Add(element);
                    root ??= element;
                    if (!isEmpty)
                        open.Push(element);
                    break;
                case XmlNodeType.EndElement:
                    open.Pop();
                    break;
                case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.Whitespace or XmlNodeType.SignificantWhitespace:
                    if (open.TryPeek(out var around))
                        around.Add(reader.Value);
                    break;
            }
        }

        return root;
    }

    private static (string Name, string Value)[] Attributes(XmlTextReader reader)
    {
        var attributes = reader.AttributeCount == 0 ? [] : new (string, string)[reader.AttributeCount];
        for (var i = 0; reader.MoveToNextAttribute(); i++)
            attributes[i] = (reader.Name, reader.Value);
        return attributes;
    }

    /// <summary>
    /// The text without its declaration, and without what some clients send before and after the document; null in an
    /// encoding that nobody knows.
    /// </summary>
    private static string? Decode(ReadOnlySpan<byte> bytes, string? contentType)
    {
        if (!TryFindEncoding(bytes, contentType, out var encoding))
            return null;
        var text = FormDecoder.Text(bytes, encoding).Trim('\uFEFF', '\0', ' ', '\t', '\r', '\n');
        var end = text.IndexOf("?>", StringComparison.Ordinal);
        return end > 0 && text.StartsWith("<?xml", StringComparison.Ordinal) && char.IsWhiteSpace(text[5]) ? text[(end + 2)..] : text;
    }

    /// <summary>
    /// RFC 7303, section 3: a byte order mark counts most, then the Content-Type, then the declaration. A declaration
    /// that is read byte by byte cannot be in an encoding of wide characters; .NET's writers say so all the same.
    /// </summary>
    private static bool TryFindEncoding(ReadOnlySpan<byte> bytes, string? contentType, out Encoding? encoding)
    {
        encoding = bytes switch
        {
            [0xFF, 0xFE, ..] or [(byte)'<', 0, ..] => WideLittle,
            [0xFE, 0xFF, ..] or [0, (byte)'<', ..] => WideBig,
            _ => null,
        };
        if (encoding is not null || bytes is [0xEF, 0xBB, 0xBF, ..])
            return true;
        if (Charsets.LabelIn(contentType) is { Length: > 0 } label)
            return Charsets.TryFind(label, out encoding);
        if (!Charsets.TryFind(DeclaredLabel(bytes), out encoding))
            return false;
        if (encoding?.GetByteCount("<") > 1)
            encoding = null;
        return true;
    }

    /// <summary>What the XML declaration calls the encoding; null where it says nothing.</summary>
    private static string? DeclaredLabel(ReadOnlySpan<byte> bytes)
    {
        var start = Encoding.Latin1.GetString(bytes[..Math.Min(bytes.Length, 200)]).TrimStart();
        var end = start.IndexOf('>', StringComparison.Ordinal);
        if (end < 0 || !start.StartsWith("<?xml", StringComparison.Ordinal))
            return null;
        var at = start.IndexOf(EncodingAttribute, 0, end, StringComparison.Ordinal);
        if (at < 0)
            return null;
        var value = start[(at + EncodingAttribute.Length)..end].TrimStart(' ', '\t', '\r', '\n', '=');
        return value is ['"' or '\'', ..] && value.IndexOf(value[0], 1) is > 0 and var close
            ? value[1..close].Trim()
            : null;
    }
}
