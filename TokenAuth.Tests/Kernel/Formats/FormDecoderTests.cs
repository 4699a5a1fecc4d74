using System.Text;
using CsCheck;
using TokenAuth.Kernel.Formats;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Kernel.Formats;

public sealed class FormDecoderTests
{
    /// <summary>
    /// The rules of browsers and libraries. The last ones escape every byte, even where it need not be.
    /// </summary>
    private static readonly Func<string, string>[] Escapings =
    [
        Uri.EscapeDataString,
        text => Uri.EscapeDataString(text).Replace("%20", "+", StringComparison.Ordinal),
        text => string.Concat(Encoding.UTF8.GetBytes(text).Select(b => $"%{b:x2}")),
        text => string.Concat(Encoding.UTF8.GetBytes(text).Select((b, i) => i % 2 == 0 ? $"%{b:x2}" : $"%{b:X2}")),
    ];

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
    public void Escaped_pairs_are_read_back_in_every_escaping_style() => Gen.Select(
        Gens.WellFormedText(8), Gen.OneOf(Escapings), Gens.WellFormedText(8), Gen.OneOf(Escapings),
        (name, escapeName, value, escapeValue) =>
            (Pair: ("n" + name, value), Spelled: $"{escapeName("n" + name)}={escapeValue(value)}"))
        .Array[0, 4].Holds(4_000, pairs => Assert.Equal(
            pairs.Select(pair => pair.Pair),
            Decode(Encoding.UTF8.GetBytes(string.Join('&', pairs.Select(pair => pair.Spelled))))
                .Select(pair => (pair.Name, pair.Value))));

    [Fact]
    public void Bytes_that_are_not_UTF_8_are_read_as_Latin_1()
    {
        var (utf8, latin1) = (0, 0);
        Gen.Byte.Array[1, 6].Holds(20_000, bytes =>
        {
            var text = FormDecoder.Text(bytes);
            if (Encoding.UTF8.GetBytes(text).AsSpan().SequenceEqual(bytes))
                utf8++;
            else
                Assert.Equal(Encoding.Latin1.GetString(bytes), text);
            latin1 += Encoding.Latin1.GetBytes(text).AsSpan().SequenceEqual(bytes) ? 1 : 0;
        });

        Assert.True(utf8 > 1000 && latin1 > 1000);
    }

    /// <summary>Any bytes are readable in names, in values, and between them.</summary>
    [Fact]
    public void No_bytes_make_the_reader_throw() => Gen.Byte.Array[0, 63].Holds(
        20_000, form => Assert.DoesNotContain(Decode(form), pair => pair.Name.Length == 0));

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
}
