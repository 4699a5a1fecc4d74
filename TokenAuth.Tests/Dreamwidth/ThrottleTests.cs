using Microsoft.Extensions.DependencyInjection;
using TokenAuth.Kernel.Storage;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Dreamwidth;

/// <summary>A caller who guesses is banned for some time, at the address of the guesses.</summary>
public sealed class ThrottleTests : IAsyncLifetime
{
    private const string Elsewhere = "198.51.100.7";

    private static readonly (string, string)[] Wrong = [("username", "alice"), ("password", "guess")];

    private DreamwidthWorld _own = null!;

    public async ValueTask InitializeAsync() =>
        _own = await DreamwidthWorld.StartAsync("--TokenAuth:Proxies=127.0.0.1");

    public ValueTask DisposeAsync() => _own.DisposeAsync();

    [Fact]
    public async Task The_fourth_failure_gets_the_same_answer_and_starts_a_ban()
    {
        for (var failure = 1; failure <= 4; failure++)
            Assert.Equal("101", await CodeAsync(Wrong));

        Assert.Equal("402", await CodeAsync(Wrong));
        Assert.Equal("402", await CodeAsync(DreamwidthWorld.Alice));
        Assert.Equal("402", await CodeAsync(
            [("username", "alice"), ("password", _own.Key[..^1] + (_own.Key[^1] == 'x' ? "y" : "x"))]));
        Assert.Equal("402", await CodeAsync([("username", "ALICE"), ("hpassword", DreamwidthWorld.Md5("guess"))]));
        Assert.Equal("402", await CodeAsync(await _own.AnsweredAsync("alice", "guess")));
        var flat = _own.Client.Flat("login", ("user", "alice"), ("password", TestWorld.Password)).With(
            "X-Forwarded-For", "192.0.2.1");
        Assert.StartsWith(
            "errmsg\nClient error: Your IP address is temporarily banned",
            (await _own.Client.AskAsync(flat)).Body,
            StringComparison.Ordinal);
    }

    /// <summary>A failure is counted after the password was hashed, so the count proves the hashing.</summary>
    [Theory]
    [InlineData("alice", "101")]
    [InlineData("nobody_here", "100")]
    public async Task An_unknown_name_costs_the_same_work(string name, string code)
    {
        Assert.Equal(code, await CodeAsync([("username", name), ("password", "guess")]));

        var counted = await _own.World.Server.Services.GetRequiredService<Store>().ReadAsync(
            connection => connection.FirstAsync(
                "SELECT COUNT(*) FROM throttles WHERE failures = 1", row => row.GetInt64(0)));
        Assert.Equal(3, counted);
    }

    /// <summary>A key cannot be guessed, and another program at the same address may have an old one.</summary>
    [Fact]
    public async Task A_right_key_works_during_a_ban_and_does_not_end_it()
    {
        await BanAsync();

        Assert.Null(await CodeAsync([("username", "alice"), ("password", _own.Key)]));
        Assert.Null(await CodeAsync([("username", "ALICE"), ("hpassword", DreamwidthWorld.Md5(_own.Key))]));
        Assert.Null(await CodeAsync(await _own.AnsweredAsync("alice", _own.Key)));
        Assert.Equal("402", await CodeAsync(DreamwidthWorld.Alice));
    }

    [Fact]
    public async Task Three_failures_start_no_ban()
    {
        for (var failure = 1; failure <= 3; failure++)
            Assert.Equal("101", await CodeAsync(Wrong));

        Assert.Null(await CodeAsync(DreamwidthWorld.Alice));
    }

    [Fact]
    public async Task A_ban_lasts_for_300_seconds_and_further_attempts_do_not_prolong_it()
    {
        await BanAsync();
        _own.World.Clock.Advance(TimeSpan.FromSeconds(299));
        Assert.Equal("402", await CodeAsync(Wrong));
        _own.World.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Null(await CodeAsync(DreamwidthWorld.Alice));
        Assert.Equal("101", await CodeAsync(Wrong));
    }

    [Fact]
    public async Task Failures_expire_after_300_seconds()
    {
        for (var failure = 1; failure <= 3; failure++)
            Assert.Equal("101", await CodeAsync(Wrong));
        _own.World.Clock.Advance(TimeSpan.FromSeconds(300));

        Assert.Equal("101", await CodeAsync(Wrong));
        Assert.Null(await CodeAsync(DreamwidthWorld.Alice));
    }

    [Fact]
    public async Task Other_addresses_and_other_people_are_not_banned()
    {
        await BanAsync();

        Assert.Null(await CodeAsync(DreamwidthWorld.Alice, Elsewhere));
        Assert.Null(await CodeAsync(DreamwidthWorld.Bob));
        Assert.Equal("402", await CodeAsync(DreamwidthWorld.Alice));
    }

    [Fact]
    public async Task Wrong_responses_and_missing_passwords_count_as_wrong_passwords_do()
    {
        Assert.Equal("101", await CodeAsync(await _own.AnsweredAsync("alice", "guess")));
        Assert.Equal("101", await CodeAsync([("username", "alice")]));
        Assert.Equal("101", await CodeAsync([("username", "alice"), ("hpassword", "guess")]));
        Assert.Equal("101", await CodeAsync(await _own.AnsweredAsync("alice", "guess")));

        Assert.Equal("402", await CodeAsync(DreamwidthWorld.Alice));
    }

