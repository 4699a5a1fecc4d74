using System.Net;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Accounts.Messages;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Sessions;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Kernel.Mail;

namespace TokenAuth.Tests.Kernel.Accounts.Messages;

/// <summary>An address is confirmed by a link, and replaces another one only then.</summary>
public abstract class EmailConfirmationContract<TEngine> : MailContract<TEngine>
    where TEngine : StoreEngine, new()
{
    private const string Replacement = "alice@elsewhere.test";

    private static readonly IPAddress Home = IPAddress.Parse("192.0.2.1");

    private EmailConfirmations Confirmations => Node.Get<EmailConfirmations>();

    private long Alice => Fixture.Alice.Id;

    [Fact]
    public async Task A_link_confirms_the_accounts_own_address_once()
    {
        Assert.Equal(new AccountEmail("Alice@example.test", EmailConfirmed: false), await ReadAsync());
        var token = await SendAsync(null);
        Assert.Equal(
            new FoundConfirmation("Alice", "Alice@example.test"), await Confirmations.FindAsync(token, default));

        Assert.True(await Confirmations.UseAsync(token, Home, default));

        Assert.Equal(new AccountEmail("Alice@example.test", EmailConfirmed: true), await ReadAsync());
        Assert.False(await Confirmations.UseAsync(token, Home, default));
        Assert.Null(await Confirmations.FindAsync(token, default));
        Assert.Equal("email_confirmed", await LatestKindAsync());
        Assert.Empty(await WaitingAsync());
    }

    [Fact]
    public async Task An_address_replaces_another_one_when_it_is_confirmed_and_the_former_one_is_told_twice()
    {
        var token = await SendAsync(Replacement);

        Assert.Equal(
            new AccountEmail(
                "Alice@example.test", EmailConfirmed: false, Replacement, Clock.GetUtcNow() + TimeSpan.FromDays(1)),
            await ReadAsync());
        Assert.Equal(
            ["Alice@example.test E-mail address change requested", $"{Replacement} Confirm your e-mail address"],
            Sent(), StringComparer.Ordinal);
        Assert.True(await Confirmations.UseAsync(token, Home, default));
        await SendAsync(Node);

        Assert.Equal(new AccountEmail(Replacement, EmailConfirmed: true), await ReadAsync());
        Assert.Contains("Alice@example.test E-mail address changed", Sent(), StringComparer.Ordinal);
        Assert.Equal(3, Host.Messages.Count);
    }

    [Fact]
    public async Task A_link_ends_after_a_day_and_with_a_newer_one()
    {
        var first = await SendAsync(null);
        var second = await SendAsync(null);
        Assert.False(await Confirmations.UseAsync(first, Home, default));

        Clock.Advance(EmailConfirmations.Lifetime);
        Assert.False(await Confirmations.UseAsync(second, Home, default));
        Assert.False((await ReadAsync()).EmailConfirmed);
    }

    [Fact]
    public async Task Of_two_uses_at_once_one_succeeds()
    {
        var token = await SendAsync(Replacement);

        var used = await Task.WhenAll(
            Task.Run(() => Confirmations.UseAsync(token, Home, default)),
            Task.Run(() => Other.Get<EmailConfirmations>().UseAsync(token, Home, default)));

        Assert.Single(used, done => done);
    }

    [Fact]
    public async Task A_link_of_an_account_that_is_not_active_does_not_work()
    {
        var token = await SendAsync(null);
        await Node.WithAsync<AccountAdministration>(accounts =>
            accounts.SetStateAsync(Fixture.Alice, AccountState.Suspended, from: null, default));

        Assert.Null(await Confirmations.FindAsync(token, default));
        Assert.False(await Confirmations.UseAsync(token, Home, default));
    }

    [Fact]
    public async Task A_change_by_the_operator_ends_the_persons_own_and_reset_links_to_the_former_address()
    {
        var token = await SendAsync(Replacement);
        var reset = await Node.Get<PasswordResets>().MakeAsync(Alice, by: null, Home, default);

        await Node.Get<AccountChanges>().SetEmailAsync(Alice, "third@example.test", from: null, default);

        Assert.False(await Confirmations.UseAsync(token, Home, default));
        Assert.Null(await Node.Get<PasswordResets>().FindAsync(reset, default));
        Assert.Equal(new AccountEmail("third@example.test", EmailConfirmed: false), await ReadAsync());
    }

    [Fact]
    public async Task Confirming_the_own_address_leaves_a_reset_link_alone()
    {
        var reset = await Node.Get<PasswordResets>().MakeAsync(Alice, by: null, Home, default);

        Assert.True(await Confirmations.UseAsync(await SendAsync(null), Home, default));

        Assert.NotNull(await Node.Get<PasswordResets>().FindAsync(reset, default));
    }

    [Fact]
    public async Task A_cancelled_change_does_not_happen()
    {
        var token = await SendAsync(Replacement);
        await Confirmations.CancelAsync(Alice, default);

        Assert.False(await Confirmations.UseAsync(token, Home, default));
        Assert.Null((await ReadAsync()).Pending);
    }

    /// <summary>Whoever had the password or a session may have begun the change.</summary>
    [Fact]
    public async Task A_change_that_waits_ends_with_a_new_password_and_with_the_other_sessions()
    {
        var ends = new Func<Task>[]
        {
            async () => Assert.Equal(
                ResetResult.Done,
                (await Node.Get<PasswordResets>().UseAsync(
                    await Node.Get<PasswordResets>().MakeAsync(Alice, by: null, Home, default),
                    "an entirely new password", Home, default)).Result),
            async () => await Node.WithAsync<AccountAdministration, InputError?>(async accounts =>
                await accounts.ChangePasswordAsync(
                    (await accounts.FindAsync("alice"))!, "yet another password", thisSession: null, Home, default)),
            () => Node.Get<AccountSessions>().EndOthersAsync(Alice, thisSession: 0, Home, default),
            () => Node.Get<AccountChanges>().EndSessionsAsync(Alice, default),
        };
        foreach (var end in ends)
        {
            var token = await SendAsync(Replacement);
            await end();

            Assert.False(await Confirmations.UseAsync(token, Home, default));
            Assert.Null((await ReadAsync()).Pending);
            Clock.Advance(TimeSpan.FromHours(1));
        }

        var own = await SendAsync(null);
        await Node.Get<AccountChanges>().EndSessionsAsync(Alice, default);
        Assert.True(await Confirmations.UseAsync(own, Home, default));
    }

    [Theory]
    [InlineData("victim(1)@example.test")]
    [InlineData("\"victim\"@example.test")]
    [InlineData("<victim@example.test>")]
    [InlineData("victim@example.test.")]
    [InlineData(".victim@example.test")]
    [InlineData("victim@(x)example.test")]
    [InlineData("a,victim@example.test")]
    public async Task An_address_has_one_spelling(string address)
    {
        Assert.True(Account.IsEmail(address));
        Assert.False(Account.IsMailbox(address));

        await Confirmations.SendAsync(Alice, address, Home, default);

        Assert.Empty(await WaitingAsync());
    }

    [Fact]
    public async Task A_mailbox_gets_three_links_an_hour_whoever_asks_and_an_account_ten_a_day()
    {
        for (var i = 0; i < 3; i++)
            Assert.Null(await Confirmations.SendAsync(i == 0 ? Fixture.Bob.Id : Alice, Replacement, Home, default));
        Assert.Equal(
            TimeSpan.FromHours(1),
            await Confirmations.SendAsync(Alice, "Alice+more@elsewhere.test", Home, default));

        for (var i = 0; i < 7; i++)
            Assert.Null(await Confirmations.SendAsync(Alice, $"victim{i}@example.test", Home, default));
        Assert.Equal(
            TimeSpan.FromDays(1), await Confirmations.SendAsync(Alice, "victim7@example.test", Home, default));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("0123456789abcdef0123456789abcdef")]
    [InlineData("0123456789ABCDEF0123456789abcde\0")]
    public async Task An_unknown_token_confirms_nothing(string? token)
    {
        await SendAsync(null);

        Assert.Null(await Confirmations.FindAsync(token, default));
        Assert.False(await Confirmations.UseAsync(token, Home, default));
    }

    [Fact]
    public async Task The_store_has_no_token()
    {
        var token = await SendAsync(null);

        Assert.DoesNotContain(token, await Engine.FingerprintAsync(), StringComparison.OrdinalIgnoreCase);
    }

    private async Task<string> SendAsync(string? replacement)
    {
        Assert.Null(await Confirmations.SendAsync(Alice, replacement, Home, default));
        await SendAsync(Node);
        var link = MailHost.LinksIn(await Host.NextAsync("Confirm your e-mail address")).Single();
        return link["/confirm?token=".Length..];
    }

    private async Task<AccountEmail> ReadAsync() => (await Confirmations.ReadAsync(Alice, default))!;

    private IEnumerable<string> Sent() => Host.Messages
        .Select(message => $"{message.To} {message.Subject["TokenAuth: ".Length..]}").Order(StringComparer.Ordinal);

    private async Task<string> LatestKindAsync() =>
        (await Node.Get<SecurityEvents>().ListAsync(Alice, null, null, 1, default)).Single().Kind;
}
