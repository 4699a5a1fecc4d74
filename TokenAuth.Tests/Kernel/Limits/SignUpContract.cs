using System.Net;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Limits;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Kernel.Storage;

namespace TokenAuth.Tests.Kernel.Limits;

/// <summary>Limits on the accounts that people create.</summary>
public abstract class SignUpContract<TEngine> : StoreContract<TEngine>
    where TEngine : StoreEngine, new()
{
    [Fact]
    public async Task One_network_creates_at_most_ten_accounts_an_hour_and_forty_a_day()
    {
        for (var hour = 0; hour < 4; hour++)
        {
            for (var i = 0; i < 10; i++)
                Assert.Null(await TakeAsync(Address(i)));
            Assert.Equal(hour < 3 ? TimeSpan.FromHours(1) : TimeSpan.FromHours(21), await TakeAsync(Address(10)));
            Assert.Null(await TakeAsync("2001:db8:0:2::1"));
            Clock.Advance(TimeSpan.FromHours(1));
        }

        Clock.Advance(TimeSpan.FromHours(20));
        Assert.Null(await TakeAsync(Address(6)));

        static string Address(int i) => $"2001:db8:0:1::{i + 1:x}";
    }

    [Theory]
    [InlineData("carol@example.test", "CAROL@Example.test", "carol+news@example.test")]
    public async Task One_mailbox_gets_at_most_three_accounts_a_day_from_any_network(params string[] spellings)
    {
        for (var i = 0; i < 3; i++)
            Assert.Null(await TakeAsync($"198.51.100.{i}", spellings[i]));

        Assert.All(
            await Task.WhenAll(spellings.Select((spelling, i) => TakeAsync($"203.0.113.{i}", spelling))),
            wait => Assert.Equal(TimeSpan.FromDays(1), wait));
        Assert.Null(await TakeAsync("203.0.113.9", "dora@example.test"));
        Clock.Advance(TimeSpan.FromDays(1));
        Assert.Null(await TakeAsync("203.0.113.9", spellings[0]));
    }

    [Fact]
    public async Task Of_simultaneous_sign_ups_on_two_nodes_ten_succeed()
    {
        var waits = await Task.WhenAll(Enumerable.Range(0, 25).Select(i => Task.Run(() =>
            TakeAsync("198.51.100.7", node: i % 2 == 0 ? Node : Other))));

        Assert.Equal(10, waits.Count(wait => wait is null));
    }

    [Fact]
    public async Task Failed_sign_ups_do_not_count()
    {
        for (var i = 0; i < 10; i++)
            Assert.NotNull(await SignUpAsync("Alice", $"{i}"));
        for (var i = 0; i < 10; i++)
            Assert.Null(await SignUpAsync($"carol_{i}", $"{i}"));

        var refused = Assert.Single((await SignUpAsync("carol_10", "10"))!);
        Assert.Equal(
            (
                "",
                "Too many accounts were created from your network or with this e-mail address. Try again in 60 minutes.",
                TimeSpan.FromHours(1)),
            (refused.Field, refused.Message.ToString(), refused.RetryAfter));
    }

    [Fact]
    public async Task One_network_learns_of_taken_names_at_most_thirty_times_an_hour()
    {
        for (var i = 0; i < 30; i++)
            Assert.Equal(
                "This login name is taken. Choose another one.",
                Assert.Single((await SignUpAsync("Alice", $"{i}"))!).Message.ToString());

        var refused = Assert.Single((await SignUpAsync("Alice", "30"))!);
        Assert.Equal(
            (
                "",
                "Too many accounts were created from your network or with this e-mail address. Try again in 60 minutes.",
                TimeSpan.FromHours(1)),
            (refused.Field, refused.Message.ToString(), refused.RetryAfter));
        Assert.Null(await SignUpAsync("carol", "31"));
        Assert.Null(Assert.Single((await SignUpAsync("Alice", "32", IPAddress.Parse("198.51.100.9")))!).RetryAfter);
        Clock.Advance(TimeSpan.FromHours(1));
        Assert.Null(Assert.Single((await SignUpAsync("Alice", "33"))!).RetryAfter);
    }

    [Fact]
    public async Task An_operator_creates_any_number_of_accounts()
    {
        for (var i = 0; i < 10; i++)
            Assert.Null(await SignUpAsync($"carol_{i}", "same", from: null));
    }

    private Task<TimeSpan?> TakeAsync(string from, string? email = null, StoreNode? node = null) =>
        (node ?? Node).Get<SignUpLimit>().TakeAsync(
            IPAddress.Parse(from), email ?? $"{RandomToken.Hex(16)}@example.test", default);

    private Task<IReadOnlyList<InputError>?> SignUpAsync(string login, string mailbox) =>
        SignUpAsync(login, mailbox, Home);

    private Task<IReadOnlyList<InputError>?> SignUpAsync(string login, string mailbox, IPAddress? from) =>
        Node.WithAsync<AccountAdministration, IReadOnlyList<InputError>?>(async accounts =>
        {
            var (account, errors) = await accounts.AddAsync(
                new NewAccount(login, $"{mailbox}@example.test", DisplayName: null, StoreFixture.Password, From: from),
                default);
            return account is null ? errors : null;
        });
}
