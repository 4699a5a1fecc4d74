using TokenAuth.Kernel.Signing;

namespace TokenAuth.Tests.Kernel.Signing;

public sealed class ValueGrammarTests
{
    [Theory]
    [InlineData("0", 1)]
    [InlineData("12345678", 8)]
    [InlineData("12a", 2)]
    [InlineData("0=", 1)]
    [InlineData("", -1)]
    [InlineData("007", -1)]
    [InlineData("00", -1)]
    [InlineData("123456789", -1)]
    [InlineData("-1", -1)]
    [InlineData("+1", -1)]
    [InlineData(" 1", -1)]
    [InlineData("٣", -1)]
    public void A_number_has_no_sign_and_no_leading_zeros_and_ends_at_the_last_digit(string text, int length) =>
        Assert.Equal(length, ValueGrammars.Number(mostDigits: 8)(text));

    [Theory]
    [InlineData("00ff", 4)]
    [InlineData("00ffa", 4)]
    [InlineData("00f", -1)]
    [InlineData("00FF", -1)]
    [InlineData("00fg", -1)]
    [InlineData("", -1)]
    public void Hexadecimal_has_a_fixed_length_and_lower_case(string text, int length) =>
        Assert.Equal(length, ValueGrammars.Hex(4)(text));

    [Theory]
    [InlineData("xml", 3)]
    [InlineData("XMLx", 3)]
    [InlineData("xmlrpc", 6)]
    [InlineData("Json=", 4)]
    [InlineData("xm", -1)]
    [InlineData("jſon", -1)]
    [InlineData("", -1)]
    public void The_longest_word_is_read_and_only_ASCII_letters_ignore_case(string text, int length) =>
        Assert.Equal(length, ValueGrammars.Word("xml", "xmlrpc", "json")(text));

    [Theory]
    [InlineData("1,2", 3)]
    [InlineData("1,2 ,3", 3)]
    [InlineData("12345", -1)]
    [InlineData("", -1)]
    [InlineData("a1", -1)]
    public void A_run_extends_over_all_its_characters(string text, int length) =>
        Assert.Equal(length, ValueGrammars.Run("0123456789,", most: 4)(text));

    [Fact]
    public void A_value_matches_if_nothing_is_left_over()
    {
        Assert.True(ValueGrammars.Number(8).Matches("12"));
        Assert.False(ValueGrammars.Number(8).Matches("12 "));
        Assert.False(ValueGrammars.Number(8).Matches(""));
    }
}
