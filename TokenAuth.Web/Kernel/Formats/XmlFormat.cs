using System.Text;
using System.Xml;

namespace TokenAuth.Kernel.Formats;

/// <summary>
/// Writes a value as XML with one element per member. Flags are 1 and 0; the element of a list has <c>list="true"</c>.
/// There is no white space between a text and its tags, because clients do not trim.
/// </summary>
internal static class XmlFormat
{
    public const string Declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";

    /// <summary>Writes a document, declaration included.</summary>
    /// <param name="attributes">
    /// The attributes of the root, in order. A name may have a prefix that another attribute declares.
    /// </param>
    public static string Write(
        string root, IReadOnlyList<(string Name, string Content)> attributes, Value value, string indent)
    {
        var text = new StringBuilder(Declaration).Append('\n');
        WriteElement(text, root, attributes, value, indent, level: 0);
        return text.Append('\n').ToString();
    }

    /// <summary>Appends a text, escaped. Characters that XML does not allow become U+FFFD.</summary>
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

    /// <summary>Writes an element for each member, with nothing between them.</summary>
    public static string Compact(IReadOnlyList<(string Name, Value Content)> members)
    {
        var text = new StringBuilder();
        foreach (var (name, content) in Elements(members))
            WriteElement(text, name, [], content, indent: null, level: 0);
        return text.ToString();
    }

    private static void WriteElement(
        StringBuilder xml, string name, IReadOnlyList<(string Name, string Content)> attributes, Value value,
        string? indent, int level)
    {
        xml.Insert(xml.Length, indent ?? "", level).Append('<').Append(name);
        foreach (var (attribute, content) in attributes.Concat(AttributesOf(value)))
            xml.Append(' ').Append(attribute).Append("=\"").AppendEscaped(content).Append('"');
        if (value is Value.Record { Members: var members }
            && members.All(member => member.Content is Value.Attribute)
            && (members.Count > 0 || indent is null))
        {
            xml.Append("/>");
            return;
        }

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
            case Value.Record { Members: var own } when own.Any(member => member.Content is Value.Body):
                xml.AppendEscaped(own.Select(member => member.Content).OfType<Value.Body>().Single().Content);
                break;
            case Value.Record record:
                WriteChildren(xml, [.. Elements(record.Members)], indent, level);
                break;
            case Value.Sequence sequence:
                WriteChildren(xml, [.. sequence.Items.Select(item => (sequence.ItemName, item))], indent, level);
                break;
        }

        xml.Append("</").Append(name).Append('>');
    }

    private static IEnumerable<(string, string)> AttributesOf(Value value) => value switch
    {
        Value.Sequence { IsMarked: true } => [("list", "true")],
        Value.Record record => record.Members.Where(member => member.Content is Value.Attribute)
            .Select(member => (member.Name, ((Value.Attribute)member.Content).Content)),
        _ => [],
    };

    private static IEnumerable<(string Name, Value Content)> Elements(
        IEnumerable<(string Name, Value Content)> members) =>
        members
            .Where(member => member.Content is not Value.Attribute)
            .SelectMany(member => member.Content is Value.Repeated repeated
                ? repeated.Items.Select(item => (member.Name, item))
                : [member]);

    private static void WriteChildren(
        StringBuilder xml, IReadOnlyList<(string Name, Value Content)> children, string? indent, int level)
    {
        foreach (var (name, content) in children)
        {
            xml.Append(indent is null ? "" : "\n");
            WriteElement(xml, name, [], content, indent, level + 1);
        }

        if (indent is not null && children.Count > 0)
            xml.Append('\n').Insert(xml.Length, indent, level);
    }
}
