using TokenAuth.Kernel.Accounts;

namespace TokenAuth.Tests.Kernel.Accounts;

public sealed class KeyNameTests
{
    [Theory]
    [InlineData("ljdump", "ljdump")]
    [InlineData("  my old client ", "my old client")]
    [InlineData("ü", "ü")]
    [InlineData(null, null)]
    [InlineData("", null)]
    [InlineData(" ", null)]
    [InlineData("\U0001F469\u200D\U0001F4BB", "\U0001F469\u200D\U0001F4BB")]
    [InlineData("a\nb", null)]
    [InlineData("a\u2028b", null)]
    [InlineData("a\u202Eb", null)]
    public void A_name_is_trimmed_and_has_one_line(string? text, string? name) =>
        Assert.Equal(name, AccountKeys.NormalName(text));

    [Theory]
    [InlineData(100, true)]
    [InlineData(101, false)]
    public void A_name_has_at_most_a_hundred_characters(int length, bool good) =>
        Assert.Equal(good, AccountKeys.NormalName(new string('a', length)) is not null);
}
