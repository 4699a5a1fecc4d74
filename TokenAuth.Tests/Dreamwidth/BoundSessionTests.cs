using System.Text.Json;
using TokenAuth.Tests.Introspection;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Dreamwidth;

/// <summary>Sessions that are valid from one address only.</summary>
public sealed class BoundSessionTests(BehindProxy shared) : IClassFixture<BehindProxy>
{
    private readonly DreamwidthWorld _shared = shared.World;

    [Theory]
    [InlineData("ipfixed", "1", "192.0.2.1")]
    [InlineData("bindtoip", "1", "192.0.2.1")]
    [InlineData("ipfixed", "yes", "192.0.2.1")]
    [InlineData("ipfixed", "00", "192.0.2.1")]
    [InlineData("ipfixed", " ", "192.0.2.1")]
    [InlineData("ipfixed", "1", "2001:db8:1234:5678:9abc:def0:1234:5678")]
    [InlineData("bindtoip", "1", "2001:db8::1")]
    public async Task A_bound_session_is_valid_only_from_the_address_that_opened_it(
        string member, string value, string from)
    {
        var cookie = await CookieAsync(from, (member, value));

        Assert.Equal("Alice", await _shared.Client.VerifyAsync(cookie, from));
        foreach (var elsewhere in new[]
        {
            "192.0.2.2", "192.0.2.11", "2001:db8::2", "2001:db8:1234:5678:9abc:def0:1234:5679",
        })
            Assert.Null(await _shared.Client.VerifyAsync(cookie, elsewhere));
        Assert.Null(await _shared.Client.VerifyAsync(cookie));
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("ipfixed", "")]
    [InlineData("ipfixed", "0")]
    [InlineData("bindtoip", "")]
    [InlineData("bindtoip", "0")]
    public async Task A_session_without_a_true_value_is_valid_from_every_address(string? member, string? value)
    {
        var cookie = await CookieAsync("192.0.2.1", member is null ? [] : [(member, value!)]);

        Assert.Equal("Alice", await _shared.Client.VerifyAsync(cookie, "192.0.2.1"));
        Assert.Equal("Alice", await _shared.Client.VerifyAsync(cookie, "2001:db8::2"));
    }

    [Fact]
    public async Task A_session_is_bound_if_either_member_asks_for_it()
    {
        var cookie = await CookieAsync("192.0.2.1", ("ipfixed", "0"), ("bindtoip", "1"));

        Assert.Null(await _shared.Client.VerifyAsync(cookie, "192.0.2.2"));
    }

    [Fact]
    public async Task Spellings_of_the_same_address_are_equivalent()
    {
        var cookie = await CookieAsync("2001:db8::1", ("ipfixed", "1"));
        var mapped = await CookieAsync("::ffff:192.0.2.1", ("ipfixed", "1"));

        Assert.Equal("Alice", await _shared.Client.VerifyAsync(cookie, "2001:0DB8:0:0:0:0:0:1"));
        Assert.Equal("Alice", await _shared.Client.VerifyAsync(mapped, "192.0.2.1"));
    }

    [Fact]
    public async Task A_bound_session_is_refused_at_every_endpoint_from_another_address()
    {
        var cookie = await CookieAsync("192.0.2.1", ("ipfixed", "1"));
        async Task<string?> CodeAsync(string from) => (await _shared.Client.AskAsync(
            _shared.Client.Call("login", ("username", "alice"), ("auth_method", "cookie")).With(
                "X-LJ-Auth", "cookie").With("Cookie", cookie).With("X-Forwarded-For", from))).Code;

        Assert.Null(await CodeAsync("192.0.2.1"));
        Assert.Equal("101", await CodeAsync("192.0.2.2"));
        Assert.Equal(System.Net.HttpStatusCode.Redirect, (await _shared.Client.AskAsync(
            _shared.Client.Get("/export_comments").With("Cookie", cookie).With(
                "X-Forwarded-For", "192.0.2.2"))).Status);
    }

    /// <summary>Otherwise a copied cookie could be exchanged for one that is valid from everywhere.</summary>
    [Theory]
    [InlineData("1")]
    [InlineData("0")]
    public async Task A_session_opened_with_a_cookie_is_bound_if_the_cookies_session_is_bound(string bound)
    {
        var first = await CookieAsync("192.0.2.1", ("ipfixed", bound));
        var answer = await _shared.Client.AskAsync(
            _shared.Client.Call("sessiongenerate", ("username", "alice"), ("auth_method", "cookie"), ("ipfixed", "0"))
                .With("X-LJ-Auth", "cookie").With("Cookie", first).With("X-Forwarded-For", "192.0.2.1"));
        var second = answer["ljsession"]!;

        Assert.Equal("Alice", await _shared.Client.VerifyAsync("ljsession=" + second, "192.0.2.1"));
        Assert.Equal(
            bound == "1" ? null : "Alice", await _shared.Client.VerifyAsync("ljsession=" + second, "192.0.2.2"));
        var world = _shared.World;
        var told = JsonDocument.Parse(await EverySession.IntrospectAsync(world.Server.Http, world.Janitor, second));
        Assert.True(told.RootElement.GetProperty("active").GetBoolean());
        Assert.Equal(
            bound == "1" ? "192.0.2.1" : null,
            told.RootElement.TryGetProperty("bound_ip", out var address) ? address.GetString() : null);
    }

    /// <summary>The flat endpoint and a boolean bind too.</summary>
    [Fact]
    public async Task Each_form_of_the_value_binds_the_session()
    {
        var flat = await _shared.Client.AskAsync(
            _shared.Client.Flat("sessiongenerate", ("user", "alice"), ("password", _shared.Key), ("ipfixed", "1")).With(
                "X-Forwarded-For", "192.0.2.1"));
        var boolean = await _shared.Client.AskAsync(_shared.Client.Xml(DreamwidthClient.Envelope(
            "sessiongenerate", ("username", "alice"), ("password", _shared.Key),
            ("ipfixed", "<boolean>1</boolean>"))).With("X-Forwarded-For", "192.0.2.1"));

        foreach (var answer in new[] { flat, boolean })
        {
            Assert.Equal("Alice", await _shared.Client.VerifyAsync("ljsession=" + answer["ljsession"], "192.0.2.1"));
            Assert.Null(await _shared.Client.VerifyAsync("ljsession=" + answer["ljsession"], "192.0.2.2"));
        }
    }

    private async Task<string> CookieAsync(string from, params (string, string)[] members)
    {
        var answer = await _shared.Client.AskAsync(
            _shared.Client.Call("sessiongenerate", [.. DreamwidthWorld.Alice, .. members]).With(
                "X-Forwarded-For", from));
        return "ljsession=" + answer["ljsession"];
    }
}
