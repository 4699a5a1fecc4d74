using CsCheck;
using TokenAuth.Ipernity.OAuth;
using TokenAuth.Kernel.Formats;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Ipernity;

/// <summary>OAuth's signature base string and signatures, tested with RFC 5849's own examples.</summary>
public sealed class OAuthSignatureTests
{
    /// <summary>Section 3.4.1.1, with the parameters of 3.4.1.3.1: duplicates, empty values, escapes.</summary>
    private static readonly Parameter[] OfTheRfc =
    [
        new("b5", "=%3D"), new("a3", "a"), new("c@", ""), new("a2", "r b"),
        new("oauth_consumer_key", "9djdj82h48djs9d2"), new("oauth_token", "kkk9d7dh3k39sjv7"),
        new("oauth_signature_method", "HMAC-SHA1"), new("oauth_timestamp", "137131201"),
        new("oauth_nonce", "7d8f3e4a"), new("c2", ""), new("a3", "2 q"),
    ];

    [Fact]
    public void The_base_string_matches_the_rfc() => Assert.Equal(
        "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D"
            + "%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2"
        + "%26oauth_nonce%3D7d8f3e4a%26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D137131201%26oauth_token"
        + "%3Dkkk9d7dh3k39sjv7",
        OAuthSignature.BaseString("post", "http://EXAMPLE.com:80", "/request", OfTheRfc));

    [Fact]
    public void The_signature_parameter_is_not_signed() => Assert.Equal(
        OAuthSignature.BaseString("GET", "https://example.com", "/", OfTheRfc),
        OAuthSignature.BaseString("GET", "https://example.com:443", "/", [.. OfTheRfc, new("oauth_signature", "x")]));

    [Theory]
    [InlineData("http", "example.com:8080", "http%3A%2F%2Fexample.com%3A8080%2Fr%2520v%2FX")]
    [InlineData("https", "example.com:80", "https%3A%2F%2Fexample.com%3A80%2Fr%2520v%2FX")]
    [InlineData("https", "www.example.net:443", "https%3A%2F%2Fwww.example.net%2Fr%2520v%2FX")]
    [InlineData("http", "[::1]:80", "http%3A%2F%2F%5B%3A%3A1%5D%2Fr%2520v%2FX")]
    [InlineData("http", "[::80]", "http%3A%2F%2F%5B%3A%3A80%5D%2Fr%2520v%2FX")]
    public void Only_the_schemes_default_port_is_omitted(string scheme, string host, string expected) =>
        Assert.Equal($"GET&{expected}&", OAuthSignature.BaseString("GET", $"{scheme}://{host}", "/r%20v/X", []));

    [Fact]
    public void The_default_port_and_the_order_of_whole_pairs_are_alternatives()
    {
        Parameter[] parameters = [new("photo", "b"), new("photo1", "c"), new("oauth_nonce", "n")];

        Assert.Equal(
            [
                "GET&http%3A%2F%2Fa.example%2Fx&oauth_nonce%3Dn%26photo%3Db%26photo1%3Dc",
                "GET&http%3A%2F%2Fa.example%2Fx&oauth_nonce%3Dn%26photo1%3Dc%26photo%3Db",
                "GET&http%3A%2F%2Fa.example%3A80%2Fx&oauth_nonce%3Dn%26photo%3Db%26photo1%3Dc",
                "GET&http%3A%2F%2Fa.example%3A80%2Fx&oauth_nonce%3Dn%26photo1%3Dc%26photo%3Db",
            ],
            OAuthSignature.BaseStrings("GET", "http://a.example", "/x", parameters),
            StringComparer.Ordinal);
        Assert.Equal(
            ["GET&https%3A%2F%2F%5B%3A%3A1%5D%3A8080%2F&a%3Db"],
            OAuthSignature.BaseStrings("GET", "https://[::1]:8080", "/", [new("a", "b")]),
            StringComparer.Ordinal);
        Assert.Equal(2, OAuthSignature.BaseStrings("GET", "https://[::1]", "/", [new("a", "b")]).Count());
    }

