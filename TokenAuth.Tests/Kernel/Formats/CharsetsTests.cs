using System.Text;
using TokenAuth.Kernel.Formats;

namespace TokenAuth.Tests.Kernel.Formats;

/// <summary>Charset labels of client programs.</summary>
public sealed class CharsetsTests
{
    /// <summary>Labels of IANA, and of Python, PHP, Java, Perl and Windows programs.</summary>
    [Theory]
    [InlineData("windows-1251", 1251)]
    [InlineData("Windows-1251", 1251)]
    [InlineData("cp1251", 1251)]
    [InlineData("CP-1251", 1251)]
    [InlineData("Cp1251", 1251)]
    [InlineData("x-cp1251", 1251)]
    [InlineData("win-1251", 1251)]
    [InlineData("windows_1251", 1251)]
    [InlineData("cp1252", 1252)]
    [InlineData("koi8-r", 20866)]
    [InlineData("koi8_r", 20866)]
    [InlineData("KOI8-U", 21866)]
    [InlineData("cp866", 866)]
    [InlineData("IBM866", 866)]
    [InlineData("iso-8859-1", 28591)]
    [InlineData("ISO_8859-1", 28591)]
    [InlineData("iso8859_1", 28591)]
    [InlineData("latin1", 28591)]
    [InlineData("latin-1", 28591)]
    [InlineData("iso-8859-15", 28605)]
    [InlineData("iso8859-15", 28605)]
    [InlineData("iso8859_15", 28605)]
    [InlineData("latin-9", 28605)]
    [InlineData("shift_jis", 932)]
    [InlineData("Shift-JIS", 932)]
    [InlineData("sjis", 932)]
    [InlineData("x-sjis", 932)]
    [InlineData("cp932", 932)]
    [InlineData("euc_jp", 51932)]
    [InlineData("gb2312", 936)]
    [InlineData("GBK", 936)]
    [InlineData("cp936", 936)]
    [InlineData("gb18030", 54936)]
    [InlineData("big5", 950)]
    [InlineData("euc-kr", 51949)]
    [InlineData("windows-31j", 932)]
    [InlineData("euc_kr", 51949)]
    [InlineData("macroman", 10000)]
    [InlineData("mac_roman", 10000)]
    [InlineData("L1", 28591)]
    [InlineData("utf-16", 1200)]
    [InlineData("utf_16", 1200)]
    [InlineData("UTF-16LE", 1200)]
    [InlineData("utf-16be", 1201)]
    public void An_encoding_has_many_labels(string label, int page)
    {
        Assert.True(Charsets.TryFind(label, out var encoding));

        Assert.Equal(page, encoding?.CodePage);
        Assert.IsType<DecoderExceptionFallback>(encoding!.DecoderFallback);
    }

    /// <summary>These labels decide nothing; the bytes do.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("utf-8")]
    [InlineData("UTF8")]
    [InlineData("utf_8")]
    [InlineData("utf_8_sig")]
    [InlineData("U8")]
    [InlineData("cp65001")]
    [InlineData("us-ascii")]
    [InlineData("ASCII")]
    [InlineData("ANSI_X3.4-1968")]
    public void A_utf_8_or_ascii_label_counts_as_none(string? label)
    {
        Assert.True(Charsets.TryFind(label, out var encoding));
        Assert.Null(encoding);
    }

    [Theory]
    [InlineData("utf-7")]
    [InlineData("UTF7")]
    [InlineData("unicode-1-1-utf-7")]
    [InlineData("csUnicode11UTF7")]
    [InlineData("x-unicode-2-0-utf-7")]
    [InlineData("cp65000")]
    [InlineData("windows-65000")]
    [InlineData("unheard-of")]
    [InlineData("x-user-defined")]
    [InlineData("cp99999999999")]
    [InlineData("cp")]
    [InlineData("0")]
    [InlineData("-")]
    [InlineData("\u0441\u04401251")]
    public void Unknown_labels_and_utf_7_are_rejected(string label) => Assert.False(Charsets.TryFind(label, out _));

    [Theory]
    [InlineData("text/xml; charset=cp1251", "cp1251")]
    [InlineData("text/xml;charset=\"cp1251\"", "cp1251")]
    [InlineData("text/xml; CHARSET='cp1251'", "cp1251")]
    [InlineData("text/xml", null)]
    [InlineData("charset=cp1251", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void The_label_comes_from_the_content_type(string? type, string? label) =>
        Assert.Equal(label, Charsets.LabelIn(type));
}
