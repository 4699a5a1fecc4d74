namespace TokenAuth.Tests.Dreamwidth;

/// <summary>Signing in with the cookie of an earlier session, as the scripts of web pages do.</summary>
public sealed class CookieSignInTests(DreamwidthWorld shared) : IClassFixture<DreamwidthWorld>
{
    [Fact]
    public async Task A_session_opens_further_sessions_with_their_own_numbers()
    {
        var first = await shared.Client.SessionAsync(DreamwidthWorld.Bob);

        var answer = await AskAsync("bob_2", first);

        Assert.Null(answer.Code);
        Assert.NotEqual(first, answer["ljsession"], StringComparer.Ordinal);
        Assert.Equal("bob_2", await shared.Client.VerifyAsync("ljsession=" + answer["ljsession"]));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Cookie")]
    [InlineData("cookies")]
    [InlineData("1")]
    public async Task The_header_must_match_exactly(string? header) =>
        Assert.Equal(
            "101", (await AskAsync("alice", await shared.Client.SessionAsync(DreamwidthWorld.Alice), header)).Code);

    [Theory]
    [InlineData("Alice")]
    [InlineData("alice ")]
    [InlineData("ALICE")]
    [InlineData("bob_2")]
    public async Task The_username_must_match_the_cookies_byte_for_byte(string username) =>
        Assert.Equal("101", (await AskAsync(username, await shared.Client.SessionAsync(DreamwidthWorld.Alice))).Code);

    [Fact]
    public async Task A_dash_instead_of_an_underscore_is_refused() =>
        Assert.Equal("101", (await AskAsync("bob-2", await shared.Client.SessionAsync(DreamwidthWorld.Bob))).Code);

    [Fact]
    public async Task A_person_whose_name_has_capitals_sends_it_in_lower_case() =>
        Assert.Null((await AskAsync("alice", await shared.Client.SessionAsync(DreamwidthWorld.Alice))).Code);

    [Fact]
    public async Task A_password_does_not_help_without_a_valid_cookie()
    {
        var session = await shared.Client.SessionAsync(DreamwidthWorld.Alice);

        Assert.Equal("101", (await AskAsync("alice", null)).Code);
        Assert.Equal("101", (await AskAsync("alice", session[..^1])).Code);
        Assert.Equal("101", (await shared.Client.AskAsync(
            shared.Client.Call("login", [.. DreamwidthWorld.Alice, ("auth_method", "cookie")]).With(
                "X-LJ-Auth", "cookie"))).Code);
    }

    [Fact]
    public async Task A_session_ends_itself_together_with_all_others()
    {
        await using var own = await DreamwidthWorld.StartAsync();
        var session = await own.Client.SessionAsync(DreamwidthWorld.Alice);
        HttpRequestMessage Call() => own.Client.Call(
            "sessionexpire", ("username", "alice"), ("auth_method", "cookie"), ("expireall", "1"))
            .With("X-LJ-Auth", "cookie").With("Cookie", "ljsession=" + session);

        Assert.Null((await own.Client.AskAsync(Call())).Code);
        Assert.Equal("101", (await own.Client.AskAsync(Call())).Code);
    }

    [Fact]
    public async Task The_flat_endpoint_accepts_the_cookie_too()
    {
        var request = shared.Client.Flat("sessiongenerate", ("user", "alice"), ("auth_method", "cookie"))
            .With("X-LJ-Auth", "cookie").With(
                "Cookie", "ljsession=" + await shared.Client.SessionAsync(DreamwidthWorld.Alice));

        Assert.StartsWith(
            "ljsession\nws:alice:", (await shared.Client.AskAsync(request)).Body, StringComparison.Ordinal);
    }

    private Task<DreamwidthAnswer> AskAsync(string username, string? session, string? header = "cookie") =>
        shared.Client.AskAsync(
            shared.Client.Call("sessiongenerate", ("username", username), ("auth_method", "cookie"))
                .With("X-LJ-Auth", header).With("Cookie", session is null ? null : "ljsession=" + session));
}
