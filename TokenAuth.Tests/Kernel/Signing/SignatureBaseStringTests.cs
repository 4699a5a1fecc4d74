using TokenAuth.Kernel.Formats;
using TokenAuth.Kernel.Signing;
using TokenAuth.MediaPost;

namespace TokenAuth.Tests.Kernel.Signing;

/// <summary>Base strings made by hand: forgeries of the past, and honest requests that must stay valid.</summary>
public sealed class SignatureBaseStringTests
{
    private const string Key = "a1b2c3d4e5f60718293a4b5c6d7e8f90";

    private static readonly SignatureBaseString MediaPost = MediaPostRequest.Scheme;

    [Fact]
    public void Names_are_sorted_by_bytes_and_the_signature_is_left_out() =>
        Assert.Equal(
            "Zed=1aB=3a_b=2apiKey=kapi_key=k",
            MediaPost.Join(Set("sig=x&a_b=2&api_key=k&aB=3&apiKey=k&Zed=1"), "sig").Text);

    [Fact]
    public void The_order_of_the_parameters_does_not_matter()
    {
        var sent = Set($"method=auth.getSession&api_key={Key}&session_key=&v=1.0&call_id=1173309298.25&note=naïve ☃")
            .ToList();
        var joined = MediaPost.Join(sent, "sig").Text;

        foreach (var rotated in Enumerable.Range(0, sent.Count).Select(
            by => sent.Skip(by).Concat(sent.Take(by)).ToList()))
        {
            Assert.Equal(joined, MediaPost.Join(rotated, "sig").Text);
            Assert.Equal(joined, MediaPost.Join(Enumerable.Reverse(rotated), "sig").Text);
            Assert.True(MediaPost.Join(rotated, "sig").IsUnambiguous());
        }
    }

    [Theory]
    [InlineData("lg=en")]
    [InlineData("locale=en_US")]
    [InlineData("call_id=1173309298.25&v=1.0")]
    [InlineData("session_key=&generate_session_secret=&v=1.0")]
    [InlineData("session_key=&uid=&uids=&expires=&ss=&callback=&format=&community=")]
    [InlineData("return_ssl_resources=0&call_as_apikey=")]
    [InlineData("note=naïve ☃ +%26%3D")]
    [InlineData("note=a%3Db%3Dc")]
    [InlineData("expires=0&format=php_serial&community=mashable")]
    [InlineData("uids=1,2,3,4,5&uid=3")]
    [InlineData("pageUrls=http://example.test/a?b%3Dc,http://example.test/d")]
    [InlineData("callback=jQuery.fn_1&format=JSON&ss=1")]
    public void Honest_requests_are_unambiguous(string more) =>
        Assert.True(MediaPost.Join(Set($"api_key={Key}&method=Up.auth.getSession&{more}"), "sig").IsUnambiguous());

    [Theory]
    [InlineData("a=1&expires=0", "a=1expi&res=0")]
    [InlineData("a=1&expires=0", "a=1expires%3D0")]
    [InlineData("community=mashable&expires=0", "community=mashableexpires%3D0")]
    [InlineData("format=xml&x=", "format=xmlx%3D")]
    [InlineData("expires=12&x=", "expires=12x%3D")]
    [InlineData("uid=1&uids=12", "uid=1uids%3D12")]
    [InlineData("method=auth.getSession&z=1", "method=auth.getSessionz%3D1")]
    [InlineData("api_key=a1b2c3d4e5f60718293a4b5c6d7e8f90&z=", "api_key=a1b2c3d4e5f60718293a4b5c6d7e8f90z%3D")]
    [InlineData("session_key=a1b2c3d4e5f60718293a4b5c6d7e8f90&z=", "session_key=a1b2c3d4e5f60718293a4b5c6d7e8f90z%3D")]
    [InlineData("a=&ss=1", "a=ss%3D1")]
    public void A_forged_reading_of_a_signed_MediaPost_request_is_refused(string honest, string forged) =>
        AssertForged(MediaPost, "=", honest, forged);

    [Theory]
    [InlineData("perm_doc=read", "perm_d=ocread")]
    [InlineData("perm_doc=read", "per=m_docread")]
    [InlineData("api_key=00ff&frob=1", "api_key=00fffrob1")]
    [InlineData("api_key=00ff&frob=1", "api_key=00ff&fro=b1")]
    [InlineData("auth_token=1&extra=pref", "auth_token=1e&xtra=pref")]
    [InlineData("frob=1&lg=en", "frob=1lgen")]
    [InlineData("perm_blog=write&perm_doc=write", "perm_blog=writeperm_docwrite")]
    [InlineData("extra=prefs", "extra=pref&s=")]
    public void A_forged_reading_is_refused_where_nothing_ends_a_name(string honest, string forged) =>
        AssertForged(ToyScheme.Text, "", honest, forged);

