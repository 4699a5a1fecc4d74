using System.Globalization;
using System.Text;
using TokenAuth.Kernel.Formats;

namespace TokenAuth.Tests.Kernel.Formats;

/// <summary>
/// Reads the output of PHP's <c>serialize()</c> by the grammar in the PHP Internals Book, byte by byte as PHP does: a
/// length that is wrong by one fails.
/// </summary>
internal sealed class PhpReader(byte[] text)
{
    private int _at;

    public static Value Read(string text)
    {
        var reader = new PhpReader(Encoding.UTF8.GetBytes(text));
        var value = reader.Next();
        Assert.Equal(reader.End, reader._at);
        return value;
    }

    private int End => text.Length;

    private Value Next()
    {
        var kind = (char)text[_at];
        _at += 2;
        switch (kind)
        {
            case 'i':
                return long.Parse(Until(';'), CultureInfo.InvariantCulture);
            case 'b':
                return Until(';') == "1";
            case 's':
                var length = int.Parse(Until(':'), CultureInfo.InvariantCulture);
                Expect('"');
                var content = Encoding.UTF8.GetString(text, _at, length);
                _at += length;
                Expect('"');
                Expect(';');
                return content;
            case 'a':
                return Array(int.Parse(Until(':'), CultureInfo.InvariantCulture));
            default:
                throw new FormatException($"'{kind}' at {_at}");
        }
    }

    /// <summary>PHP has one kind of array; an array with the keys 0, 1, 2 and so on is read as a list.</summary>
    private Value Array(int count)
    {
        Expect('{');
        var members = Enumerable.Range(0, count).Select(_ => (Key: Next(), Content: Next())).ToList();
        Expect('}');
        return members.Select((member, i) => member.Key == (Value)(long)i).All(isIndex => isIndex)
            ? new Value.Sequence("item", [.. members.Select(member => member.Content)])
            : new Value.Record([.. members.Select(member => (((Value.Text)member.Key).Content, member.Content))]);
    }

    private string Until(char end)
    {
        var start = _at;
        _at = System.Array.IndexOf(text, (byte)end, start) + 1;
        return Encoding.ASCII.GetString(text, start, _at - 1 - start);
    }

    private void Expect(char c) => Assert.Equal(c, (char)text[_at++]);
}
