using System.Net;
using TokenAuth.Kernel.Limits;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Kernel.Limits;

/// <summary>The order of callers, and which are refused. A test ends each turn, so nothing depends on time.</summary>
public sealed class FairQueueTests
{
    private const string Flood = "198.51.100.7";
    private const string Honest = "192.0.2.1";

    private readonly List<(string Name, Task<IDisposable?> Turn)> _callers = [];
    private FairQueue _queue = new(permits: 1);

    [Fact]
    public async Task A_flooding_network_waits_behind_a_newcomer_from_another_network()
    {
        for (var i = 0; i < 100; i++)
            Enter($"flood {i}", Flood);
        Enter("newcomer", Honest);

        Assert.Equal("flood 0, newcomer, flood 1, flood 2", await OrderAsync(4));
    }

    [Fact]
    public async Task One_network_has_at_most_eight_waiting_callers()
    {
        for (var i = 0; i < 100; i++)
            Enter($"{i}", $"2001:db8:0:1::{i:x}");

        Assert.Equal(91, (await RefusedAsync(91)).Count);
        Assert.Equal("0, 1, 2, 3, 4, 5, 6, 7, 8", await OrderAsync(9));
    }

    [Fact]
    public async Task One_48_bit_site_has_at_most_sixteen_waiting_callers()
    {
        for (var i = 0; i < 100; i++)
            Enter($"{i}", $"2001:db8:1:{i:x}::1");

        Assert.Equal(100 - 1 - 16, (await RefusedAsync(83)).Count);
    }

    [Fact]
    public async Task Networks_take_turns_and_each_is_served_in_order()
    {
        foreach (var name in new[] { "a1", "a2", "a3", "b1", "b2", "c1", "a4" })
            Enter(name, $"192.0.2.{(int)name[0]}");

        Assert.Equal("a1, b1, c1, a2, b2, a3, a4", await OrderAsync(7));
    }

    [Fact]
    public async Task A_caller_that_returns_immediately_does_not_jump_the_queue()
    {
        Enter("a1", Flood);
        Enter("b1", Honest);
        Enter("a2", Flood);

        await EndAsync("a1");
        Enter("a3", Flood);

        Assert.Equal("b1, a2, a3", await OrderAsync(3));
    }

    [Fact]
    public async Task Unknown_names_come_last_and_networks_with_failures_before_them()
    {
        Enter("running", Honest);
        Enter("nameless", "192.0.2.2", Urgency.Nameless);
        Enter("ordinary", "192.0.2.4");
        Enter("suspect", "192.0.2.3", Urgency.Suspect);
        Enter("trusted", "192.0.2.5", Urgency.Trusted);

        Assert.Equal("running, trusted, ordinary, suspect, nameless", await OrderAsync(5));
    }

