using System.Buffers;
using System.Text;
using System.Text.Json;

namespace TokenAuth.Kernel.Formats;

/// <summary>Compact JSON in ASCII (everything else is escaped), members in the order given.</summary>
internal static class JsonFormat
{
    public static string Write(Value value)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
            Write(json, value);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter json, Value value)
    {
        switch (value)
        {
            case Value.Text text:
                json.WriteStringValue(text.Content);
                break;
            case Value.Attribute attribute:
                json.WriteStringValue(attribute.Content);
                break;
            case Value.Number number:
                json.WriteNumberValue(number.Content);
                break;
            case Value.Flag flag:
                json.WriteBooleanValue(flag.Content);
                break;
            case Value.Record record:
                json.WriteStartObject();
                foreach (var (name, content) in record.Members)
                {
                    json.WritePropertyName(name);
                    Write(json, content);
                }

                json.WriteEndObject();
                break;
            case Value.Sequence sequence:
                WriteArray(json, sequence.Items);
                break;
            case Value.Repeated repeated:
                WriteArray(json, repeated.Items);
                break;
        }
    }

    private static void WriteArray(Utf8JsonWriter json, IReadOnlyList<Value> items)
    {
        json.WriteStartArray();
        foreach (var item in items)
            Write(json, item);
        json.WriteEndArray();
    }
}
