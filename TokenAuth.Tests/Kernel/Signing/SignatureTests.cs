using TokenAuth.Kernel.Signing;

namespace TokenAuth.Tests.Kernel.Signing;

public sealed class SignatureTests
{
    private const string Right = "900150983cd24fb0d6963f7d28e17f72"; // MD5 of "abc", RFC 1321

    [Fact]
    public void The_signature_of_any_secret_matches()
    {
        Assert.True(Signature.Matches(Right, ["c"], Sign));
        Assert.True(Signature.Matches(Right, ["c", "another"], Sign));
        Assert.True(Signature.Matches(Right, ["another", "c"], Sign));
        Assert.True(Signature.Matches(Right, ["c", "c"], Sign));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("900150983CD24FB0D6963F7D28E17F72")]
    [InlineData("900150983cd24fb0d6963f7d28e17f7")]
    [InlineData("900150983cd24fb0d6963f7d28e17f720")]
    [InlineData("900150983cd24fb0d6963f7d28e17f73")]
    [InlineData(" 900150983cd24fb0d6963f7d28e17f72")]
    [InlineData("900150983cd24fb0d6963f7d28e17f72\0")]
    [InlineData("９00150983cd24fb0d6963f7d28e17f72")]
    public void A_signature_that_differs_in_any_way_does_not_match(string? presented) =>
        Assert.False(Signature.Matches(presented, ["another", "c"], Sign));

    [Fact]
    public void Without_a_secret_nothing_matches()
    {
        Assert.False(Signature.Matches(Right, [], Sign));
        Assert.False(Signature.Matches("", [], Sign));
        Assert.False(Signature.Matches(null, [], Sign));
    }

    [Fact]
    public void Every_secret_is_tried_even_after_a_match()
    {
        var tried = new List<string>();

        Signature.Matches(Right, ["c", "another"], secret =>
        {
            tried.Add(secret);
            return Sign(secret);
        });

        Assert.Equal(["c", "another"], tried);
    }

    [Fact]
    public void The_text_is_hashed_as_UTF_8() =>
        Assert.Equal("456edcad7451fc724525d1afe266c508", Signature.Md5Hex("ü☃"));

    private static string Sign(string secret) => Signature.Md5Hex("ab" + secret);
}
