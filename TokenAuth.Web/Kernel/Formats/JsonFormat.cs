using System.Buffers;
using System.Text;
using System.Text.Json;

namespace TokenAuth.Kernel.Formats;

/// <summary>Writes a value as compact JSON in ASCII, with members in order. Other characters are escaped.</summary>
internal static class JsonFormat
{
    /// <summary>Skips validation, because the code below can only write valid JSON.</summary>
    private static readonly JsonWriterOptions Options = new() { SkipValidation = true };

    /// <summary>The largest buffer that a thread reuses. Larger answers are rare.</summary>
    private const int MaxKeptBytes = 64 * 1024;

    [ThreadStatic]
    private static (ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Json)? _writer;

    public static string Write(Value value) => Encoding.ASCII.GetString(WriteBytes(value).Span);

    public static ReadOnlyMemory<byte> WriteBytes(Value value)
    {
        // Each thread reuses its own writer.
        var (buffer, json) = _writer ??= NewWriter();
        try
        {
            Write(json, value);
            json.Flush();
            return buffer.WrittenSpan.ToArray();
        }
        finally
        {
            buffer.ResetWrittenCount();
            json.Reset();
            if (buffer.Capacity > MaxKeptBytes)
                _writer = null;
        }
    }

    private static (ArrayBufferWriter<byte>, Utf8JsonWriter) NewWriter()
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        return (buffer, new Utf8JsonWriter(buffer, Options));
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
            case Value.Body body:
                json.WriteStringValue(body.Content);
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