    /// <summary>ruby-oauth 0.5.4 and PECL's oauth 2.0.7 sort like this (docs/clients.md).</summary>
    [Theory]
    [InlineData("photo1", "x", "photo[]", "x", "photo%255B%255D%3Dx%26photo1%3Dx", "photo1%3Dx%26photo%255B%255D%3Dx")]
    [InlineData("tag", "z", "tag", "é", "tag%3D%25C3%25A9%26tag%3Dz", "tag%3Dz%26tag%3D%25C3%25A9")]
    [InlineData("\uFB00", "x", "\U00010000", "x", "%25EF%25AC%2580%3Dx%26%25F0%2590%2580%2580%3Dx", null)]
    public void The_order_before_encoding_is_an_alternative(
        string name, string value, string otherName, string otherValue, string first, string? second)
    {
        var texts = OAuthSignature.BaseStrings(
            "GET", "http://a.example:8080", "/x", [new(name, value), new(otherName, otherValue)]);

        string[] expected = second is null ? [first] : [first, second];
        Assert.Equal(
            expected.Select(order => $"GET&http%3A%2F%2Fa.example%3A8080%2Fx&{order}"), texts, StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("abcABC123", "abcABC123")]
    [InlineData("-._~", "-._~")]
    [InlineData("%", "%25")]
    [InlineData("+", "%2B")]
    [InlineData("&=*", "%26%3D%2A")]
    [InlineData("!'()", "%21%27%28%29")]
    [InlineData("\n \u007F", "%0A%20%7F")]
    [InlineData("\u0080\u3001", "%C2%80%E3%80%81")]
    [InlineData("😀", "%F0%9F%98%80")]
    public void Escapes_match_the_specification(string text, string expected) =>
        Assert.Equal($"{expected}&", OAuthSignature.Sign("PLAINTEXT", "", text, ""));

    [Fact]
    public void Half_a_surrogate_pair_is_escaped_as_the_replacement_character() =>
        Assert.Equal("a%EF%BF%BDb&", OAuthSignature.Sign("PLAINTEXT", "", "a\uD800b", ""));

    /// <summary>The photo example of OAuth Core 1.0, appendix A.</summary>
    [Theory]
    [InlineData("HMAC-SHA1", "tR3+Ty81lMeYAr/Fid0kMTYa/WM=")]
    [InlineData("PLAINTEXT", "kd94hf93k423kf44&pfkkdhi9sl3r4s00")]
    [InlineData("RSA-SHA1", null)]
    public void Signatures_match_the_specification(string method, string? expected)
    {
        var baseString = OAuthSignature.BaseString("GET", "http://photos.example.net", "/photos",
        [
            new("file", "vacation.jpg"), new("size", "original"), new("oauth_version", "1.0"),
            new("oauth_consumer_key", "dpf43f3p2l4k3l03"), new("oauth_token", "nnch734d00sl2jdk"),
            new("oauth_timestamp", "1191242096"), new("oauth_nonce", "kllo9940pd9333jh"),
            new("oauth_signature_method", "HMAC-SHA1"),
        ]);

        Assert.Equal(expected, OAuthSignature.Sign(method, baseString, "kd94hf93k423kf44", "pfkkdhi9sl3r4s00"));
    }

    [Fact]
    public void The_order_of_parameters_does_not_matter() =>
        Gen.Select(Gens.AnyText(3), Gens.AnyText(3), (name, value) => new Parameter(name, value)).Array[0, 7]
            .SelectMany(Gen.Shuffle, (parameters, shuffled) => (parameters, shuffled))
            .Holds(500, sets => Assert.Equal(
                OAuthSignature.BaseString("GET", "http://a", "/", sets.parameters),
                OAuthSignature.BaseString("GET", "http://a", "/", sets.shuffled)));
}
