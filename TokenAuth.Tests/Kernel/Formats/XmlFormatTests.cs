using System.Xml;
using System.Xml.Linq;
using TokenAuth.Kernel.Formats;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Kernel.Formats;

public sealed class XmlFormatTests
{
    [Fact]
    public void Text_has_no_surrounding_whitespace_and_only_lists_are_marked() => Assert.Equal(
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <root xmlns="http://example.test/" a="&lt;&amp;&quot;">
          <text>a &lt; b &gt; c &amp; "d"</text>
          <yes>1</yes>
          <no>0</no>
          <list list="true">
            <item>-1</item>
          </list>
          <empty list="true"></empty>
          <none></none>
        </root>

        """.Replace("\"d\"", "&quot;d&quot;", StringComparison.Ordinal),
        XmlFormat.Write(
            "root", [("xmlns", "http://example.test/"), ("a", "<&\"")],
            new Value.Record(
                ("text", "a < b > c & \"d\""), ("yes", true), ("no", false),
                ("list", new Value.Sequence("item", -1L)), ("empty", new Value.Sequence("item")),
                ("none", new Value.Record())),
            indent: "  "));

    [Fact]
    public void Every_value_can_be_read_back() => Gens.AnyValue.Holds(5_000, value => AssertSame(
        value,
        XDocument.Parse(XmlFormat.Write("root", [], value, indent: " "), LoadOptions.PreserveWhitespace).Root!));

    [Fact]
    public void Characters_that_XML_cannot_hold_are_replaced_and_all_others_come_back()
    {
        for (var c = 0; c <= char.MaxValue; c++)
        {
            var text = $"a{(char)c}b";
            var read = XDocument.Parse(
                XmlFormat.Write("r", [], text, indent: ""), LoadOptions.PreserveWhitespace).Root!.Value;
            if (read != text)
                Assert.True(read == "a\uFFFDb" && !XmlConvert.IsXmlChar((char)c), $"U+{c:X4} was read back as {read}");
        }
    }

    private static void AssertSame(Value value, XElement xml)
    {
        Assert.Equal(value is Value.Sequence ? "true" : null, xml.Attribute("list")?.Value);
        switch (value)
        {
            case Value.Text text:
                Assert.Equal(Carried(text.Content), xml.Value);
                break;
            case Value.Number number:
                Assert.Equal(number.Content, (long)xml);
                break;
            case Value.Flag flag:
                Assert.Equal(flag.Content ? "1" : "0", xml.Value);
                break;
            case Value.Record record:
                Assert.Equal(
                    record.Members.Select(member => member.Name),
                    xml.Elements().Select(element => element.Name.LocalName), StringComparer.Ordinal);
                Assert.All(record.Members.Zip(xml.Elements()), pair => AssertSame(pair.First.Content, pair.Second));
                break;
            case Value.Sequence sequence:
                Assert.Equal(
                    sequence.Items.Select(_ => sequence.ItemName),
                    xml.Elements().Select(element => element.Name.LocalName), StringComparer.Ordinal);
                Assert.All(sequence.Items.Zip(xml.Elements()), pair => AssertSame(pair.First, pair.Second));
                break;
            default:
                Assert.Fail($"There is a shape that is not tested: {value.GetType()}");
                break;
        }
    }

    private static string Carried(string text) =>
        string.Concat(
            Gens.Carried(text).Select(c => XmlConvert.IsXmlChar(c) || char.IsSurrogate(c) ? c : '\uFFFD'));
}
