using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Accounts.Messages;
using TokenAuth.Kernel.Events;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Kernel.Mail;

namespace TokenAuth.Tests.Kernel.Accounts.Messages;

/// <summary>The owner of an account is told of each security change, in the transaction that makes it.</summary>
public abstract class NoticeContract<TEngine> : MailContract<TEngine>
    where TEngine : StoreEngine, new()
{
    private static readonly System.Net.IPAddress Home = System.Net.IPAddress.Parse("192.0.2.1");

    [Fact]
    public async Task A_change_queues_a_notice_with_what_when_and_from_where()
    {
        await Node.Get<AccountKeys>().AddAsync(Fixture.Alice.Id, "visit http://evil.test", Home, default);

        var waiting = Assert.Single(await WaitingAsync());
        Assert.Equal(
            ("key_made", Fixture.Alice.Id, Clock.GetUtcNow() + TimeSpan.FromDays(3)),
            (waiting.Kind, waiting.AccountId, waiting.ExpiresAt));
        await SendAsync(Node);
        var message = await Host.NextAsync();
        Assert.Equal("Alice@example.test", message.To);
        Assert.Equal("TokenAuth: API key created", message.Subject);
        Assert.Contains("Account: Alice\n", message.Text, StringComparison.Ordinal);
        Assert.Contains(
            "Time: 1 March 2026, 12:00 UTC\n", message.Text, StringComparison.Ordinal);
        Assert.Contains("From: 192.0.2.1\n", message.Text, StringComparison.Ordinal);
        Assert.Contains("http://127.0.0.1/account/security", message.Text, StringComparison.Ordinal);

        // Whoever made the key chose its name, and may not be the owner.
        Assert.DoesNotContain("evil", message.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_notice_is_in_the_language_and_the_time_zone_of_the_profile()
    {
        await ProfileAsync("fr", "Europe/Paris");
        await Node.Get<AccountKeys>().AddAsync(Fixture.Alice.Id, "Laptop", Home, default);
        await SendAsync(Node);

        var message = await Host.NextAsync();
        Assert.Equal("TokenAuth: Clé API créée", message.Subject);
        Assert.Contains("1 mars 2026 à 13:00", message.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "de")]
    [InlineData(false, "en")]
    public async Task Without_a_language_in_the_profile_that_of_the_owners_own_request_counts(bool isOwn, string expected)
    {
        await TokenAuth.Kernel.Languages.Language.Find("de")!.Speak(
            () => Node.Get<AccountKeys>().AddAsync(Fixture.Alice.Id, "Laptop", isOwn ? Home : null, default));
        await SendAsync(Node);

        Assert.Equal(expected, (await Host.NextAsync()).Header("Content-Language"));
    }

    [Fact]
    public async Task A_change_that_does_not_happen_is_not_told()
    {
        await Assert.ThrowsAsync<NotSupportedException>(async () => await Node.Get<SecurityLog>().WriteAsync<int>(
            (_, happened) =>
            {
                happened.Add(new SecurityEvent(EventKind.KeyMade, Fixture.Alice.Id, From: Home));
                throw new NotSupportedException();
            },
            default));

        Assert.Empty(await WaitingAsync());
    }

    [Fact]
    public async Task An_event_that_waited_in_memory_is_told_when_it_is_written()
    {
        Node.Get<SecurityLog>().Add(new SecurityEvent(EventKind.RecoveryCodeUsed, Fixture.Alice.Id, From: Home));
        await Node.Get<SecurityLog>().FlushAsync(default);

        Assert.Equal("recovery_code_used", Assert.Single(await WaitingAsync()).Kind);
    }

    [Fact]
    public async Task The_former_address_is_told_that_another_one_took_its_place()
    {
        await Node.Get<AccountChanges>().SetEmailAsync(Fixture.Alice.Id, "new@example.test", from: null, default);
        await SendAsync(Node);

        var message = Assert.Single(Host.Messages);
        Assert.Equal(
            ("Alice@example.test", "TokenAuth: E-mail address changed"), (message.To, message.Subject));
        Assert.Contains("From: the people who run this service", message.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("new@example.test", message.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_owner_of_an_erased_account_gets_a_last_notice()
    {
        await Node.Get<AccountChanges>().EraseAsync(Fixture.Alice, default);
        await SendAsync(Node);

        var message = Assert.Single(Host.Messages);
        Assert.Equal(("Alice@example.test", "TokenAuth: Account erased"), (message.To, message.Subject));
        Assert.DoesNotContain("/account", message.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_administrators_address_is_not_told()
    {
        await RecordAsync(new SecurityEvent(EventKind.KeyRevoked, Fixture.Alice.Id, From: Home)
        {
            ActorId = Fixture.Bob.Id,
        });
        await SendAsync(Node);

        var text = (await Host.NextAsync()).Text;
        Assert.Contains("From: an administrator of this service", text, StringComparison.Ordinal);
        Assert.DoesNotContain("192.0.2.1", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_flood_of_changes_does_not_flood_the_mailbox()
    {
        await ConfirmAsync();
        for (var i = 0; i < 35; i++)
            await RecordAsync(new SecurityEvent(EventKind.KeyMade, Fixture.Alice.Id, From: Home));
        await RecordAsync(new SecurityEvent(EventKind.KeyMade, Fixture.Bob.Id, From: Home));

        Assert.Equal(30, (await WaitingAsync()).Count(waiting => waiting.AccountId == Fixture.Alice.Id));
        Assert.Equal(1, (await WaitingAsync()).Count(waiting => waiting.AccountId == Fixture.Bob.Id));
        Clock.Advance(TimeSpan.FromHours(1));
        await RecordAsync(new SecurityEvent(EventKind.KeyMade, Fixture.Alice.Id, From: Home));
        Assert.Equal(31, (await WaitingAsync()).Count(waiting => waiting.AccountId == Fixture.Alice.Id));
    }

    /// <summary>The address may be a stranger's.</summary>
    [Fact]
    public async Task An_address_that_nobody_has_confirmed_gets_five_notices_a_day()
    {
        for (var i = 0; i < 7; i++)
            await RecordAsync(new SecurityEvent(EventKind.KeyMade, Fixture.Alice.Id, From: Home));
        Assert.Equal(5, (await WaitingAsync()).Count);

        Clock.Advance(TimeSpan.FromDays(1));
        await RecordAsync(new SecurityEvent(EventKind.KeyMade, Fixture.Alice.Id, From: Home));
        Assert.Equal(6, (await WaitingAsync()).Count);
    }

    [Fact]
    public async Task Every_kind_of_event_has_a_notice_that_can_be_sent_or_is_known_to_have_none()
    {
        Assert.Empty(Notice.All.Keys.Intersect(Notice.None));
        Assert.Equal(Enum.GetValues<EventKind>().Order(), Notice.All.Keys.Concat(Notice.None).Order());

        await ConfirmAsync();
        foreach (var kind in Enum.GetValues<EventKind>())
            await RecordAsync(new SecurityEvent(kind, Fixture.Alice.Id, From: Home));
        await SendAsync(Node);

        Assert.Equal(Notice.All.Count, Host.Messages.Count);
        Assert.Equal(Notice.All.Count, Host.Messages.DistinctBy(message => message.Subject, StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task Without_a_mail_server_nothing_is_queued()
    {
        var node = Engine.OpenNode();
        await node.Get<AccountKeys>().AddAsync(Fixture.Alice.Id, "Laptop", Home, default);

        Assert.Empty(await WaitingAsync());
    }

    private async Task RecordAsync(SecurityEvent happened) => await Node.Get<SecurityLog>().WriteAsync(
        (_, events) =>
        {
            events.Add(happened);
            return ValueTask.FromResult(true);
        },
        default);

    private async Task ProfileAsync(string language, string zone) => await Node.Store.WriteAsync(
        connection => connection.ExecuteAsync(
            "UPDATE accounts SET language = @language, time_zone = @zone WHERE id = @id",
            ("@language", language), ("@zone", zone), ("@id", Fixture.Alice.Id)));

    private async Task ConfirmAsync() => await Node.Store.WriteAsync(
        connection => connection.ExecuteAsync("UPDATE accounts SET email_confirmed = @yes", ("@yes", true)));
}
