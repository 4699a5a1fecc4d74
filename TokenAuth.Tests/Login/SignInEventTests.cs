using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Events;
using TokenAuth.Tests.Dreamwidth;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.PeopleAggregator;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Login;

/// <summary>
/// The events that the security event log records for failed sign-ins, at every endpoint that accepts a person's
/// secret.
/// </summary>
public sealed class SignInEventTests : IAsyncLifetime
{
    private const string From = "2001:db8:0:1::7";

    private DreamwidthWorld _own = null!;

    public async ValueTask InitializeAsync() => _own = await DreamwidthWorld.StartAsync(FormBrowser.TrustedProxy);

    public ValueTask DisposeAsync() => _own.DisposeAsync();

    public static TheoryData<string, string, string> Endpoints => new()
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
    [MemberData(nameof(Endpoints))]
    public async Task Failures_and_refusals_are_recorded_as_different_events(
        string endpoint, string dialect, string detail)
    {
        using var visitor = new FormBrowser(_own.World.Server.Http, from: From);
        if (endpoint == "password page")
            await visitor.SignInAsync("alice");
        var free = endpoint == "password page" ? 15 : 4;
        for (var i = 0; i < free + 2; i++)
            await FailAsync(endpoint, visitor, "alice");

        var events = (await EventsAsync()).Where(
            happened => happened.Kind.StartsWith("sign_in_", StringComparison.Ordinal)).ToList();
        Assert.Equal(
            [("sign_in_failed", free, From, detail), ("sign_in_throttled", 2, "2001:db8::", null)],
            events.GroupBy(happened => (happened.Kind, happened.Address, happened.Detail)).OrderBy(
                group => group.Key.Kind, StringComparer.Ordinal)
                .Select(group => (group.Key.Kind, (int)group.Sum(
                    happened => happened.Count), group.Key.Address, group.Key.Detail)));
        Assert.All(events, happened => Assert.Equal(("Alice", dialect), (happened.Login, happened.Dialect)));
    }

    [Theory]
    [InlineData("page", "browser")]
    [InlineData("clear", "dreamwidth")]
    [InlineData("people", "peopleaggregator")]
    public async Task The_events_of_an_unknown_name_do_not_contain_it(string endpoint, string dialect)
    {
        using var visitor = new FormBrowser(_own.World.Server.Http, from: From);
        for (var i = 0; i < 5; i++)
            await FailAsync(endpoint, visitor, "hunter2_typed_here");

        var events = (await EventsAsync()).Where(
            happened => happened.Kind.StartsWith("sign_in_", StringComparison.Ordinal)).ToList();
        Assert.Equal(
            ["sign_in_failed", "sign_in_throttled"],
            events.Select(happened => happened.Kind).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
            StringComparer.Ordinal);
        Assert.All(events, happened => Assert.Equal((null, dialect), (happened.Uid, happened.Dialect)));
        Assert.False(await _own.World.Server.KeepsAsync("hunter2_typed_here"));
        Assert.DoesNotContain(
            _own.World.Server.Log.Lines,
            line => line.Contains("Security event", StringComparison.Ordinal)
                && line.Contains("hunter2", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("page", "Suspended")]
    [InlineData("clear", "Locked")]
    [InlineData("key", "Suspended")]
    [InlineData("people", "Suspended")]
    public async Task A_closed_accounts_event_names_its_state_when_the_secret_is_right(string endpoint, string state)
    {
        await _own.SetStateAsync(_own.World.Alice, Enum.Parse<AccountState>(state));
        using var visitor = new FormBrowser(_own.World.Server.Http, from: From);

        await FailAsync(endpoint, visitor, "alice", endpoint == "key" ? _own.Key : TestWorld.Password);

        var failed = Assert.Single(await EventsAsync(), happened => happened.Kind == "sign_in_failed");
        Assert.Equal(
            ("Alice", From, state.ToLowerInvariant(), 1), (failed.Login, failed.Address, failed.Detail, failed.Count));
    }

    [Fact]
    public async Task A_caller_who_tries_many_names_leaves_one_event_without_an_account()
    {
        using var visitor = new FormBrowser(_own.World.Server.Http, from: From);
        for (var i = 0; i < 21; i++)
            await FailAsync("people", visitor, i.ToString(CultureInfo.InvariantCulture));
        await FailAsync("people", visitor, "alice");
        await FailAsync("people", visitor, "bob_2");

        var throttled = (await EventsAsync()).Where(happened => happened.Kind == "sign_in_throttled").ToList();
        Assert.Equal((2, null), (throttled.Sum(happened => happened.Count), throttled[0].Uid));
    }

    private async Task FailAsync(string endpoint, FormBrowser visitor, string login, string secret = "guess")
    {
        using var people = new PeopleAggregatorClient(_own.World.Server.Http);
        _ = endpoint switch
        {
            "page" => (object)await visitor.SignInAsync(login, secret),
            "password page" => await visitor.SubmitAsync(
                "/account/password", ("current", secret), ("chosen", "a new and longer password")),
            "people" => await people.AskAsync(
                people.Request(new("login", ("login", login), ("password", secret))).With("X-Forwarded-For", From)),
            "flat" => await _own.Client.AskAsync(
                _own.Client.Flat("login", ("user", login), ("password", secret)).With("X-Forwarded-For", From)),
            "challenge" => await JournalAsync(await _own.AnsweredAsync(login, secret)),
            "hpassword" => await JournalAsync(("username", login), ("hpassword", secret)),
            _ => await JournalAsync(("username", login), ("password", secret)),
        };
    }

    private Task<DreamwidthAnswer> JournalAsync(params (string, string)[] members) =>
        _own.Client.AskAsync(_own.Client.Call("login", members).With("X-Forwarded-For", From));

    private Task<IReadOnlyList<ListedEvent>> EventsAsync() =>
        _own.World.Server.Services.GetRequiredService<SecurityEvents>().ListAsync(
            null, since: null, before: null, limit: 1000, default);
}
