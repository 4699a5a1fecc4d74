using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Events;
using TokenAuth.Tests.Dreamwidth;
using TokenAuth.Tests.PeopleAggregator;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Login;

/// <summary>What the security event log says of sign-ins that fail, through every door that takes a person's secret.</summary>
public sealed class SignInEventTests : IAsyncLifetime
{
    private const string From = "2001:db8:0:1::7";

    private DreamwidthWorld _own = null!;

    public async ValueTask InitializeAsync() => _own = await DreamwidthWorld.StartAsync(Visitor.Believed);

    public ValueTask DisposeAsync() => _own.DisposeAsync();

    public static TheoryData<string, string, string> Doors => new()
    {
        { "page", "browser", "password" },
        { "password page", "browser", "password" },
        { "clear", "dreamwidth", "password" },
        { "hpassword", "dreamwidth", "key" },
        { "challenge", "dreamwidth", "key" },
        { "flat", "dreamwidth", "password" },
        { "people", "peopleaggregator", "password" },
    };

    [Theory]
    [MemberData(nameof(Doors))]
    public async Task Each_failure_is_one_and_refusals_are_told_apart_from_it(string door, string dialect, string detail)
    {
        using var visitor = new Visitor(_own.World.Server, From);
        if (door == "password page")
            await visitor.SignInAsync("alice");
        var free = door == "password page" ? 15 : 4;
        for (var i = 0; i < free + 2; i++)
            await FailAsync(door, visitor, "alice");

        var events = (await EventsAsync()).Where(happened => happened.Kind.StartsWith("sign_in_", StringComparison.Ordinal)).ToList();
        Assert.Equal(
            [("sign_in_failed", free, From, detail), ("sign_in_throttled", 2, "2001:db8::", null)],
            events.GroupBy(happened => (happened.Kind, happened.Address, happened.Detail)).OrderBy(group => group.Key.Kind, StringComparer.Ordinal)
                .Select(group => (group.Key.Kind, (int)group.Sum(happened => happened.Count), group.Key.Address, group.Key.Detail)));
        Assert.All(events, happened => Assert.Equal(("Alice", dialect), (happened.Login, happened.Dialect)));
    }

    [Theory]
    [InlineData("page", "browser")]
    [InlineData("clear", "dreamwidth")]
    [InlineData("people", "peopleaggregator")]
    public async Task A_name_that_nobody_has_is_not_in_it(string door, string dialect)
    {
        using var visitor = new Visitor(_own.World.Server, From);
        for (var i = 0; i < 5; i++)
            await FailAsync(door, visitor, "hunter2_typed_here");

        var events = (await EventsAsync()).Where(happened => happened.Kind.StartsWith("sign_in_", StringComparison.Ordinal)).ToList();
        Assert.Equal(["sign_in_failed", "sign_in_throttled"], events.Select(happened => happened.Kind).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal), StringComparer.Ordinal);
        Assert.All(events, happened => Assert.Equal((null, dialect), (happened.Uid, happened.Dialect)));
        Assert.False(await _own.World.Server.KeepsAsync("hunter2_typed_here"));
        Assert.DoesNotContain(_own.World.Server.Log.Lines, line => line.Contains("Security event", StringComparison.Ordinal) && line.Contains("hunter2", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("page", "Suspended")]
    [InlineData("clear", "Locked")]
    [InlineData("key", "Suspended")]
    [InlineData("people", "Suspended")]
    public async Task An_account_that_is_closed_is_told_by_its_state_once_the_secret_is_right(string door, string state)
    {
        await _own.SetStateAsync(_own.World.Alice, Enum.Parse<AccountState>(state));
        using var visitor = new Visitor(_own.World.Server, From);

        await FailAsync(door, visitor, "alice", door == "key" ? _own.Key : TestWorld.Password);

        var failed = Assert.Single(await EventsAsync(), happened => happened.Kind == "sign_in_failed");
        Assert.Equal(("Alice", From, state.ToLowerInvariant(), 1), (failed.Login, failed.Address, failed.Detail, failed.Count));
    }

    [Fact]
    public async Task Whoever_tries_many_names_leaves_one_event_that_concerns_no_account()
    {
        using var visitor = new Visitor(_own.World.Server, From);
        for (var i = 0; i < 21; i++)
            await FailAsync("people", visitor, i.ToString(CultureInfo.InvariantCulture));
        await FailAsync("people", visitor, "alice");
        await FailAsync("people", visitor, "bob_2");

        var throttled = (await EventsAsync()).Where(happened => happened.Kind == "sign_in_throttled").ToList();
        Assert.Equal((2, null), (throttled.Sum(happened => happened.Count), throttled[0].Uid));
    }

    private async Task FailAsync(string door, Visitor visitor, string login, string secret = "guess")
    {
        using var people = new PeopleAggregatorClient(_own.World.Server.Http);
        _ = door switch
        {
            "page" => (object)await visitor.SignInAsync(login, secret),
            "password page" => await visitor.SubmitAsync("/account/password", ("current", secret), ("chosen", "a new and longer password")),
            "people" => await people.AskAsync(people.Request(new("login", ("login", login), ("password", secret))).With("X-Forwarded-For", From)),
            "flat" => await _own.Client.AskAsync(_own.Client.Flat("login", ("user", login), ("password", secret)).With("X-Forwarded-For", From)),
            "challenge" => await JournalAsync(await _own.AnsweredAsync(login, secret)),
            "hpassword" => await JournalAsync(("username", login), ("hpassword", secret)),
            _ => await JournalAsync(("username", login), ("password", secret)),
        };
    }

    private Task<DreamwidthAnswer> JournalAsync(params (string, string)[] members) =>
        _own.Client.AskAsync(_own.Client.Call("login", members).With("X-Forwarded-For", From));

    private Task<IReadOnlyList<ListedEvent>> EventsAsync() =>
        _own.World.Server.Services.GetRequiredService<SecurityEvents>().ListAsync(null, since: null, before: null, limit: 1000, default);
}