    [Fact]
    public async Task A_flood_of_sign_ups_crowds_out_no_sign_in()
    {
        Enter("running", "192.0.2.9");
        for (var i = 0; i < 80; i++)
            Enter($"sign-up {i}", $"198.51.100.{i % 10}", login: $"SIGN-UP FROM {i % 10}");
        for (var i = 0; i < 8; i++)
            Enter($"stranger {i}", $"203.0.113.{i}", login: $"PERSON_{i}");

        var refused = await RefusedAsync(80 + 8 - FairQueue.MaxWaiting);
        Assert.All(refused, name => Assert.StartsWith("sign-up", name, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_second_turn_goes_to_a_less_urgent_caller()
    {
        Enter("running", "192.0.2.2");
        for (var i = 0; i < 7; i++)
            Enter($"t{i}", Flood, Urgency.Trusted);
        Enter("ordinary", Honest);
        Enter("nameless", Honest, Urgency.Nameless);

        Assert.Equal("running, t0, ordinary, t1, t2, t3, t4, t5, t6, nameless", await OrderAsync(10));
    }

    [Fact]
    public async Task The_second_turn_goes_to_the_less_urgent_caller_that_has_waited_longest()
    {
        Enter("running", "192.0.2.2");
        for (var i = 0; i < 7; i++)
            Enter($"t{i}", Flood, Urgency.Trusted);
        Enter("suspect", "192.0.2.3", Urgency.Suspect);
        Enter("ordinary", Honest);

        Assert.Equal("running, t0, suspect, t1, ordinary, t2, t3, t4, t5, t6", await OrderAsync(10));
    }

    [Fact]
    public async Task A_full_queue_refuses_the_newest_caller_of_the_largest_network()
    {
        Enter("running", Honest);
        Fill(networks: 8, each: 8);
        Enter("newcomer", "192.0.2.2");
        Enter("another", "192.0.2.3");

        Assert.Equal(["7 of 6", "7 of 7"], await RefusedAsync(2));
    }

    [Fact]
    public async Task One_account_has_one_turn_at_a_time_and_eight_slots_from_any_network()
    {
        _queue = new FairQueue(permits: 4);
        for (var i = 0; i < 12; i++)
            Enter($"{i}", $"198.51.100.{i}", Urgency.Trusted, login: "MALLORY");
        Enter("owner", Honest, login: "ALICE");

        Assert.Equal(
            ["0", "owner"], _callers.Where(caller => caller.Turn.IsCompleted).Select(caller => caller.Name),
            StringComparer.Ordinal);
        Assert.Equal(["9", "10", "11"], await RefusedAsync(3));
    }

    [Fact]
    public async Task Trusted_accounts_leave_half_of_the_slots_to_others()
    {
        Enter("running", "192.0.2.9");
        for (var i = 0; i < 80; i++)
            Enter($"trusted {i}", $"198.51.100.{i}", Urgency.Trusted, login: $"MALLORY_{i % 8}");
        for (var i = 0; i < 30; i++)
            Enter($"ordinary {i}", $"203.0.113.{i}");

        var refused = await RefusedAsync(80 + 30 - FairQueue.MaxWaiting);
        Assert.All(refused, name => Assert.StartsWith("trusted", name, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_trusted_caller_gets_a_slot_if_other_accounts_hold_several_each()
    {
        Enter("running", "192.0.2.9");
        for (var i = 0; i < 64; i++)
            Enter($"{i}", $"198.51.100.{i}", Urgency.Trusted, login: $"MALLORY_{i % 8}");
        Enter("owner", Honest, Urgency.Trusted, login: "ALICE");

        Assert.DoesNotContain("owner", await RefusedAsync(1), StringComparer.Ordinal);
    }

    [Fact]
    public async Task A_full_queue_refuses_unknown_names_first()
    {
        Enter("running", Honest);
        Enter("nameless", "192.0.2.9", Urgency.Nameless);
        Fill(networks: 8, each: 8);

        Enter("another nameless", "192.0.2.2", Urgency.Nameless);

        Assert.Equal(["nameless", "another nameless"], await RefusedAsync(2));
    }

    [Fact]
    public async Task A_network_over_its_share_loses_its_least_urgent_caller()
    {
        Enter("running", Honest);
        Enter("nameless", Flood, Urgency.Nameless);
        for (var i = 0; i < 8; i++)
            Enter($"{i}", Flood);

        Assert.Equal(["nameless"], await RefusedAsync(1));
    }

    [Fact]
    public async Task If_every_network_has_one_slot_a_newcomer_is_refused_unless_it_is_trusted()
    {
        Enter("running", Honest);
        Fill(networks: 64, each: 1);
        Enter("newcomer", "192.0.2.2");
        Enter("owner", "192.0.2.3", Urgency.Trusted);

        Assert.Equal(["0 of 63", "newcomer"], await RefusedAsync(2));
    }

    [Fact]
    public async Task A_cancelled_caller_frees_its_slot_and_is_not_served()
    {
        using var away = new CancellationTokenSource();
        Enter("running", Honest);
        var leaver = _queue.EnterAsync(IPAddress.Parse(Flood), name: null, Urgency.Ordinary, away.Token);
        for (var i = 0; i < 7; i++)
            Enter($"{i}", Flood);

        await away.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaver);
        Enter("in its place", Flood);

        Assert.Equal("running, 0, 1, 2, 3, 4, 5, 6, in its place", await OrderAsync(9));
    }

    [Fact]
    public async Task A_caller_that_has_left_before_gets_no_turn()
    {
        using var away = new CancellationTokenSource();
        await away.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => _queue.EnterAsync(IPAddress.Parse(Flood), name: null, Urgency.Ordinary, away.Token));

        Enter("next", Honest);
        Assert.Equal("next", await OrderAsync(1));
    }

    [Fact]
    public async Task A_newcomer_starts_in_the_round_of_the_moment_and_not_in_the_first()
    {
        foreach (var name in new[] { "a1", "a2", "a3", "a4" })
            Enter(name, Flood);
        await EndAsync("a1");
        await EndAsync("a2");

        Enter("b1", Honest);
        Enter("b2", Honest);

        Assert.Equal("a3, b1, a4, b2", await OrderAsync(4));
    }

    [Fact]
    public async Task A_refusal_is_answered_when_the_next_turn_ends_and_cancelling_ends_the_wait()
    {
        using var away = new CancellationTokenSource();
        for (var i = 0; i < 10; i++)
            Enter($"{i}", Flood);
        var leaver = _queue.EnterAsync(IPAddress.Parse(Flood), name: null, Urgency.Ordinary, away.Token);
        Assert.False(_callers[9].Turn.IsCompleted);

        await away.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaver);

        Assert.Equal(["9"], await RefusedAsync(1));
    }

    [Fact]
    public async Task Ending_a_turn_twice_frees_one_slot()
    {
        Enter("first", Honest);
        Enter("second", Honest);
        Enter("third", Honest);
        var turn = (await _callers[0].Turn)!;

        turn.Dispose();
        turn.Dispose();

        Assert.NotNull(await _callers[1].Turn);
        Assert.False(_callers[2].Turn.IsCompleted);
    }

    [Fact]
    public void One_network_has_at_most_half_of_the_turns()
    {
        _queue = new FairQueue(permits: 4);
        for (var i = 0; i < 4; i++)
            Enter($"flood {i}", Flood);
        Enter("newcomer", Honest);

        Assert.Equal(
            ["flood 0", "flood 1", "newcomer"],
            _callers.Where(caller => caller.Turn.IsCompleted).Select(caller => caller.Name), StringComparer.Ordinal);
    }

    private void Enter(string name, string address, Urgency urgency = Urgency.Ordinary, string? login = null) =>
        _callers.Add((name, _queue.EnterAsync(IPAddress.Parse(address), login, urgency, default)));

    private void Fill(int networks, int each)
    {
        for (var place = 0; place < each; place++)
        {
            for (var network = 0; network < networks; network++)
                Enter($"{place} of {network}", $"203.0.113.{network}");
        }
    }

    /// <summary>Ends the current turn, because refusals are answered then.</summary>
    private async Task<List<string>> RefusedAsync(int expected)
    {
        (await _callers[0].Turn)!.Dispose();
        await PublishedServer.UntilAsync(
            () => Task.FromResult(Refused().Count() >= expected), TimeSpan.FromSeconds(30));
        return [.. Refused()];
    }

    private IEnumerable<string> Refused() =>
        _callers.Where(caller => caller.Turn is { IsCompletedSuccessfully: true, Result: null }).Select(
            caller => caller.Name);

    /// <summary>Ends the turns one after another, and lists the callers that had them.</summary>
    private async Task<string> OrderAsync(int turns)
    {
        var order = new List<string>();
        while (order.Count < turns)
        {
            var (name, turn) = _callers[await NextAsync()];
            order.Add(name);
            _callers.RemoveAll(caller => caller.Name == name);
            (await turn)!.Dispose();
        }

        return string.Join(", ", order);
    }

    private async Task EndAsync(string name)
    {
        var place = _callers.FindIndex(caller => caller.Name == name);
        (await _callers[place].Turn)!.Dispose();
        _callers.RemoveAt(place);
    }

    private async Task<int> NextAsync()
    {
        while (true)
        {
            var next = await Task.WhenAny(_callers.Select(caller => caller.Turn));
            if (await next is not null)
                return _callers.FindIndex(caller => caller.Turn == next);
            _callers.RemoveAll(caller => caller.Turn == next);
        }
    }
}
