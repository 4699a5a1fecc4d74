using System.Text;
using System.Xml;

namespace TokenAuth.Kernel.Formats;

/// <summary>
/// XML with one element per member: flags are 1 and 0, a list's element says <c>list="true"</c>. Nothing is
/// written between a text and its tags, because clients do not trim.
/// </summary>
internal static class XmlFormat
{
    public const string Declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";

    /// <summary>Attributes are written in the order given; a name may carry a prefix that another one declares.</summary>
    public static string Write(string root, IReadOnlyList<(string Name, string Content)> attributes, Value value, string indent)
    {
        var text = new StringBuilder(Declaration).Append('\n');
        WriteElement(text, root, attributes, value, indent, level: 0);
        return text.Append('\n').ToString();
    }

    /// <summary>Text with the five special characters escaped, and what XML cannot carry replaced by U+FFFD.</summary>
    public static StringBuilder AppendEscaped(this StringBuilder xml, string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            switch (c)
            {
                case '&':
                    xml.Append("&amp;");
                    break;
                case '<':
                    xml.Append("&lt;");
                    break;
                case '>':
                    xml.Append("&gt;");
                    break;
                case '"':
                    xml.Append("&quot;");
                    break;
                case '\r':
                    xml.Append("&#13;");
                    break;
                case var _ when XmlConvert.IsXmlChar(c):
                    xml.Append(c);
                    break;
                case var _ when i + 1 < text.Length && XmlConvert.IsXmlSurrogatePair(text[i + 1], c):
                    xml.Append(c).Append(text[++i]);
                    break;
                default:
                    xml.Append('\uFFFD');
                    break;
            }
        }

        return xml;
    }

    private static void WriteElement(
        StringBuilder xml, string name, IReadOnlyList<(string Name, string Content)> attributes, Value value, string indent, int level)
    {
        xml.Insert(xml.Length, indent, level).Append('<').Append(name);
        foreach (var (attribute, content) in attributes)
            xml.Append(' ').Append(attribute).Append("=\"").AppendEscaped(content).Append('"');
        if (value is Value.Sequence)
            xml.Append(" list=\"true\"");
        xml.Append('>');

        switch (value)
        {
            case Value.Text text:
                xml.AppendEscaped(text.Content);
                break;
            case Value.Number number:
                xml.Append(number.Content);
                break;
            case Value.Flag flag:
                xml.Append(flag.Content ? '1' : '0');
                break;
            case Value.Record record:
                WriteChildren(xml, record.Members, indent, level);
                break;
            case Value.Sequence sequence:
                WriteChildren(xml, [.. sequence.Items.Select(item => (sequence.ItemName, item))], indent, level);
                break;
        }

        xml.Append("</").Append(name).Append('>');
    }

    private static void WriteChildren(
        StringBuilder xml, IReadOnlyList<(string Name, Value Content)> children, string indent, int level)
    {
        if (children.Count == 0)
            return;
        xml.Append('\n');
        foreach (var (name, content) in children)
        {
            WriteElement(xml, name, [], content, indent, level + 1);
            xml.Append('\n');
        }

        xml.Insert(xml.Length, indent, level);
    }
}
