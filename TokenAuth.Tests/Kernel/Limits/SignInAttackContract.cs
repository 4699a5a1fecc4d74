using System.Net;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Limits;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Kernel.Storage;

namespace TokenAuth.Tests.Kernel.Limits;

/// <summary>
/// The attacks of docs/sign-in-limits.md, run against the kernel. Only the owner uses the right password.
/// </summary>
public abstract class SignInAttackContract<TEngine> : StoreContract<TEngine>
    where TEngine : StoreEngine, new()
{
    private const string Page = "browser";
    private const string Program = "dreamwidth";

    private static readonly IPAddress Abroad = IPAddress.Parse("203.0.113.200");

    [Fact]
    public async Task A_64_bit_network_gets_four_guesses_and_locks_no_other_caller_out()
    {
        var outcomes = new List<FaultKind?>();
        for (var i = 1; i <= 100; i++)
            outcomes.Add(await GuessAsync("alice", IPAddress.Parse($"2001:db8:0:1::{i:x}")));

        Assert.Equal(4, outcomes.Count(outcome => outcome == FaultKind.CredentialsWrong));
        Assert.Equal(96, outcomes.Count(outcome => outcome == FaultKind.SignInThrottled));
        Assert.Null(await SignInAsync(Abroad));
    }

    [Fact]
    public async Task Guesses_from_many_addresses_do_not_lock_the_owner_out_of_a_known_network_or_browser()
    {
        var laptop = new KnownDevice(Fixture.Alice.Id, "laptop");
        Assert.Null(await SignInAsync(Home));
        Clock.Advance(TimeSpan.FromDays(7));

        for (var minute = 0; minute < 180; minute++)
        {
            for (var i = 0; i < 3; i++)
                await GuessAsync("alice", IPAddress.Parse($"198.51.{minute}.{i}"));
            if (minute is > 30 and < 59)
            {
                Assert.Null(await SignInAsync(Home));
                Assert.Null(await SignInAsync(Abroad, Page, laptop));
                Assert.Equal(FaultKind.SignInThrottled, await SignInAsync(IPAddress.Parse("203.0.113.201")));
            }

            Clock.Advance(TimeSpan.FromMinutes(1));
        }

        // 30 an hour, and then one a minute for the rest of the hour.
        Assert.InRange(await FailuresAsync(Fixture.Alice.Id), 150, 3 * 90);
    }

    [Fact]
    public async Task Guesses_at_many_names_from_one_address_stop_after_twenty_one()
    {
        var outcomes = new List<FaultKind?>();
        for (var i = 0; i < 60; i++)
        {
            outcomes.Add(await GuessAsync($"name_{i}", Home));
            Clock.Advance(TimeSpan.FromMilliseconds(100));
        }

        Assert.Equal(21, outcomes.Count(outcome => outcome == FaultKind.CredentialsWrong));
        Assert.Equal(39, outcomes.Count(outcome => outcome == FaultKind.AddressThrottled));
        Assert.Null(await SignInAsync(Abroad));
    }

    [Fact]
    public async Task Guesses_at_many_names_from_one_48_bit_site_stop_after_a_hundred_and_one()
    {
        var outcomes = new List<FaultKind?>();
        for (var i = 0; i < 150; i++)
            outcomes.Add(await GuessAsync($"name_{i}", IPAddress.Parse($"2001:db8:1:{i:x}::1")));

        Assert.Equal(101, outcomes.Count(outcome => outcome == FaultKind.CredentialsWrong));
        Assert.Equal(FaultKind.AddressThrottled, outcomes[^1]);
        Assert.Null(await SignInAsync(IPAddress.Parse("2001:db8:2::1")));
    }

    [Fact]
    public async Task One_members_typing_errors_do_not_block_a_providers_proxy()
    {
        for (var attempt = 0; attempt < 200; attempt++)
        {
            await GuessAsync("bob_2", Home);
            Clock.Advance(TimeSpan.FromSeconds(20));
        }

        Assert.Null(await SignInAsync(Home));
    }

    [Fact]
    public async Task Spraying_from_a_providers_proxy_does_not_block_members_who_have_signed_in_there()
    {
        Assert.Null(await SignInAsync(Home));
        for (var i = 0; i < 60; i++)
            await GuessAsync($"name_{i}", Home);

        Assert.Null(await SignInAsync(Home));
        Assert.Equal(FaultKind.AddressThrottled, await GuessAsync("bob_2", Home));
    }

    [Fact]
    public async Task A_stolen_device_cookie_allows_ten_guesses_an_hour_against_its_own_account_only()
    {
        var stolen = new KnownDevice(Fixture.Alice.Id, "stolen");
        var outcomes = new List<FaultKind?>();
        for (var i = 0; i < 60; i++)
        {
            outcomes.Add(await GuessAsync("alice", Abroad, Page, stolen));
            Clock.Advance(TimeSpan.FromSeconds(1));
        }

        // Ten, the one over the limit, and the four that any caller has.
        Assert.Equal(15, outcomes.Count(outcome => outcome == FaultKind.CredentialsWrong));
        Assert.Equal(FaultKind.SignInThrottled, outcomes[^1]);
        Assert.Equal(FaultKind.SignInThrottled, await SignInAsync(Abroad, Page, stolen));
        Assert.Null(await SignInAsync(Abroad, Page, new KnownDevice(Fixture.Alice.Id, "the owner's own")));
        Assert.Null(await SignInAsync(Home));

        // It has no effect for another account.
        var others = new List<FaultKind?>();
        for (var i = 0; i < 10; i++)
            others.Add(await GuessAsync("bob_2", Abroad, Page, stolen));
        Assert.Equal(4, others.Count(outcome => outcome == FaultKind.CredentialsWrong));

        // The budget is renewed after an hour.
        Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(FaultKind.CredentialsWrong, await GuessAsync("alice", Abroad, Page, stolen));
    }

    [Fact]
    public async Task An_owner_without_the_device_cookie_waits_at_most_a_minute_after_the_last_guess()
    {
        for (var i = 0; i < 40; i++)
            await GuessAsync("alice", IPAddress.Parse($"198.51.100.{i}"));

        Assert.Equal(FaultKind.SignInThrottled, await SignInAsync(Abroad));
        Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(await SignInAsync(Abroad));
    }

    [Fact]
    public async Task A_backup_program_with_an_old_key_blocks_neither_the_page_nor_a_valid_key()
    {
        var keys = Node.Get<AccountKeys>();
        var old = await keys.AddAsync(Fixture.Alice.Id, "old", null, default);
        await keys.RevokeAsync(
            Fixture.Alice.Id, (await keys.ListAsync(Fixture.Alice.Id, default))[0].Id, null, default);
        var right = await keys.AddAsync(Fixture.Alice.Id, "right", null, default);
        var outcomes = new List<FaultKind?>();

        for (var minute = 0; minute < 8 * 60; minute++)
        {
            outcomes.Add(await ProgramAsync(old));
            outcomes.Add(await ResponseAsync());
            if (minute % 60 == 59)
                Assert.Null(await ProgramAsync(right));
            Clock.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Null(await SignInAsync(Home));
        Assert.Null(await ProgramAsync(right));
        Assert.All(
            outcomes, outcome => Assert.True(outcome is FaultKind.CredentialsWrong or FaultKind.SignInThrottled));
        Assert.InRange(outcomes.Count(outcome => outcome == FaultKind.SignInThrottled), 1, outcomes.Count - 1);
    }

    [Fact]
    public async Task Failures_on_the_page_do_not_block_programs()
    {
        for (var i = 0; i < 5; i++)
            await GuessAsync("alice", Home);

        Assert.Equal(FaultKind.SignInThrottled, await SignInAsync(Home));
        Assert.Null(await ProgramAsync(StoreFixture.Password));
    }

    [Fact]
    public async Task Counts_hold_on_other_nodes_and_after_a_restart()
    {
        for (var i = 0; i < 4; i++)
            await GuessAsync("alice", Home);

        var later = Engine.OpenNode();
        foreach (var node in new[] { Other, later })
        {
            var check = await node.Get<PasswordCheck>().CheckAsync(
                "ALICE", StoreFixture.Password, new SignInCaller(Home, Page), default);
            Assert.Equal(
                (FaultKind.SignInThrottled, TimeSpan.FromMinutes(5)), (check.Fault?.Kind, check.Fault?.RetryAfter));
        }
    }

    private async Task<FaultKind?> GuessAsync(
        string login, IPAddress from, string dialect = Page, params KnownDevice[] devices) =>
        (await Node.Get<PasswordCheck>().CheckAsync(login, "guess", new SignInCaller(from, dialect, devices), default))
            .Fault?.Kind;

    private async Task<FaultKind?> SignInAsync(IPAddress from, string dialect = Page, params KnownDevice[] devices) =>
        (await Other.Get<PasswordCheck>().CheckAsync(
            "alice", StoreFixture.Password, new SignInCaller(from, dialect, devices), default)).Fault?.Kind;

    /// <summary>A program at the owner's home that sends this secret as the password.</summary>
    private async Task<FaultKind?> ProgramAsync(string secret) => (await Node.Get<ProgramSignIn>().CheckAsync(
        (await Node.Get<AccountDirectory>().FindAsync("alice", default))!, secret, new SignInCaller(Home, Program),
        default)).Fault?.Kind;

    /// <summary>Another program that answers a challenge with the old key.</summary>
    private async Task<FaultKind?> ResponseAsync() => (await Node.Get<ProgramSignIn>().RefuseKeyAsync(
        (await Node.Get<AccountDirectory>().FindAsync("alice", default))!, new SignInCaller(Home, Program),
        default)).Kind;

    private async Task<long> FailuresAsync(long account) =>
        (await Node.Get<SecurityEvents>().ListAsync(account, since: null, before: null, limit: 10_000, default))
        .Where(happened => happened.Kind == "sign_in_failed").Sum(happened => happened.Count);
}
