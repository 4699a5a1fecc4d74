using System.Net;
using TokenAuth.Kernel.Hosting;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Kernel.Storage;

namespace TokenAuth.Tests.Kernel.Limits;

public abstract class ThrottleContract<TEngine> : StoreContract<TEngine>
    where TEngine : StoreEngine, new()
{
    private static readonly IPAddress Elsewhere = IPAddress.Parse("2001:db8::1");

    [Theory]
    [InlineData("Alice")]
    [InlineData("nobody_has_this_name")]
    [InlineData("not a name: ü\n☃")]
    [InlineData("")]
    public async Task Three_failures_are_free_and_the_next_one_blocks_for_five_minutes_whether_there_is_such_an_account_or_not(string login)
    {
        await FailAsync(3, login);
        Assert.Null(await BlockedUntilAsync(login));

        await FailAsync(1, login);

        Assert.Equal(Clock.GetUtcNow().AddSeconds(300), await BlockedUntilAsync(login));
        Clock.Advance(TimeSpan.FromSeconds(300) - TimeSpan.FromMilliseconds(1));
        Assert.NotNull(await BlockedUntilAsync(login));
        Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Null(await BlockedUntilAsync(login));
    }

    [Fact]
    public async Task A_block_holds_on_every_node_for_the_name_in_any_case_but_for_that_address_only()
    {
        await FailAsync(4, "Alice");

        Assert.NotNull(await Other.Throttle.BlockedUntilAsync("aLICE", Home, default));
        Assert.Null(await Other.Throttle.BlockedUntilAsync("Alice", Elsewhere, default));
        Assert.Null(await Other.Throttle.BlockedUntilAsync("bob_2", Home, default));
    }

    [Fact]
    public async Task Failures_on_different_nodes_and_in_different_cases_add_up()
    {
        await FailAsync(2, "Alice");
        await Other.Throttle.FailedAsync("ALICE", Home, default);
        await Other.Throttle.FailedAsync("alice", Home, default);

        Assert.NotNull(await BlockedUntilAsync("Alice"));
    }

    [Fact]
    public async Task After_a_block_three_failures_are_free_again()
    {
        await FailAsync(4, "Alice");
        Clock.Advance(TimeSpan.FromSeconds(300));

        await FailAsync(3, "Alice");
        Assert.Null(await BlockedUntilAsync("Alice"));

        await FailAsync(1, "Alice");
        Assert.NotNull(await BlockedUntilAsync("Alice"));
    }

    [Fact]
    public async Task Failures_are_forgotten_after_five_minutes()
    {
        await FailAsync(3, "Alice");
        Clock.Advance(TimeSpan.FromSeconds(300));

        await FailAsync(3, "Alice");

        Assert.Null(await BlockedUntilAsync("Alice"));
    }

    [Fact]
    public async Task A_success_forgives_the_failures_from_its_own_address_and_no_others()
    {
        await FailAsync(3, "Alice");
        await FailAsync(3, "Alice", Elsewhere);

        await Node.Throttle.SucceededAsync("alice", Home, default);
        await FailAsync(3, "Alice");
        await FailAsync(1, "Alice", Elsewhere);

        Assert.Null(await BlockedUntilAsync("Alice"));
        Assert.NotNull(await Node.Throttle.BlockedUntilAsync("Alice", Elsewhere, default));
    }

    [Theory]
    [InlineData("Alice")]
    [InlineData("nobody_has_this_name")]
    public async Task Many_failures_from_many_addresses_slow_the_name_down_from_everywhere(string login)
    {
        for (var i = 0; i < 30; i++)
            await FailAsync(1, login, IPAddress.Parse($"198.51.100.{i}"));
        Assert.Null(await BlockedUntilAsync(login));

        await FailAsync(1, login, IPAddress.Parse("198.51.100.30"));

        Assert.Equal(Clock.GetUtcNow().AddSeconds(60), await BlockedUntilAsync(login));
        Assert.NotNull(await Other.Throttle.BlockedUntilAsync(login.ToUpperInvariant(), Elsewhere, default));
        Clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Null(await BlockedUntilAsync(login));
    }

    [Fact]
    public async Task Of_a_crowd_of_failures_at_once_none_is_lost()
    {
        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(() =>
            (i % 2 == 0 ? Node : Other).Throttle.FailedAsync("Alice", IPAddress.Parse($"198.51.100.{i % 20}"), default))));

        Assert.NotNull(await BlockedUntilAsync("Alice"));
        Assert.Equal(21, await Node.CountAsync("throttles"));
    }

    [Fact]
    public async Task What_was_typed_as_a_name_is_not_in_the_store_and_is_swept_when_it_no_longer_counts()
    {
        await FailAsync(1, "hunter2");

        Assert.Equal(0, await Node.Get<ExpirySweep>().SweepAsync(default));
        Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(2, await Node.Get<ExpirySweep>().SweepAsync(default));
    }

    private async Task FailAsync(int times, string login, IPAddress? address = null)
    {
        for (var i = 0; i < times; i++)
            await Node.Throttle.FailedAsync(login, address ?? Home, default);
    }

    private ValueTask<DateTimeOffset?> BlockedUntilAsync(string login) => Node.Throttle.BlockedUntilAsync(login, Home, default);
}
