using System.Globalization;
using System.Text;

namespace TokenAuth.Kernel.Formats;

/// <summary>Writes a value as PHP's <c>serialize()</c> does. Lengths count UTF-8 bytes.</summary>
/// <remarks>Source: the PHP manual, <c>serialize</c>, anatomy of a serialize()'ed value.</remarks>
internal static class PhpFormat
{
    public static string Write(Value value)
    {
        var text = new StringBuilder();
        Write(text, value);
        return text.ToString();
    }

    private static void Write(StringBuilder php, Value value)
    {
        switch (value)
        {
            case Value.Text text:
                WriteText(php, text.Content);
                break;
            case Value.Attribute attribute:
                WriteText(php, attribute.Content);
                break;
            case Value.Body body:
                WriteText(php, body.Content);
                break;
            case Value.Number number:
                WriteNumber(php, number.Content);
                break;
            case Value.Flag flag:
                php.Append(flag.Content ? "b:1;" : "b:0;");
                break;
            case Value.Record record:
                StartArray(php, record.Members.Count);
                foreach (var (name, content) in record.Members)
                {
                    WriteText(php, name);
                    Write(php, content);
                }

                php.Append('}');
                break;
            case Value.Sequence sequence:
                WriteList(php, sequence.Items);
                break;
            case Value.Repeated repeated:
                WriteList(php, repeated.Items);
                break;
        }
    }

    private static void WriteList(StringBuilder php, IReadOnlyList<Value> items)
    {
        StartArray(php, items.Count);
        for (var i = 0; i < items.Count; i++)
        {
            WriteNumber(php, i);
            Write(php, items[i]);
        }

        php.Append('}');
    }

    private static void StartArray(StringBuilder php, int count) =>
        php.Append(CultureInfo.InvariantCulture, $"a:{count}:{{");

    private static void WriteNumber(StringBuilder php, long number) =>
        php.Append(CultureInfo.InvariantCulture, $"i:{number};");

    private static void WriteText(StringBuilder php, string text) =>
        php.Append(CultureInfo.InvariantCulture, $"s:{Encoding.UTF8.GetByteCount(text)}:\"{text}\";");
}
