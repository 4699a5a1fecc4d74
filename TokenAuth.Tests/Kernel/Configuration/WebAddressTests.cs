using System.Net;
using CsCheck;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Kernel.Configuration;

/// <summary>Hostile web addresses.</summary>
public sealed class WebAddressTests
{
    /// <summary>
    /// Addresses of the right host or of another one, in spellings that some parsers read differently.
    /// </summary>
    public static TheoryData<string> Sloppy { get; } =
    [
        "http://@good.test/", "http://:@good.test/", "http://user@good.test/", "http://user:pw@good.test/",
        "http://:pw@good.test/",
        "http://good.test@evil.test/", "http://good.test:80@evil.test/", "http://%40good.test/",
        "http://good.test%40evil.test/",
        "http://user%40good.test/", "http://a@b@good.test/", "http://good.test%2f@evil.test/", "http://@@good.test/",
        "http://@/",
        "http:/good.test/", "http:good.test/", "http:///good.test/", "http:////good.test/", "http://", "http:///",
        "http://:80/", "http://:/",
        "//good.test/", "/good.test/", "\\\\good.test\\", "http:\\\\good.test\\", "http:/\\good.test/",
        "http://good.test\\@evil.test/",
        "http://evil.test\\.good.test/", "http://good.test/a\\b", "http://good.test:/", "http://good.test:x/",
        "http://good.test:99999/",
        "http://good.test:-1/", "http://good.test:80:80/", "http://good.test :80/", "http:// good.test/",
        " http://good.test/",
        "\thttp://good.test/", "ht\ntp://good.test/", "http://go\tod.test/", "http://good.test/\r\nSet-Cookie: a=b",
        "http://good.test/\0",
        "http://good.test\n/", "http://good.test/\u007F", "http://good.test/\u0085", "http://%67ood.test/",
        "http://good%2etest/",
        "http://[::1%25eth0]/", "http://[::1", "http://::1/", "http://[v1.a]/", "http://*/", "http://+/",
        "http://good_test:*/", "http://0x7f\u30021/", "http://\u30021/",
        "javascript:alert(1)", "javascript://good.test/%0aalert(1)", "data:text/html,x", "ftp://good.test/",
        "file:///etc/passwd", "mailto:a@good.test",
        "x-http://good.test/", "http", "http:", "", " ", "good.test", "good.test/http://good.test/",
    ];

    [Theory]
    [MemberData(nameof(Sloppy))]
    public void An_ambiguous_address_is_rejected(string text) => Assert.Null(WebAddress.Read(text));

    [Theory]
    [InlineData("http://good.test", "http://good.test")]
    [InlineData("HTTP://GOOD.TEST:80/a?b#c", "http://good.test")]
    [InlineData("https://good.test:443/", "https://good.test")]
    [InlineData("https://good.test:80/@a", "https://good.test:80")]
    [InlineData("http://good.test?a@b", "http://good.test")]
    [InlineData("http://good.test#@b", "http://good.test")]
    [InlineData("http://127.0.0.1:9/callback", "http://127.0.0.1:9")]
    [InlineData("http://[::1]:9/callback", "http://[::1]:9")]
    [InlineData("http://müller.test/é", "http://xn--mller-kva.test")]
    [InlineData("http://my_host.test/a%20b%2f%00", "http://my_host.test")]
    [InlineData("http://localhost:8080/a b", "http://localhost:8080")]
    public void A_plain_address_is_accepted(string text, string origin) =>
        Assert.Equal(origin, WebAddress.OriginOf(WebAddress.Read(text)!));

    [Theory]
    [MemberData(nameof(Sloppy))]
    public void An_ambiguous_callback_cannot_be_registered(string text)
    {
        // Pages of the time omit the scheme, so a bare host and path are accepted.
        if (ApplicationRules.Url(text) is { } registered)
            Assert.Contains(
                registered, (string[])["http://good.test", "http://http", "http://good.test/http://good.test/"],
                StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("user@good.test/back")]
    [InlineData("@good.test/back")]
    [InlineData("//good.test/back")]
    [InlineData("http://good.test/a b")]
    [InlineData("http://good.test/a\u00A0b")]
    [InlineData("http://good.test/#a")]
    public void A_callback_has_stricter_rules(string text) =>
        Assert.Null(ApplicationRules.Url(text));

    [Fact]
    public void A_very_long_address_is_read_or_rejected_quickly()
    {
        var huge = new string('a', 1_000_000);

        Assert.Null(WebAddress.Read($"http://{huge}/"));
        Assert.Null(WebAddress.Read($"http://user{huge}@good.test/"));
        Assert.Null(ApplicationRules.Url($"http://good.test/{huge}"));
    }

    /// <summary>
    /// An accepted address can go into a header unchanged, and its host is the one that a reader sees.
    /// </summary>
    [Fact]
    public void No_text_breaks_the_reader_and_no_host_is_disguised()
    {
        var texts = Gens.Joined(
            8, "http", "https", ":", "/", "//", "\\", "@", "good.test", "evil.test", "%40", "%2f", "?", "#", "[", "]",
            "::1", "127.1", "0x7f.1", "\t", "\u3002", "\uFF20", "\uFF0F", "\uFF0E", "\u2100", "\u202E", "\u00AD",
            "\u200D", "ß", "İ", "\uD800", "xn--", "xn--a", "-", ".", "..", "80", " ", "\u00A0", "é");
        Gen.Select(Gen.OneOf("", "http://"), texts, string.Concat).Holds(50_000, text =>
        {
            if (WebAddress.Read(text) is not { } url)
                return;
            var origin = WebAddress.OriginOf(url);
            Assert.DoesNotContain(origin, c => c is < '!' or > '~' or '@' or '%' or '\\');
            Assert.Equal(origin, WebAddress.OriginOf(WebAddress.Read(origin)!));
            Assert.True(url.HostNameType != UriHostNameType.Dns || !IPAddress.TryParse(url.Host, out _), text);
        });
    }
}
