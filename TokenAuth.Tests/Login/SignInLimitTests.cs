using System.Net;
using TokenAuth.Tests.Dreamwidth;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.PeopleAggregator;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Login;

/// <summary>The attacks of docs/sign-in-limits.md, carried out at the endpoints.</summary>
public sealed class SignInLimitTests : IAsyncLifetime
{
    private const string Home = "192.0.2.1";
    private const string Abroad = "203.0.113.5";

    private DreamwidthWorld _own = null!;

    private TestWorld World => _own.World;

    public async ValueTask InitializeAsync() => _own = await DreamwidthWorld.StartAsync(FormBrowser.TrustedProxy);

    public ValueTask DisposeAsync() => _own.DisposeAsync();

    [Fact]
    public async Task The_page_and_the_header_say_when_to_retry()
    {
        using var guesser = At(Abroad);
        for (var i = 0; i < 4; i++)
            Assert.Equal(
                "The login name or password is wrong.", (await guesser.SignInAsync("alice", "guess")).Alert);
        World.Clock.Advance(TimeSpan.FromMilliseconds(60_500));

        var refused = await guesser.SignInAsync("alice");

        Assert.Equal(
            (
                HttpStatusCode.TooManyRequests,
                TimeSpan.FromSeconds(240),
                "Too many failed attempts. Try again in 4 minutes."),
            (refused.Status, refused.RetryAfter, refused.Alert));
    }

    [Fact]
    public async Task All_addresses_of_a_64_count_as_one_caller()
    {
        for (var i = 1; i <= 4; i++)
        {
            using var guesser = At($"2001:db8:0:1::{i}");
            Assert.Equal(HttpStatusCode.OK, (await guesser.SignInAsync("alice", "guess")).Status);
        }

        using var neighbour = At("2001:db8:0:1:ffff::1");
        using var other = At("2001:db8:0:2::1");
        Assert.Equal(HttpStatusCode.TooManyRequests, (await neighbour.SignInAsync("alice")).Status);
        Assert.True((await other.SignInAsync("alice")).IsRedirect);
    }

    [Fact]
    public async Task Thirty_nine_of_sixty_names_from_one_address_are_refused()
    {
        using var sprayer = At(Abroad);
        var visits = new List<FormPage>();
        for (var i = 0; i < 60; i++)
            visits.Add(await sprayer.SignInAsync($"name_{i}", "guess"));

        Assert.Equal(21, visits.Count(visit => visit.Status == HttpStatusCode.OK));
        Assert.All(visits.Skip(21), visit => Assert.Equal(
            (HttpStatusCode.TooManyRequests, TimeSpan.FromSeconds(60)), (visit.Status, visit.RetryAfter)));
    }

    /// <summary>
    /// A dialect that reveals whether a name exists must not reveal it for every name that one caller tries.
    /// </summary>
    [Fact]
    public async Task A_program_that_tries_many_names_is_refused_before_it_learns_which_names_exist()
    {
        using var people = new PeopleAggregatorClient(World.Server.Http);
        for (var i = 0; i < 21; i++)
            Assert.Equal("user_not_found", await LoginAsync($"name_{i}"));
        Assert.Equal("operation_not_permitted", await LoginAsync("name_22"));
        Assert.Equal("operation_not_permitted", await LoginAsync("bob_2"));
        Assert.Equal("402", (await JournalAsync(("username", "name_23"), ("password", "guess"))).Code);

        async Task<string> LoginAsync(string login) => (await people.AskAsync(
            people.Request(new("login", ("login", login), ("password", "guess"))).With(
                "X-Forwarded-For", Abroad)))["code"];
    }

    [Fact]
    public async Task Guesses_from_many_addresses_do_not_lock_out_the_owners_browser_wherever_it_is()
    {
        using var laptop = At(Home);
        using var stranger = At("203.0.113.77");
        Assert.True((await laptop.SignInAsync("alice")).IsRedirect);
        using var travelling = At(Abroad);
        Assert.True(travelling.Cookies.TryAdd(Device(laptop).Key, Device(laptop).Value));
        for (var i = 0; i < 31; i++)
        {
            using var bot = At($"198.51.100.{i}");
            await bot.SignInAsync("alice", "guess");
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, (await stranger.SignInAsync("alice")).Status);
        Assert.True((await laptop.SignInAsync("alice")).IsRedirect);
        Assert.True((await travelling.SignInAsync("alice")).IsRedirect);
    }

