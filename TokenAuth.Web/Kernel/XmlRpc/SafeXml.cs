using System.Buffers;
using System.Text;
using System.Xml;
using TokenAuth.Kernel.Formats;

namespace TokenAuth.Kernel.XmlRpc;

/// <summary>
/// Reads untrusted XML in linear time, without global state. It refuses DTDs and deep nesting, knows only the five
/// predefined entities, and loads nothing external. The caller limits the size.
/// </summary>
internal static class SafeXml
{
    /// <summary>
    /// The maximum depth of elements: 32 nested XML-RPC values of three elements each, and their envelope.
    /// </summary>
    private const int MaxDepth = 100;

    private const string EncodingAttribute = "encoding";

    private static readonly UnicodeEncoding WideLittle =
        new(bigEndian: false, byteOrderMark: true, throwOnInvalidBytes: true);

    private static readonly UnicodeEncoding WideBig =
        new(bigEndian: true, byteOrderMark: true, throwOnInvalidBytes: true);

    /// <summary>
    /// Returns the root element, or null if the bytes are not well-formed XML, are nested too deeply, or are in an
    /// unknown encoding.
    /// </summary>
    /// <param name="contentType">The Content-Type, which may name the encoding.</param>
    public static SafeElement? Read(ReadOnlySpan<byte> bytes, string? contentType)
    {
        try
        {
            if (Decode(bytes, contentType) is not { } text)
                return null;
            // Names include their prefixes, because old clients use prefixes that they do not declare.
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
                case XmlNodeType.Text
                    or XmlNodeType.CDATA
                    or XmlNodeType.Whitespace
                    or XmlNodeType.SignificantWhitespace:
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
    /// Returns the text without its declaration and without the white space and zero bytes that some clients send
    /// around it. Returns null if the encoding is unknown.
    /// </summary>
    private static string? Decode(ReadOnlySpan<byte> bytes, string? contentType)
    {
        if (!TryFindEncoding(bytes, contentType, out var encoding))
            return null;
        var text = FormDecoder.Text(bytes, encoding).Trim('\uFEFF', '\0', ' ', '\t', '\r', '\n');
        var end = text.IndexOf("?>", StringComparison.Ordinal);
        return end > 0 && text.StartsWith("<?xml", StringComparison.Ordinal) && char.IsWhiteSpace(text[5])
            ? text[(end + 2)..]
            : text;
    }

    /// <summary>
    /// Finds the encoding by the byte order mark, then the Content-Type, then the declaration (RFC 7303, section 3). A
    /// declaration in single bytes that names an encoding of wide characters is ignored; .NET's writers produce it.
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

    /// <summary>Returns the name of the encoding in the XML declaration, or null if it has none.</summary>
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
