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
    private const int DeepestElement = 100;

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    static SafeXml() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <summary>The root element, or null where the bytes are no well-formed XML within the bounds.</summary>
    public static SafeElement? Read(ReadOnlySpan<byte> bytes)
    {
        try
        {
            // Prefixes stay part of the names; who cares what they stand for looks it up.
            using var reader = new XmlTextReader(new StringReader(Decode(bytes)))
            {
                Namespaces = false,
                Normalization = true,
                EntityHandling = EntityHandling.ExpandEntities,
                DtdProcessing = DtdProcessing.Prohibit,
                XmlResolver = null,
            };
            return Read(reader);
        }
        catch (XmlException)
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
                    if (open.Count == DeepestElement)
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
    /// As a byte order mark or the declaration says; without either, UTF-8, or ISO-8859-1 where it is not valid UTF-8. The
    /// declaration and what some clients send before and after the document are left out.
    /// </summary>
    private static string Decode(ReadOnlySpan<byte> bytes)
    {
        var text = DecodeAll(bytes).Trim('\uFEFF', '\0', ' ', '\t', '\r', '\n');
        var end = text.IndexOf("?>", StringComparison.Ordinal);
        return end > 0 && text.StartsWith("<?xml", StringComparison.Ordinal) && char.IsWhiteSpace(text[5]) ? text[(end + 2)..] : text;
    }

    private static string DecodeAll(ReadOnlySpan<byte> bytes)
    {
        if (bytes is [0xFF, 0xFE, ..] or [(byte)'<', 0, ..])
            return Encoding.Unicode.GetString(bytes);
        if (bytes is [0xFE, 0xFF, ..] or [0, (byte)'<', ..])
            return Encoding.BigEndianUnicode.GetString(bytes);

        var name = DeclaredEncoding(Encoding.Latin1.GetString(bytes[..Math.Min(bytes.Length, 200)]));
        if (name.Length == 0 || name.StartsWith("utf", StringComparison.OrdinalIgnoreCase) || name.EndsWith("ascii", StringComparison.OrdinalIgnoreCase))
            return FormDecoder.Text(bytes);
        try
        {
            return Encoding.GetEncoding(name).GetString(bytes);
        }
        catch (Exception unknown) when (unknown is ArgumentException or NotSupportedException)
        {
            // The latter is UTF-7, under its older names.
            return FormDecoder.Text(bytes);
        }
    }

    /// <summary>
    /// The name in a declaration such as <c>&lt;?xml version="1.0" encoding="utf-8"?&gt;</c>; empty where none is declared.
    /// </summary>
    private static string DeclaredEncoding(ReadOnlySpan<char> start)
    {
        const string byteOrderMark = "\u00EF\u00BB\u00BF", opening = "<?xml", encoding = "encoding";
        if (start.StartsWith(byteOrderMark))
            start = start[byteOrderMark.Length..];
        start = start.TrimStart();
        if (!start.StartsWith(opening))
            return "";

        var rest = start[opening.Length..];
        rest = rest.IndexOf('>') is >= 0 and var end ? rest[..end] : rest;
        while (rest.IndexOf(encoding) is >= 0 and var at)
        {
            var isWord = at > 0 && char.IsWhiteSpace(rest[at - 1]);
            rest = rest[(at + encoding.Length)..];
            if (!isWord || rest.TrimStart() is not ['=', .. var value]
                || value.TrimStart() is not ['"' or '\'', .. var name])
                continue;
            var length = name.IndexOfAnyExcept(NameCharacters);
            return new string(length < 0 ? name : name[..length]);
        }

        return "";
    }
}