    [Fact]
    public async Task A_guesser_on_the_owners_own_network_does_not_lock_out_the_owners_browser()
    {
        using var laptop = At(Home);
        using var guest = At(Home);
        Assert.True((await laptop.SignInAsync("alice")).IsRedirect);
        for (var i = 0; i < 5; i++)
            await guest.SignInAsync("alice", "guess");

        Assert.Equal(HttpStatusCode.TooManyRequests, (await guest.SignInAsync("alice")).Status);
        Assert.True((await laptop.SignInAsync("alice")).IsRedirect);
    }

    [Fact]
    public async Task A_backup_program_that_fails_all_night_does_not_block_its_owner_from_the_page_that_makes_keys()
    {
        for (var minute = 0; minute < 8 * 60; minute += 5)
        {
            World.Clock.Advance(TimeSpan.FromMinutes(5));
            var codes = new List<string?>();
            for (var i = 0; i < 6; i++)
                codes.Add((await JournalAsync(("username", "alice"), ("password", "an old key"))).Code);
            Assert.Equal(("101", "402"), (codes[0], codes[^1]));
        }

        Assert.Equal("402", (await JournalAsync(DreamwidthWorld.Alice)).Code);
        using var laptop = At(Home);
        Assert.True((await laptop.SignInAsync("alice")).IsRedirect);
        Assert.Equal(HttpStatusCode.OK, (await laptop.GetAsync("/account/keys")).Status);
        var key = await _own.AddKeyAsync(World.Alice);
        Assert.Null((await JournalAsync(("username", "alice"), ("password", key))).Code);
        Assert.Null((await JournalAsync(("username", "alice"), ("hpassword", DreamwidthWorld.Md5(key)))).Code);
        Assert.Null((await JournalAsync(await _own.AnsweredAsync("alice", key))).Code);
    }

    [Fact]
    public async Task A_signed_in_person_can_change_the_password_while_others_guess_but_has_a_limit_too()
    {
        using var laptop = At(Home);
        Assert.True((await laptop.SignInAsync("alice")).IsRedirect);
        for (var i = 0; i < 35; i++)
        {
            using var bot = At($"198.51.100.{i}");
            await bot.SignInAsync("alice", "guess");
        }

        for (var i = 0; i < 15; i++)
            Assert.Equal("The current password is wrong.", (await ChangeAsync("guess")).Alert);
        var refused = await ChangeAsync(TestWorld.Password);
        Assert.Equal(
            (
                HttpStatusCode.TooManyRequests,
                TimeSpan.FromMinutes(5),
                "Too many failed attempts. Try again in 5 minutes."),
            (refused.Status, refused.RetryAfter, refused.Alert));
        World.Clock.Advance(TimeSpan.FromHours(1));
        Assert.True((await ChangeAsync(TestWorld.Password)).IsRedirect);

        Task<FormPage> ChangeAsync(string current) => laptop.SubmitAsync(
            "/account/password", ("current", current), ("chosen", "a new and longer password"));
    }

    [Fact]
    public async Task A_dialects_refusal_says_in_a_header_when_to_retry()
    {
        for (var i = 0; i < 4; i++)
            await JournalAsync(("username", "alice"), ("hpassword", "guess"));

        Assert.Equal("300", (await JournalAsync(DreamwidthWorld.Alice)).Head("Retry-After"));
        Assert.Null((await JournalAsync(DreamwidthWorld.Bob)).Head("Retry-After"));
    }

    internal static KeyValuePair<string, string> Device(FormBrowser visitor) =>
        Assert.Single(visitor.Cookies, cookie => cookie.Key.EndsWith("TokenAuth.Device", StringComparison.Ordinal));

    private FormBrowser At(string address) => new(World.Server.Http, from: address);

    private Task<DreamwidthAnswer> JournalAsync(params (string, string)[] members) =>
        _own.Client.AskAsync(_own.Client.Call("login", members).With(
            "X-Forwarded-For", members is [("username", "name_23"), ..] ? Abroad : Home));
}
