using System.Text;
using System.Text.Unicode;

namespace TokenAuth.Kernel.Formats;

/// <summary>One parameter of a call, decoded.</summary>
internal readonly record struct Parameter(string Name, string Value);

/// <summary>
/// Reads <c>application/x-www-form-urlencoded</c> text, as a query or a body: pairs joined by <c>&amp;</c>, empty
/// pairs ignored, <c>+</c> a blank, <c>%XX</c> a byte. Bytes are UTF-8 unless an encoding is named, or ISO-8859-1
/// where they are not valid UTF-8, which is what clients of the years before it became common send. A <c>%</c> that
/// starts no escape stands for itself, as it did in the servers that these clients were written for.
/// </summary>
internal static class FormDecoder
{
    /// <summary>Adds the pairs of a text to a list, in order and with duplicates; false once there are too many.</summary>
    /// <param name="encoding">Of the bytes that are escaped; null as for <see cref="Text"/>.</param>
    public static bool TryDecode(ReadOnlySpan<byte> text, List<Parameter> into, int most, Encoding? encoding = null)
    {
        foreach (var range in text.Split((byte)'&'))
        {
            var pair = text[range];
            var equals = pair.IndexOf((byte)'=');
            var name = Unescape(equals < 0 ? pair : pair[..equals], encoding);
            if (name.Length == 0)
                continue;
            if (into.Count == most)
                return false;
            into.Add(new Parameter(name, equals < 0 ? "" : Unescape(pair[(equals + 1)..], encoding)));
        }

        return true;
    }

    /// <summary>Bytes as text.</summary>
    /// <param name="encoding">Null where none is stated, or UTF-8 is: see <see cref="Charsets"/>.</param>
    public static string Text(ReadOnlySpan<byte> bytes, Encoding? encoding = null) =>
        (encoding ?? (Utf8.IsValid(bytes) ? Encoding.UTF8 : Encoding.Latin1)).GetString(bytes);

    private static string Unescape(ReadOnlySpan<byte> escaped, Encoding? encoding)
    {
        if (!escaped.ContainsAny((byte)'%', (byte)'+'))
            return Text(escaped, encoding);

        var bytes = escaped.Length <= 512 ? stackalloc byte[escaped.Length] : new byte[escaped.Length];
        var length = 0;
        for (var i = 0; i < escaped.Length; i++)
        {
            if (escaped[i] == '%' && i + 2 < escaped.Length && Hex(escaped[i + 1]) is >= 0 and var high && Hex(escaped[i + 2]) is >= 0 and var low)
            {
                bytes[length++] = (byte)((high << 4) | low);
                i += 2;
            }
            else
            {
                bytes[length++] = escaped[i] == '+' ? (byte)' ' : escaped[i];
            }
        }

        return Text(bytes[..length], encoding);
    }

    private static int Hex(byte digit) => (char)digit switch
    {
        >= '0' and <= '9' => digit - '0',
        >= 'a' and <= 'f' => digit - 'a' + 10,
        >= 'A' and <= 'F' => digit - 'A' + 10,
        _ => -1,
    };
}
