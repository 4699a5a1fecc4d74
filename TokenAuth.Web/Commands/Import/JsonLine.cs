using System.Text;
using System.Text.Json;
using TokenAuth.Kernel.Accounts.Import;

namespace TokenAuth.Commands.Import;

/// <summary>Reads a line of JSON Lines: one object, whose members are fields.</summary>
internal static class JsonLine
{
    private const string NoObject = "this is not a JSON object on one line";

    public static LineReading Read(long number, ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            return Read(number, ref reader);
        }
        catch (JsonException)
        {
            return NoObject;
        }
        catch (InvalidOperationException)
        {
            // A text is not UTF-8, or has half of a surrogate pair.
            return "a text is not valid Unicode";
        }
    }

    private static LineReading Read(long number, ref Utf8JsonReader reader)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            return NoObject;
        var line = new ImportLine(number);
        var set = new HashSet<string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = reader.GetString()!;
            if (!ImportLine.Fields.Contains(field, StringComparer.Ordinal))
                return LineReading.UnknownField(field);
            if (!set.Add(field))
                return $"the field {field} comes twice";
            reader.Read();
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.Null)
                line = line.With(field, reader.GetString());
            else if (reader.TokenType == JsonTokenType.Number && field == "created")
                line = line.With(field, Encoding.ASCII.GetString(reader.ValueSpan));
            else
                return $"the field {field} is not a text";
        }

        // The reader raises if the object is not closed, or if anything follows it.
        reader.Read();
        return line;
    }
}
