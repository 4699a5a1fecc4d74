using System.Text;
using TokenAuth.Kernel.Formats;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Kernel.Formats;

public sealed class FormDecoderTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("a=1&b=2", "a:1 b:2")]
    [InlineData("a=1&a=2", "a:1 a:2")]
    [InlineData("&&a=1&&", "a:1")]
    [InlineData("a", "a:")]
    [InlineData("a=", "a:")]
    [InlineData("=1&a=2", "a:2")]
    [InlineData("%=1", "%:1")]
    [InlineData("a=b=c", "a:b=c")]
    [InlineData("a%3Db=c", "a=b:c")]
    [InlineData("a=%26%2B+%2b", "a:&+ +")]
    [InlineData("a=%zz", "a:%zz")]
    [InlineData("a=%4", "a:%4")]
    [InlineData("a=%", "a:%")]
    [InlineData("a=%4&b=1", "a:%4 b:1")]
    [InlineData("a=%4g%41", "a:%4gA")]
    [InlineData("a=%%41", "a:%A")]
    [InlineData("a=%00b", "a:\0b")]
    [InlineData("a=%u263a", "a:%u263a")]
    [InlineData("a=%C3%BC", "a:ü")]
    [InlineData("a=%FC", "a:ü")]
    [InlineData("a=%E2%98", "a:â\u0098")]
    [InlineData("a=%C0%80", "a:À\u0080")]
    [InlineData("a=%ED%A0%80", "a:í\u00A0\u0080")]
    [InlineData("a=%F0%9F%98%80", "a:😀")]
    [InlineData("a=%EF%BB%BFb", "a:\uFEFFb")]
    public void A_form_is_read_as_servers_of_the_time_read_it(string text, string read) =>
        Assert.Equal(
            read, string.Join(' ', Decode(Encoding.UTF8.GetBytes(text)).Select(pair => $"{pair.Name}:{pair.Value}")));

    [Fact]
    public void Escaped_pairs_are_read_back_in_every_escaping_style()
    {
        var chance = new Seeded(1);
        for (var i = 0; i < 4_000; i++)
        {
            var pairs = Enumerable.Range(0, chance.Below(5))
                .Select(_ => (Name: "n" + WellFormed(chance), Value: WellFormed(chance))).ToList();
            var spelled = string.Join(
                '&', pairs.Select(pair => $"{Escaped(pair.Name, chance)}={Escaped(pair.Value, chance)}"));

            Assert.Equal(pairs, Decode(Encoding.UTF8.GetBytes(spelled)).Select(pair => (pair.Name, pair.Value)));
        }
    }

    [Fact]
    public void Bytes_that_are_not_UTF_8_are_read_as_Latin_1_and_none_makes_the_reader_throw()
    {
        var chance = new Seeded(2);
        var (utf8, latin1) = (0, 0);
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = chance.Bytes(1 + chance.Below(6));
            var text = FormDecoder.Text(bytes);
            if (Encoding.UTF8.GetBytes(text).AsSpan().SequenceEqual(bytes))
                utf8++;
            else
                Assert.Equal(Encoding.Latin1.GetString(bytes), text);
            latin1 += Encoding.Latin1.GetBytes(text).AsSpan().SequenceEqual(bytes) ? 1 : 0;

            // Any bytes are readable in names, in values, and between them.
            var form = chance.Bytes(chance.Below(64));
            Assert.DoesNotContain(Decode(form), pair => pair.Name.Length == 0);
        }

        Assert.True(utf8 > 1000 && latin1 > 1000);
    }

    [Fact]
    public void One_parameter_too_many_fails_and_empty_pairs_do_not_count()
    {
        var into = new List<Parameter>();

        Assert.True(FormDecoder.TryDecode("a=1&&&b=2&"u8, into, most: 2));
        Assert.False(FormDecoder.TryDecode("c=3"u8, into, most: 2));
        Assert.Equal(2, into.Count);
    }

    [Fact]
    public void Long_values_are_read_like_short_ones()
    {
        var value = string.Concat(Enumerable.Repeat("ü+%", 5000));

        Assert.Equal(value, Decode(Encoding.UTF8.GetBytes("a=" + Uri.EscapeDataString(value))).Single().Value);
    }

    private static List<Parameter> Decode(ReadOnlySpan<byte> text)
    {
        var into = new List<Parameter>();
        Assert.True(FormDecoder.TryDecode(text, into, int.MaxValue));
        return into;
    }

    /// <summary>
    /// Escapes by a rule of browsers or libraries; one rule escapes every byte, even where it need not be.
    /// </summary>
    private static string Escaped(string text, Seeded chance) => chance.Below(3) switch
    {
        0 => Uri.EscapeDataString(text),
        1 => Uri.EscapeDataString(text).Replace("%20", "+", StringComparison.Ordinal),
        _ => string.Concat(Encoding.UTF8.GetBytes(text).Select(b => chance.OneIn(2) ? $"%{b:x2}" : $"%{b:X2}")),
    };

    private static string WellFormed(Seeded chance) =>
        Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(chance.AnyText(8)));
}