    [Fact]
    public async Task Bad_challenges_and_bad_cookies_do_not_count()
    {
        var used = await _own.AnsweredAsync("alice", _own.Key);
        Assert.Null(await CodeAsync(used));
        var old = await _own.AnsweredAsync("alice", _own.Key);
        _own.World.Clock.Advance(TimeSpan.FromSeconds(60));
        var replayed = await _own.AnsweredAsync("alice", _own.Key);
        Assert.Null(await CodeAsync(replayed));

        for (var i = 0; i < 6; i++)
        {
            Assert.Equal("105", await CodeAsync(old));
            Assert.Equal("105", await CodeAsync(used));
            Assert.Equal("101", await CodeAsync(replayed));
            Assert.Equal("101", await CodeAsync(DreamwidthWorld.Answered("alice", "c0:1:2:60:a:b", "x")));
            Assert.Equal("101", await CodeAsync([("username", "alice"), ("auth_method", "cookie")]));
            Assert.Equal("101", await CodeAsync([("username", "alice"), ("auth_method", "other")]));
            Assert.Equal("101", await CodeAsync(await _own.AnsweredAsync("bob_2", "no key")));
        }

        Assert.Null(await CodeAsync(DreamwidthWorld.Alice));
        Assert.Null(await CodeAsync(DreamwidthWorld.Bob));
    }

    [Fact]
    public async Task Of_many_wrong_keys_sent_concurrently_four_are_counted()
    {
        (string, string)[] wrong = [("username", "alice"), ("hpassword", DreamwidthWorld.Md5("guess"))];
        var codes = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => Task.Run(() => CodeAsync(wrong))));

        Assert.Equal(4, codes.Count(code => code == "101"));
        Assert.Null(await CodeAsync(DreamwidthWorld.Alice, Elsewhere));
    }

    [Theory]
    [InlineData("challenge")]
    [InlineData("cookie")]
    [InlineData("other")]
    public async Task Leaving_out_the_password_does_not_speed_up_the_guessing_of_names(string method)
    {
        for (var i = 0; i < 21; i++)
            Assert.Equal("100", await CodeAsync([("username", $"nobody_{i}"), ("auth_method", method)]));

        Assert.Equal("402", await CodeAsync([("username", "nobody_21"), ("auth_method", method)]));
        Assert.Equal("402", await CodeAsync([("username", "alice"), ("auth_method", method)]));
        Assert.Equal("402", await CodeAsync([("username", "bob_2"), ("auth_method", method)]));
        Assert.Equal("101", await CodeAsync([("username", "alice"), ("auth_method", method)], Elsewhere));
    }

    [Fact]
    public async Task An_unknown_name_stays_unknown_however_often_it_is_tried()
    {
        for (var i = 0; i < 8; i++)
            Assert.Equal("100", await CodeAsync([("username", "nobody"), ("password", "guess")]));
    }

    [Fact]
    public async Task The_cookie_works_during_a_ban()
    {
        var session = await _own.Client.SessionAsync(DreamwidthWorld.Alice);
        for (var failure = 1; failure <= 4; failure++)
            await _own.Client.AskAsync("login", Wrong);
        Assert.Equal("402", (await _own.Client.AskAsync("login", DreamwidthWorld.Alice)).Code);

        Assert.Null(
            (await _own.Client.AskAsync(_own.Client.Call("login", ("username", "alice"), ("auth_method", "cookie"))
                .With("X-LJ-Auth", "cookie").With("Cookie", "ljsession=" + session))).Code);
    }

    [Fact]
    public async Task Many_failures_from_everywhere_slow_the_account_down()
    {
        for (var i = 0; i < 31; i++)
            Assert.Equal("101", await CodeAsync(Wrong, $"198.51.100.{i}"));

        Assert.Equal("402", await CodeAsync(DreamwidthWorld.Alice));
        _own.World.Clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Null(await CodeAsync(DreamwidthWorld.Alice));
    }

    [Fact]
    public async Task A_ban_applies_on_other_nodes_and_after_a_restart()
    {
        await using var shared = await SharedStore.StartAsync();
        for (var failure = 1; failure <= 3; failure++)
            await shared.World.Client.AskAsync("login", Wrong);

        await using (var node = await shared.NodeAsync())
        {
            using var client = new DreamwidthClient(node);
            Assert.Equal("101", (await client.AskAsync("login", Wrong)).Code);
            Assert.Equal("402", (await shared.World.Client.AskAsync("login", DreamwidthWorld.Alice)).Code);
        }

        await using var restarted = await shared.NodeAsync();
        using var again = new DreamwidthClient(restarted);
        Assert.Equal("402", (await again.AskAsync("login", DreamwidthWorld.Alice)).Code);
        restarted.Clock.Advance(TimeSpan.FromSeconds(300));
        Assert.Null((await again.AskAsync("login", DreamwidthWorld.Alice)).Code);
    }

    private async Task BanAsync()
    {
        for (var failure = 1; failure <= 4; failure++)
            Assert.Equal("101", await CodeAsync(Wrong));
    }

    private async Task<string?> CodeAsync((string, string)[] members, string from = "192.0.2.1") =>
        (await _own.Client.AskAsync(_own.Client.Call("login", members).With("X-Forwarded-For", from))).Code;
}