    [Fact]
    public void A_request_with_two_valid_readings_is_refused()
    {
        Assert.Equal(
            MediaPost.Join(Set("callback=f&v=1"), "sig").Text, MediaPost.Join(Set("callback=fv%3D1"), "sig").Text);
        Assert.False(MediaPost.Join(Set("callback=f&v=1"), "sig").IsUnambiguous());
        Assert.True(MediaPost.Join(Set("callback=fv%3D1"), "sig").IsUnambiguous()); // fv=1 is no callback: one reading

        Assert.True(MediaPost.Join(Set("callback=f&method=auth.getSession&v=1"), "sig").IsUnambiguous());
    }

    /// <summary>Such a request is refused like the others, and the overlong parameter is named.</summary>
    [Theory]
    [InlineData("auth_token=00112233445566778899aabbccddeeff001122f", "auth_token")]
    [InlineData("auth_token=00112233445566778899aabbccddeeff001122 &uid=1", "auth_token")]
    [InlineData("uid=1a&uids=1,2", "uid")]
    [InlineData("uid=1a&uids=1,2a", "uid")]
    [InlineData("auth_token=00112233445566778899aabbccddeeff001122f&x=1uid%3D", null)]
    [InlineData("auth_token=00112233445566778899aabbccddeeff001122f&uid=1&x=", "auth_token")]
    [InlineData("auth_token=00112233445566778899aabbccddeeff001122f&uid=&x=1", "auth_token")]
    [InlineData("auth_token=00112233445566778899aabbccddeeff00112&b=&uid=1a", null)]
    [InlineData("auth_token=00112233445566778899aabbccddeeff00112&b=", null)]
    [InlineData("auth_token=00112233445566778899aabbccddeeff001122f\n", "auth_token")]
    [InlineData("auth_token=\t00112233445566778899aabbccddeeff001122&uid=1", "auth_token")]
    [InlineData("auth_token=00112233445566778899aabbccddeeff001122&x=1\n", null)]
    [InlineData("auth_token=00112233445566778899aabbccddeeff001122&x\n=1", null)]
    public void An_overlong_value_is_named_if_everything_else_is_valid(string pairs, string? name)
    {
        var joined = MediaPost.Join(Set(pairs), "sig");

        Assert.False(joined.IsUnambiguous());
        Assert.Equal(name, joined.Overlong());
    }

    [Theory]
    [InlineData("note=a\0b")]
    [InlineData("note=a\nb")]
    [InlineData("note=a\u007Fb")]
    [InlineData("no\rte=ab")]
    public void Control_characters_are_refused_in_names_and_values(string pair) =>
        Assert.False(MediaPost.Join(Set(pair), "sig").IsUnambiguous());

    [Fact]
    public void A_known_name_that_overlaps_itself_is_found_at_every_position()
    {
        var scheme = new SignatureBaseString(
            "", new Dictionary<string, ValueGrammar?>(StringComparer.Ordinal) { ["aa"] = null });

        Assert.True(scheme.Join([new("aa", "b")], "sig").IsUnambiguous());
        Assert.False(scheme.Join([new("aa", "a")], "sig").IsUnambiguous());
        Assert.False(scheme.Join([new("Za", "a")], "sig").IsUnambiguous());
    }

    [Fact]
    public void Of_two_known_names_with_a_common_prefix_only_one_can_start_at_a_position()
    {
        var scheme = new SignatureBaseString(
            "", new Dictionary<string, ValueGrammar?>(StringComparer.Ordinal) { ["perm"] = null, ["perm_doc"] = null });

        Assert.False(scheme.Join([new("perm", "_docread")], "sig").IsUnambiguous());
        Assert.False(scheme.Join([new("perm_doc", "read")], "sig").IsUnambiguous());
        Assert.True(scheme.Join([new("perm", "read")], "sig").IsUnambiguous());
    }

    private static void AssertForged(SignatureBaseString scheme, string nameEnd, string honest, string forged)
    {
        Assert.Equal(scheme.Join(Set(honest), "sig").Text, scheme.Join(Set(forged), "sig").Text);
        Assert.Contains(nameEnd, scheme.Join(Set(honest), "sig").Text, StringComparison.Ordinal);
        Assert.True(scheme.Join(Set(honest), "sig").IsUnambiguous());
        Assert.False(scheme.Join(Set(forged), "sig").IsUnambiguous());
    }

    private static IEnumerable<Parameter> Set(string pairs) =>
        pairs.Split('&').Select(pair => pair.Split('=', 2)).Select(pair =>
            new Parameter(
                pair[0],
                pair[1].Replace("%3D", "=", StringComparison.Ordinal).Replace("%26", "&", StringComparison.Ordinal)));
}
