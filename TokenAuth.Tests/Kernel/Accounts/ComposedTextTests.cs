using TokenAuth.Kernel.Accounts;

namespace TokenAuth.Tests.Kernel.Accounts;

/// <summary>Vectors from Unicode's NormalizationTest.txt and UAX 15, one for each rule.</summary>
public sealed class ComposedTextTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("\u00E9t\u00E9", "\u00E9t\u00E9")]
    [InlineData("e\u0301te\u0301", "\u00E9t\u00E9")]
    [InlineData("A\u030A", "\u00C5")]
    [InlineData("\u212B", "\u00C5")] // the Angstrom sign is the letter A with ring
    [InlineData("\u0340", "\u0300")]
    [InlineData("D\u0323\u0307", "\u1E0C\u0307")]
    [InlineData("D\u0307\u0323", "\u1E0C\u0307")] // marks are sorted first
    [InlineData("a\u0315\u0300\u05AE\u0300b", "\u00E0\u05AE\u0300\u0315b")]
    [InlineData("a\u0301\u0327", "\u00E1\u0327")]
    [InlineData("a\u0591\u0591", "a\u0591\u0591")]
    [InlineData("\u0958", "\u0915\u093C")] // excluded from composition
    [InlineData("\u1EA4", "\u1EA4")]
    [InlineData("A\u0302\u0301", "\u1EA4")] // in two steps
    [InlineData("\u1112\u1161\u11AB", "\uD55C")] // Hangul
    [InlineData("\u1100\u1161", "\uAC00")]
    [InlineData("\uAC00\u11A8", "\uAC01")]
    [InlineData("\uAC00\u11A7", "\uAC00\u11A7")]
    [InlineData("\u0B47\u0300\u0B3E", "\u0B47\u0300\u0B3E")] // blocked
    [InlineData("\uD834\uDD5E", "\uD834\uDD57\uD834\uDD65")] // a half note
    [InlineData("\uD804\uDC99\uD804\uDCBA", "\uD804\uDC9A")]
    [InlineData("\u0301e", "\u0301e")]
    [InlineData("", "")]
    public void Characters_are_composed_as_Unicode_specifies(string text, string composed)
    {
        Assert.Equal(composed, ComposedText.Of(text));
        Assert.Equal(composed, ComposedText.Of(composed));
    }

    [Fact]
    public void A_text_too_long_for_a_password_is_left_unchanged()
    {
        var marks = string.Concat(Enumerable.Repeat("\u0315\u0300", ComposedText.MaxLength / 2));

        Assert.NotEqual(marks, ComposedText.Of(marks), StringComparer.Ordinal);
        Assert.Equal("e" + marks, ComposedText.Of("e" + marks));
    }
}
