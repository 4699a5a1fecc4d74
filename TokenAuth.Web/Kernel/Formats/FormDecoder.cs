using System.Text;
using System.Text.Unicode;

namespace TokenAuth.Kernel.Formats;

/// <summary>One parameter of a call, decoded.</summary>
internal readonly record struct Parameter(string Name, string Value);

/// <summary>
/// Decodes <c>application/x-www-form-urlencoded</c> text of a query or a body: pairs joined by <c>&amp;</c>, <c>+</c>
/// for a blank, <c>%XX</c> for a byte. Pairs without a name are ignored. Unless the request names an encoding, each
/// name and value is read as UTF-8, or as ISO-8859-1 if it is not valid UTF-8, because old clients send that. A
/// <c>%</c> that starts no escape stands for itself, as in the servers that these clients were written for.
/// </summary>
internal static class FormDecoder
{
    /// <summary>
    /// Adds the pairs of a text to a list, in order and with duplicates. Returns false if the list would exceed a
    /// maximum.
    /// </summary>
    /// <param name="most">The maximum length of the list.</param>
    /// <param name="encoding">The encoding of the unescaped bytes; null as for <see cref="Text"/>.</param>
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

    /// <summary>Decodes bytes.</summary>
    /// <param name="encoding">
    /// Null for UTF-8 with ISO-8859-1 as the fallback, as <see cref="Charsets.TryFind"/> returns it.
    /// </param>
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
            if (escaped[i] == '%'
                && i + 2 < escaped.Length
                && Hex(escaped[i + 1]) is >= 0 and var high
                && Hex(escaped[i + 2]) is >= 0 and var low)
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
