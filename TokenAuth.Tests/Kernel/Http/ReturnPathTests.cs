using TokenAuth.Kernel.Http;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Kernel.Http;

/// <summary>A sign-in may return to any page of this server, and to no other address.</summary>
public sealed class ReturnPathTests
{
    [Theory]
    [InlineData("/", "/")]
    [InlineData("/account?from=a%20mail#sessions", "/account?from=a%20mail#sessions")]
    [InlineData("/wiki/Über", "/wiki/%C3%9Cber")]
    [InlineData("/wiki/%C3%9Cber", "/wiki/%C3%9Cber")]
    [InlineData("/a b\"<>\\^`{|}", "/a%20b%22%3C%3E%5C%5E%60%7B%7C%7D")]
    [InlineData("/100%", "/100%25")]
    [InlineData("/100%zz%4", "/100%25zz%254")]
    [InlineData("/😀", "/%F0%9F%98%80")]
    [InlineData("/login.php?next=http://a/", "/login.php?next=http://a/")]
    public void A_path_is_escaped_where_a_header_cannot_hold_it(string text, string path)
    {
        Assert.Equal(path, ReturnPath.Of(text));
        Assert.Equal(path, ReturnPath.Of(path));
    }

    /// <summary>An attribute cannot hold a lone surrogate, so it is a separate test.</summary>
    [Fact]
    public void A_lone_surrogate_is_escaped_as_the_replacement_character() =>
        Assert.Equal("/%EF%BF%BDx", ReturnPath.Of("/\uD800x"));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("account")]
    [InlineData("~/account")]
    [InlineData("https://evil.test/")]
    [InlineData("https:/evil.test/")]
    [InlineData("//evil.test")]
    [InlineData("///evil.test")]
    [InlineData("/\\evil.test")]
    [InlineData("\\\\evil.test")]
    [InlineData("/\t/evil.test")]
    [InlineData("/\n/evil.test")]
    [InlineData("/a\r\nSet-Cookie: a=b")]
    [InlineData("/\0")]
    [InlineData("/\u0085/evil.test")]
    [InlineData(" /account")]
    [InlineData("javascript:alert(1)")]
    [InlineData("@evil.test")]
    [InlineData("?a")]
    public void A_text_that_may_leave_this_host_is_rejected(string? text) => Assert.Null(ReturnPath.Of(text));

    [Fact]
    public void Every_accepted_path_stays_on_this_host() => Gens.Joined(
        6, "/", "\\", "evil.test", ":", "@", "?", "#", ".", "..", "%2f", "%5c", "%09", "\t", " ", "é", "\uFF0F",
        "\uD800", "//").Holds(20_000, text =>
    {
        if (ReturnPath.Of("/" + text) is not { } path)
            return;
        Assert.DoesNotContain(path, c => c is < '!' or > '~');
        Assert.Equal("here.test", new Uri(new Uri("https://here.test/signin"), path).Host);
    });
}
