using System.Net;
using Microsoft.AspNetCore.Identity;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Limits;
using TokenAuth.Kernel.Operations;
using TokenAuth.Kernel.Telemetry;
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
    public async Task The_fourth_failure_blocks_a_known_or_unknown_name_for_five_minutes(string login)
    {
        await FailSignInAsync(3, login);
        Assert.Null(await SignInWaitAsync(login));

        await FailSignInAsync(1, login);

        Assert.Equal(TimeSpan.FromSeconds(300), await SignInWaitAsync(login));
        Clock.Advance(TimeSpan.FromSeconds(300) - TimeSpan.FromMilliseconds(1));
        Assert.Equal(TimeSpan.FromMilliseconds(1), await SignInWaitAsync(login));
        Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Null(await SignInWaitAsync(login));
    }

    [Fact]
    public async Task A_block_holds_on_every_node_for_the_name_in_any_case_from_that_address_only()
    {
        await FailSignInAsync(4, "Alice");

        Assert.NotNull(await SignInWaitAsync("aLICE", node: Other));
        Assert.Null(await SignInWaitAsync("Alice", Elsewhere));
        Assert.Null(await SignInWaitAsync("bob_2"));
    }

    [Fact]
    public async Task Failures_on_several_nodes_and_in_several_cases_add_up()
    {
        await FailSignInAsync(2, "Alice");
        await FailSignInAsync(1, "ALICE", node: Other);
        await FailSignInAsync(1, "alice", node: Other);

        Assert.NotNull(await SignInWaitAsync("Alice"));
    }

    [Fact]
    public async Task After_a_block_three_failures_are_free_again()
    {
        await FailSignInAsync(4, "Alice");
        Clock.Advance(TimeSpan.FromSeconds(300));

        await FailSignInAsync(3, "Alice");
        Assert.Null(await SignInWaitAsync("Alice"));

        await FailSignInAsync(1, "Alice");
        Assert.NotNull(await SignInWaitAsync("Alice"));
    }

    [Fact]
    public async Task Failures_expire_after_five_minutes()
    {
        await FailSignInAsync(3, "Alice");
        Clock.Advance(TimeSpan.FromSeconds(300));

        await FailSignInAsync(3, "Alice");

        Assert.Null(await SignInWaitAsync("Alice"));
    }

    [Fact]
    public async Task A_success_clears_the_failures_of_its_own_address_only()
    {
        await FailSignInAsync(3, "Alice");
        await FailSignInAsync(3, "Alice", Elsewhere);

        await SucceedAsync("alice", Home);
        await FailSignInAsync(3, "Alice");
        await FailSignInAsync(1, "Alice", Elsewhere);

        Assert.Null(await SignInWaitAsync("Alice"));
        Assert.NotNull(await SignInWaitAsync("Alice", Elsewhere));
    }

    [Theory]
    [InlineData("Alice")]
    [InlineData("nobody_has_this_name")]
    public async Task Many_failures_from_many_addresses_slow_the_name_down_from_every_address(string login)
    {
        for (var i = 0; i < 30; i++)
            await FailSignInAsync(1, login, IPAddress.Parse($"198.51.100.{i}"));
        Assert.Null(await SignInWaitAsync(login));

        // Within that hour, each further failure costs a minute.
        for (var i = 30; i < 33; i++)
        {
            await FailSignInAsync(1, login, IPAddress.Parse($"198.51.100.{i}"));

            Assert.Equal(TimeSpan.FromSeconds(60), await SignInWaitAsync(login));
            Assert.NotNull(await SignInWaitAsync(login.ToUpperInvariant(), Elsewhere, Other));
            Clock.Advance(TimeSpan.FromSeconds(60));
            Assert.Null(await SignInWaitAsync(login));
        }
    }

    [Fact]
    public async Task Twenty_names_from_one_address_are_free_and_each_further_name_costs_the_address_a_minute()
    {
        for (var i = 0; i < 20; i++)
            await FailSignInAsync(1, $"name_{i}");
        Assert.Null(await SignInWaitAsync("Alice"));

        for (var i = 20; i < 23; i++)
        {
            await FailSignInAsync(1, $"name_{i}");

            Assert.Equal(TimeSpan.FromSeconds(60), await SignInWaitAsync("Alice", node: Other));
            Assert.Null(await SignInWaitAsync("Alice", Elsewhere));
            Clock.Advance(TimeSpan.FromSeconds(60));
            Assert.Null(await SignInWaitAsync("Alice"));
        }
    }

    [Fact]
    public async Task A_name_counts_once_for_many_failures_and_not_at_all_if_it_succeeds_in_the_end()
    {
        for (var i = 0; i < 30; i++)
        {
            await FailSignInAsync(3, "one_member");
            await FailSignInAsync(2, "Alice");
            await SucceedAsync("Alice", Home);
        }

        for (var i = 0; i < 19; i++)
            await FailSignInAsync(1, $"name_{i}");
        Assert.Null(await SignInWaitAsync("Alice"));
        await FailSignInAsync(1, "one_more");
        Assert.Equal(FaultKind.AddressThrottled, (await JudgeAsync("newcomer")).Refusal?.Kind);
    }

    [Fact]
    public async Task A_name_that_signed_in_from_an_address_escapes_the_slowdown_there_for_thirty_days()
    {
        await SucceedAsync("Alice", Home);
        Clock.Advance(TimeSpan.FromDays(30) - TimeSpan.FromMilliseconds(1));
        await SprayAsync();

        Assert.Null(await SignInWaitAsync("ALICE", node: Other));
        Assert.NotNull(await SignInWaitAsync("bob_2"));
        Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.NotNull(await SignInWaitAsync("Alice"));
    }

    [Fact]
    public async Task The_eleventh_wrong_code_blocks_codes_for_an_hour_from_everywhere_and_no_passwords()
    {
        SignInCaller Caller(int i) => new(IPAddress.Parse($"203.0.113.{i}"), "browser") { Kind = SignInKind.Code };
        for (var i = 0; i < 11; i++)
        {
            var standing = await Node.Throttle.EvaluateAsync("Alice", Fixture.Alice.Id, Caller(i), default);
            Assert.Null(standing.Refusal);
            await Node.Throttle.FailedAsync(standing);
        }

        var refused = await Other.Throttle.EvaluateAsync("Alice", Fixture.Alice.Id, Caller(99), default);
        Assert.Equal(
            (FaultKind.SignInThrottled, TimeSpan.FromHours(1)), (refused.Refusal?.Kind, refused.Refusal?.RetryAfter));
        Assert.Null((await Node.Throttle.EvaluateAsync(
            "Alice", Fixture.Alice.Id, Caller(99) with { Kind = SignInKind.Page }, default)).Refusal);
    }

    [Fact]
    public async Task Programs_and_pages_are_counted_separately()
    {
        await FailSignInAsync(4, "Alice");
        await SprayAsync();

        Assert.NotNull(await SignInWaitAsync("Alice"));
        Assert.Null(
            (await Node.Throttle.EvaluateAsync("Alice", Fixture.Alice.Id, new SignInCaller(Home, "browser"), default))
                .Refusal);
    }

    [Fact]
    public async Task A_callers_urgency_depends_on_its_history()
    {
        Assert.Equal(Urgency.Ordinary, (await JudgeAsync("Alice")).Urgency);
        await FailSignInAsync(1, "somebody");
        Assert.Equal(Urgency.Suspect, (await JudgeAsync("Alice")).Urgency);
        await SucceedAsync("Alice", Home);
        Assert.Equal(Urgency.Trusted, (await JudgeAsync("Alice")).Urgency);
        Assert.Equal(Urgency.Suspect, (await JudgeAsync("bob_2")).Urgency);
        Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(Urgency.Ordinary, (await JudgeAsync("bob_2")).Urgency);
    }

    [Fact]
    public async Task No_simultaneous_failure_is_lost()
    {
        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(() =>
            FailSignInAsync(1, "Alice", IPAddress.Parse($"198.51.100.{i % 20}"), i % 2 == 0 ? Node : Other))));

        Assert.NotNull(await SignInWaitAsync("Alice"));
        Assert.Equal(20 + 20 + 1, await Node.CountAsync("throttles"));
    }

    [Fact]
    public async Task A_typed_name_is_not_stored_and_its_rows_are_swept_when_they_expire()
    {
        await FailSignInAsync(1, "hunter2");

        Assert.Equal(0, await Node.Get<ExpirySweep>().SweepAsync(default));
        Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(3, await Node.Get<ExpirySweep>().SweepAsync(default));
    }

    [Fact]
    public async Task A_guess_counts_even_if_the_caller_closes_the_connection_during_the_check()
    {
        for (var i = 0; i < 4; i++)
        {
            using var leaving = new CancellationTokenSource();
            var check = new PasswordCheck(
                Node.Get<AccountDirectory>(), Node.Throttle, Node.Get<PasswordWork>(), Node.Get<SecurityLog>(),
                new LeavingHasher(leaving), Node.Get<Metrics>());
            var outcome = await check.CheckAsync("Alice", "guess", new SignInCaller(Home, "dreamwidth"), leaving.Token);
            Assert.False(outcome.Succeeded(out _, out var fault));
            Assert.Equal(FaultKind.CredentialsWrong, fault.Kind);
        }

        Assert.NotNull(await SignInWaitAsync("Alice"));
    }

    /// <summary>Rejects every password, and cancels the caller during the check.</summary>
    private sealed class LeavingHasher(CancellationTokenSource leaving) : IPasswordHasher<Account>
    {
        public string HashPassword(Account user, string password) => "";

        public PasswordVerificationResult VerifyHashedPassword(
            Account user, string hashedPassword, string providedPassword)
        {
            leaving.Cancel();
            return PasswordVerificationResult.Failed;
        }
    }

    [Fact]
    public async Task Trust_in_a_network_and_a_browser_ends_when_the_stamp_changes()
    {
        var device = new KnownDevice(Fixture.Alice.Id, "device", KnownDevice.TagOf("old password"));
        var browser = new SignInCaller(Elsewhere, "browser", device);
        var program = new SignInCaller(Home, "dreamwidth");
        await Node.Throttle.SucceededAsync(await EvaluateAsync(program, "old password"));

        Assert.Equal(Urgency.Trusted, (await EvaluateAsync(program, "old password")).Urgency);
        Assert.True((await EvaluateAsync(browser, "old password")).IsByDevice);
        Assert.Equal(Urgency.Ordinary, (await EvaluateAsync(program, "new password")).Urgency);
        Assert.False((await EvaluateAsync(browser, "new password")).IsByDevice);
    }

    private ValueTask<SignInStanding> EvaluateAsync(SignInCaller caller, string stamp) =>
        Node.Throttle.EvaluateAsync("Alice", Fixture.Alice.Id, caller, default, stamp);

    [Fact]
    public async Task One_network_alone_does_not_lock_the_owner_out_elsewhere()
    {
        for (var minutes = 0; minutes < 65; minutes += 5)
        {
            await FailSignInAsync(4, "Alice");
            Assert.Null(await SignInWaitAsync("Alice", Elsewhere));
            Clock.Advance(TimeSpan.FromMinutes(5));
        }
    }

    private async Task SprayAsync()
    {
        for (var i = 0; i < 21; i++)
            await FailSignInAsync(1, $"name_{i}");
    }

    private async Task SucceedAsync(string login, IPAddress from) =>
        await Node.Throttle.SucceededAsync(
            await Node.Throttle.EvaluateAsync(login, null, new SignInCaller(from, "dreamwidth"), default));

    private ValueTask<SignInStanding> JudgeAsync(string login) =>
        Node.Throttle.EvaluateAsync(login, null, new SignInCaller(Home, "dreamwidth"), default);
}
