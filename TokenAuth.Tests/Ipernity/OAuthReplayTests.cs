using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Ipernity;

/// <summary>A signed call works once, and the timestamps of calls must not decrease.</summary>
public sealed class OAuthReplayTests : IAsyncLifetime
{
    private IpernityWorld _own = null!;
    private OAuthToken _token = null!;

    private OAuthCall Call => new(_own.World.Gallery, _token, "/api/auth.checkToken");

    public async ValueTask InitializeAsync()
    {
        _own = await IpernityWorld.StartAsync();
        _token = await _own.OAuth.AccessTokenAsync(_own.World, _own.World.Gallery, _own.World.Alice);
    }

    public ValueTask DisposeAsync() => _own.DisposeAsync();

    [Fact]
    public async Task A_copy_is_refused_for_as_long_as_its_timestamp_is_valid()
    {
        var call = With("oauth_nonce", "once");

        Assert.Null(await CodeAsync(call));
        Assert.Equal(133, await CodeAsync(call));
        var late = call with { Parameters = [("oauth_nonce", "once"), ("oauth_timestamp", _own.OAuth.Now.ToString())] };
        _own.World.Clock.Advance(TimeSpan.FromSeconds(600));
        Assert.Equal(133, await CodeAsync(late));
        _own.World.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(132, await CodeAsync(late));
    }

    [Fact]
    public async Task One_of_ten_simultaneous_copies_is_accepted()
    {
        var call = With("oauth_nonce", "once");

        var codes = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => CodeAsync(call)));

        Assert.Single(codes, code => code is null);
        Assert.Equal(9, codes.Count(code => code == 133));
    }

    [Fact]
    public async Task A_copy_is_refused_by_another_node_and_after_a_restart()
    {
        var call = With("oauth_nonce", "once");
        await using (var node = await _own.World.Server.StartBesideAsync())
        {
            Assert.Null(await CodeAsync(call with { SignedUrl = Url(node), Server = node.Http }));
            Assert.Equal(133, await CodeAsync(call));
            Assert.Null(await CodeAsync(With("oauth_nonce", "twice")));
        }

        await using var restarted = await _own.World.Server.StartBesideAsync();
        foreach (var nonce in new[] { "once", "twice" })
            Assert.Equal(133, await CodeAsync(
                With("oauth_nonce", nonce) with { SignedUrl = Url(restarted), Server = restarted.Http }));
        Assert.Null(await CodeAsync(
            With("oauth_nonce", "thrice") with { SignedUrl = Url(restarted), Server = restarted.Http }));
    }

    [Fact]
    public async Task One_of_ten_copies_to_two_nodes_is_accepted()
    {
        await using var node = await _own.World.Server.StartBesideAsync();
        var call = With("oauth_nonce", "once");

        var codes = await Task.WhenAll(Enumerable.Range(0, 10).Select(i =>
            CodeAsync(i % 2 == 0 ? call : call with { SignedUrl = Url(node), Server = node.Http })));

        Assert.Single(codes, code => code is null);
        Assert.Equal(9, codes.Count(code => code == 133));
    }

    [Fact]
    public async Task A_wrongly_signed_call_uses_no_nonce_and_does_not_advance_the_timestamp()
    {
        var ahead = (_own.OAuth.Now + 300).ToString();
        var call = With("oauth_nonce", "once");

        Assert.Equal(105, await CodeAsync(call with { Secret = "guess" }));
        Assert.Equal(105, await CodeAsync(call with { Secret = "guess", Parameters = [("oauth_timestamp", ahead)] }));
        Assert.Null(await CodeAsync(call));
    }

    [Fact]
    public async Task A_nonce_is_unique_for_its_key_token_and_timestamp()
    {
        var second = await _own.OAuth.AccessTokenAsync(_own.World, _own.World.Gallery, _own.World.Bob);
        var other = await _own.OAuth.AccessTokenAsync(_own.World, _own.World.Uploader, _own.World.Bob);
        var call = With("oauth_nonce", "once");

        Assert.Null(await CodeAsync(call));
        Assert.Null(await CodeAsync(call with { Token = second }));
        Assert.Null(await CodeAsync(
            call with { Application = _own.World.Uploader, Secret = _own.World.Uploader.Secret, Token = other }));
        Assert.Null(await CodeAsync(call with
        {
            Parameters = [("oauth_nonce", "once"), ("oauth_timestamp", (_own.OAuth.Now + 1).ToString())],
        }));
        Assert.Null(await CodeAsync(call with { Parameters = [("oauth_nonce", "Once")] }));
        Assert.Equal(133, await CodeAsync(call));
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(-5, null)]
    [InlineData(-6, 134)]
    [InlineData(5, null)]
    public async Task A_timestamp_may_be_at_most_five_seconds_below_the_last_one(int difference, int? code)
    {
        var now = _own.OAuth.Now;
        Assert.Null(await CodeAsync(With("oauth_timestamp", now.ToString())));

        Assert.Equal(code, await CodeAsync(With("oauth_timestamp", (now + difference).ToString())));
        Assert.Null(await CodeAsync(With("oauth_timestamp", now.ToString())));
    }

    [Fact]
    public async Task Each_address_has_its_own_timestamps_for_calls_without_a_token()
    {
        await using var own = await IpernityWorld.StartAsync("--TokenAuth:Proxies=127.0.0.1/32");
        async Task<int?> CodeAsync(string from, int ahead)
        {
            var request = own.OAuth.Request(new OAuthCall(
                own.World.Gallery,
                Token: null,
                "/api/auth.getFrob",
                ("oauth_timestamp", (own.OAuth.Now + ahead).ToString())));
            request.Headers.Add("X-Forwarded-For", from);
            return (await IpernityAnswer.ReadAsync(await own.OAuth.SendAsync(request))).Code;
        }

        Assert.Null(await CodeAsync("192.0.2.1", 300));
        Assert.Null(await CodeAsync("192.0.2.2", 0));
        Assert.Equal(134, await CodeAsync("192.0.2.1", 0));
    }

    [Fact]
    public async Task Each_token_has_its_own_timestamps()
    {
        var second = await _own.OAuth.AccessTokenAsync(_own.World, _own.World.Gallery, _own.World.Bob);
        Assert.Null(await CodeAsync(With("oauth_timestamp", (_own.OAuth.Now + 300).ToString())));

        Assert.Null(await CodeAsync(Call with { Token = second }));
        Assert.Equal(134, await CodeAsync(Call));
    }

    private OAuthCall With(string name, string value) => Call with { Parameters = [(name, value)] };

    private static string Url(LiveServer node) => new Uri(node.Http, "/api/auth.checkToken").AbsoluteUri;

    private async Task<int?> CodeAsync(OAuthCall call) => (await _own.OAuth.AskAsync(call)).Code;
}
