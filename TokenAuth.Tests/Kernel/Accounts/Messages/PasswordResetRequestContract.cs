using System.Net;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Accounts.Messages;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Kernel.Mail;

namespace TokenAuth.Tests.Kernel.Accounts.Messages;

/// <summary>Whoever has forgotten the password gets a link, and nobody learns whether there is an account.</summary>
public abstract class PasswordResetRequestContract<TEngine> : MailContract<TEngine>
    where TEngine : StoreEngine, new()
{
    private const string Chosen = "a new and longer password";

    private static readonly IPAddress Home = IPAddress.Parse("192.0.2.1");

    /// <summary>The longest time that a request waits before it is carried out.</summary>
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(3);

    [Theory]
    [InlineData("alice")]
    [InlineData("ALICE@EXAMPLE.TEST")]
    public async Task A_login_name_or_an_address_gets_a_link_that_sets_the_password_once(string typed)
    {
        await AskAsync(typed);

        var message = Assert.Single(Host.Messages);
        Assert.Equal(
            ("Alice@example.test", "TokenAuth: Choose a new password"), (message.To, message.Subject));
        Assert.Contains("From: 192.0.2.1\n", message.Text, StringComparison.Ordinal);
        var token = TokenIn(MailHost.LinksIn(message).Single());
        var resets = Node.Get<PasswordResets>();
        Assert.Equal(ResetResult.Done, (await resets.UseAsync(token, Chosen, Home, default)).Result);
        Assert.Equal(ResetResult.LinkEnded, (await resets.UseAsync(token, Chosen, Home, default)).Result);
    }

    [Theory]
    [InlineData("bob-2")]
    [InlineData("bob_2")]
    public async Task A_hyphen_stands_for_an_underscore(string typed)
    {
        await AskAsync(typed);

        Assert.Equal("bob_2@example.test", Assert.Single(Host.Messages).To);
    }

    [Theory]
    [InlineData("nobody")]
    [InlineData("nobody@example.test")]
    [InlineData("alice@example.test\r\nBcc: mallory@example.test")]
    [InlineData("' OR '1'='1")]
    [InlineData("%")]
    [InlineData("\ud800")]
    public async Task What_no_account_has_leaves_the_same_row_and_sends_nothing(string typed)
    {
        Assert.Null(await Node.Get<PasswordResetRequests>().AskAsync(typed, Home, default));
        Assert.Equal(
            ("password_reset_request", (long?)null, 0),
            (await WaitingAsync()).Select(one => (one.Kind, one.AccountId, one.Attempts)).Single());

        Clock.Advance(Delay);
        await SendAsync(Node);

        Assert.Empty(Host.Messages);
        Assert.Empty(await WaitingAsync());
    }

    /// <summary>So the time of the next answers does not tell that there is work to do.</summary>
    [Fact]
    public async Task The_request_is_carried_out_later_at_a_random_time()
    {
        for (var i = 0; i < 10; i++)
            await Node.Get<PasswordResetRequests>().AskAsync("alice", Home, default);

        var delays = (await WaitingAsync()).Select(waiting => waiting.NextAttemptAt - Clock.GetUtcNow()).ToList();
        Assert.True(delays.Distinct().Count() > 3);
        Assert.All(delays, delay => Assert.InRange(delay, TimeSpan.Zero, Delay));
    }

    [Fact]
    public async Task Several_accounts_of_one_address_get_one_message_with_a_link_for_each()
    {
        await Node.Get<AccountChanges>().SetEmailAsync(Fixture.Bob.Id, "Alice@example.test", from: null, default);
        await SendAsync(Node);
        Host.Messages.Clear();

        await AskAsync("alice@example.test");

        var message = Assert.Single(Host.Messages);
        Assert.StartsWith("Hello,", message.Text, StringComparison.Ordinal);
        Assert.Contains("Choose a new password for Alice:", message.Text, StringComparison.Ordinal);
        Assert.Contains("Choose a new password for bob_2:", message.Text, StringComparison.Ordinal);
        var tokens = MailHost.LinksIn(message).Select(TokenIn).ToList();
        Assert.Equal(
            ["Alice", "bob_2"],
            [
                (await Node.Get<PasswordResets>().FindAsync(tokens[0], default))!.Login,
                (await Node.Get<PasswordResets>().FindAsync(tokens[1], default))!.Login,
            ],
            StringComparer.Ordinal);
    }

    [Fact]
    public async Task A_suspended_account_gets_nothing()
    {
        await Node.WithAsync<AccountAdministration>(accounts =>
            accounts.SetStateAsync(Fixture.Alice, AccountState.Suspended, from: null, default));

        await AskAsync("alice");

        Assert.Empty(Host.Messages);
    }

    /// <summary>The last of them still works when the next one is allowed.</summary>
    [Fact]
    public async Task A_mailbox_gets_three_links_an_hour_from_however_many_networks()
    {
        for (var i = 0; i < 5; i++)
            await AskAsync(i % 2 == 0 ? "alice" : "alice@example.test", IPAddress.Parse($"192.0.2.{i}"));
        Assert.Equal(3, Host.Messages.Count);
        var last = TokenIn(MailHost.LinksIn(Host.Messages.Last()).Single());
        Assert.NotNull(await Node.Get<PasswordResets>().FindAsync(last, default));

        Clock.Advance(TimeSpan.FromHours(1));
        await AskAsync("alice");
        Assert.Equal(4, Host.Messages.Count);
    }

    /// <summary>Nobody can use up a person's only way back in.</summary>
    [Fact]
    public async Task Confirmations_and_yesterdays_links_do_not_count()
    {
        for (var i = 0; i < 3; i++)
            await Node.Get<EmailConfirmations>().SendAsync(Fixture.Bob.Id, $"alice+{i}@example.test", Home, default);
        for (var hour = 0; hour < 12; hour++)
        {
            for (var i = 0; i < 4; i++)
                await AskAsync("alice", IPAddress.Parse($"192.0.2.{i}"));
            Clock.Advance(TimeSpan.FromHours(1));
        }

        Host.Messages.Clear();
        await AskAsync("alice");
        Assert.Contains(Host.Messages, message => message.Subject.EndsWith("Choose a new password", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_network_may_ask_ten_times_an_hour()
    {
        var requests = Node.Get<PasswordResetRequests>();
        for (var i = 0; i < 10; i++)
            Assert.Null(await requests.AskAsync($"person{i}", Home, default));

        Assert.Equal(TimeSpan.FromHours(1), await Other.Get<PasswordResetRequests>().AskAsync("alice", Home, default));
        Assert.Null(await requests.AskAsync("alice", IPAddress.Parse("198.51.100.1"), default));
        Assert.Equal(11, (await WaitingAsync()).Count);
    }

    [Fact]
    public async Task The_message_is_in_the_language_of_the_page_unless_the_profile_has_one()
    {
        await TokenAuth.Kernel.Languages.Language.Find("de")!.Speak(() => AskAsync("alice"));
        Assert.Equal("TokenAuth: Neues Passwort wählen", Host.Messages.Last().Subject);

        await Node.Store.WriteAsync(connection => connection.ExecuteAsync("UPDATE accounts SET language = 'fr'"));
        await TokenAuth.Kernel.Languages.Language.Find("de")!.Speak(() => AskAsync("alice"));
        Assert.Equal("TokenAuth: Choisir un nouveau mot de passe", Host.Messages.Last().Subject);
    }

    [Fact]
    public async Task A_request_that_two_nodes_take_after_another_is_carried_out_once()
    {
        var queue = Node.Get<TokenAuth.Kernel.Mail.MailQueue>();
        await Node.Get<PasswordResetRequests>().AskAsync("alice", Home, default);
        Clock.Advance(Delay);
        var slow = (await queue.TakeAsync(default))!;
        Clock.Advance(TokenAuth.Kernel.Mail.MailQueue.Lease);
        await SendAsync(Other);

        await Node.Get<PasswordResetRequests>().CarryOutAsync(slow, queue.Open(slow)!, default);

        await SendAsync(Node);
        Assert.Single(Host.Messages);
    }

    [Fact]
    public async Task The_store_has_neither_what_was_typed_nor_the_token()
    {
        await Node.Get<PasswordResetRequests>().AskAsync("a mistyped password", Home, default);
        Assert.DoesNotContain("mistyped", await Engine.FingerprintAsync(), StringComparison.Ordinal);

        await AskAsync("alice");
        var token = TokenIn(MailHost.LinksIn(Assert.Single(Host.Messages)).Single());
        Assert.DoesNotContain(token, await Engine.FingerprintAsync(), StringComparison.OrdinalIgnoreCase);
    }

    private async Task AskAsync(string typed, IPAddress? from = null)
    {
        Assert.Null(await Node.Get<PasswordResetRequests>().AskAsync(typed, from ?? Home, default));
        Clock.Advance(Delay);
        await SendAsync(Node);
    }

    private static string TokenIn(string link) => link["/reset?token=".Length..];
}
