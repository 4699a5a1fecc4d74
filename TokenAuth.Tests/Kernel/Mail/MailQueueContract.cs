using SmtpServer.Protocol;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Mail;
using TokenAuth.Kernel.Operations;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Kernel.Mail;

/// <summary>Queued messages are sent once, later if they must, and dropped when that is all that is left.</summary>
public abstract class MailQueueContract<TEngine> : MailContract<TEngine>
    where TEngine : StoreEngine, new()
{
    private static readonly SmtpResponse NoSuchUser =
        new(SmtpReplyCode.MailboxUnavailable, "5.1.1 <alice@example.test>: no such user");

    private static readonly SmtpResponse Greylisted =
        new(SmtpReplyCode.ServiceUnavailable, "4.7.1 Greylisted, try again");

    [Fact]
    public async Task A_message_is_sent_once_and_leaves_the_queue()
    {
        await AddAsync("First");

        await SendAsync(Node);
        await SendAsync(Other);

        Assert.Equal("TokenAuth: First", Assert.Single(Host.Messages).Subject);
        Assert.Empty(await WaitingAsync());
    }

    [Fact]
    public async Task Nodes_that_send_at_the_same_time_share_the_messages()
    {
        var subjects = Enumerable.Range(0, 40).Select(i => $"Message {i}").ToList();
        foreach (var subject in subjects)
            await AddAsync(subject);

        await Task.WhenAll(Task.Run(() => SendAsync(Node)), Task.Run(() => SendAsync(Other)));
        await SendAsync(Node); // a node that found every row taken stops early

        Assert.Equal(
            subjects.Select(subject => $"TokenAuth: {subject}").Order(StringComparer.Ordinal),
            Host.Messages.Select(message => message.Subject).Order(StringComparer.Ordinal), StringComparer.Ordinal);
        Assert.Empty(await WaitingAsync());
    }

    [Fact]
    public async Task A_message_of_a_node_that_has_died_is_sent_by_another_one_after_the_lease()
    {
        await AddAsync("Taken");
        var taken = await Node.Get<MailQueue>().TakeAsync(default);
        Assert.True(Assert.Single(await WaitingAsync()).IsTaken);

        Clock.Advance(MailQueue.Lease - TimeSpan.FromMilliseconds(1));
        await SendAsync(Other);
        Assert.Empty(Host.Messages);
        Clock.Advance(TimeSpan.FromMilliseconds(1));
        Host.ReplyTo = _ => Greylisted;
        await SendAsync(Other);

        // The first node was only slow. It must not remove what the other one still has to send.
        await Node.Get<MailQueue>().RemoveAsync(taken!);
        await Node.Get<MailQueue>().PostponeAsync(taken!, "late");
        Assert.StartsWith("421", Assert.Single(await WaitingAsync()).LastError, StringComparison.Ordinal);
        Host.ReplyTo = _ => null;
        Clock.Advance(MailQueue.DelayAfter(2));
        await SendAsync(Other);
        Assert.Single(Host.Messages);
    }

    [Fact]
    public async Task A_message_that_is_refused_for_now_is_tried_again_after_growing_waits()
    {
        Host.ReplyTo = _ => new SmtpResponse(SmtpReplyCode.Aborted, "4.7.1 Greylisted by <alice@example.test>");
        await AddAsync("Later");
        await SendAsync(Node);

        var waiting = Assert.Single(await WaitingAsync());
        Assert.Equal(
            (1, Clock.GetUtcNow() + TimeSpan.FromSeconds(30)), (waiting.Attempts, waiting.NextAttemptAt));
        Assert.StartsWith("451 4.7.1 Greylisted by <(address)>", waiting.LastError, StringComparison.Ordinal);
        await SendAsync(Node);
        Assert.Equal(1, Assert.Single(await WaitingAsync()).Attempts);

        Clock.Advance(TimeSpan.FromSeconds(30));
        await SendAsync(Other);
        Assert.Equal(Clock.GetUtcNow() + TimeSpan.FromMinutes(1), Assert.Single(await WaitingAsync()).NextAttemptAt);

        Host.ReplyTo = _ => null;
        Clock.Advance(TimeSpan.FromMinutes(1));
        await SendAsync(Node);
        Assert.Equal("TokenAuth: Later", Assert.Single(Host.Messages).Subject);
        Assert.Empty(await WaitingAsync());
    }

    [Theory]
    [InlineData("alice@example.test")]
    [InlineData("DATA")]
    public async Task A_message_that_is_refused_for_good_is_dropped_with_an_event(string where)
    {
        Host.ReplyTo = what => what.Equals(where, StringComparison.OrdinalIgnoreCase) ? NoSuchUser : null;
        await AddAsync("Refused");
        await AddAsync("Taken", to: "bob@example.test");

        await SendAsync(Node);

        Assert.Empty(from waiting in await WaitingAsync() where waiting.LastError is not null select waiting);
        var refused = (await Node.Get<SecurityEvents>().ListAsync(Fixture.Alice.Id, null, null, 10, default))
            .Where(entry => entry.Kind == "mail_refused").ToList();
        Assert.Equal(where == "DATA" ? ["test", "test"] : ["test"], refused.Select(entry => entry.Detail), StringComparer.Ordinal);
        Assert.Equal(where == "DATA" ? 0 : 1, Host.Messages.Count); // the other recipient gets the other message
    }

    [Fact]
    public async Task A_refused_sender_is_the_operators_to_put_right_and_loses_nothing()
    {
        Host.ReplyTo = what => what.StartsWith("MAIL", StringComparison.Ordinal) ? NoSuchUser : null;
        await AddAsync("Kept");
        await SendAsync(Node);

        Assert.StartsWith("550", Assert.Single(await WaitingAsync()).LastError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Messages_wait_while_the_mail_server_is_down_and_survive_the_restart_of_a_node()
    {
        await Host.StopAsync();
        await AddAsync("One");
        await AddAsync("Two");
        await SendAsync(Node);

        // One failed connection says enough about both.
        Assert.Equal([0, 1], (await WaitingAsync()).Select(waiting => waiting.Attempts).Order());
        Host.StartAgain();
        Clock.Advance(MailQueue.DelayAfter(1));
        await SendAsync(Engine.OpenNode(clock: null, Host.Settings));

        Assert.Equal(2, Host.Messages.Count);
        Assert.Empty(await WaitingAsync());
    }

    [Fact]
    public async Task A_message_that_has_expired_is_dropped_unsent()
    {
        await AddAsync("Useless", lifetime: TimeSpan.FromHours(1));
        Clock.Advance(TimeSpan.FromHours(1));

        await SendAsync(Node);

        Assert.Empty(Host.Messages);
        Assert.Empty(await WaitingAsync());
    }

    [Fact]
    public async Task The_sweep_removes_what_nobody_sends_any_more()
    {
        await AddAsync("Useless", lifetime: TimeSpan.FromHours(1));
        await AddAsync("News", lifetime: TimeSpan.FromDays(3));
        Clock.Advance(TimeSpan.FromHours(25));

        await Node.Get<ExpirySweep>().SweepAsync(default);

        Assert.Single(await WaitingAsync());
    }

    [Fact]
    public async Task A_message_whose_key_is_lost_is_dropped_and_the_next_one_is_sent()
    {
        await AddAsync("Lost");
        await Node.Store.WriteAsync(connection => connection.ExecuteAsync(
            "UPDATE mail_queue SET protected_content = 'CfDJ8.bm8=', next_attempt_at = next_attempt_at - 1"));
        await AddAsync("Found");

        await SendAsync(Node);

        Assert.Equal("TokenAuth: Found", Assert.Single(Host.Messages).Subject);
        Assert.Empty(await WaitingAsync());
    }

    [Fact]
    public async Task The_store_has_neither_the_text_nor_the_address()
    {
        await AddAsync("Very secret");

        Assert.DoesNotContain("secret", await Engine.FingerprintAsync(), StringComparison.OrdinalIgnoreCase);
        var content = await Node.Store.ReadAsync(connection => connection.FirstAsync(
            "SELECT protected_content FROM mail_queue", row => row.GetString(0)));
        Assert.DoesNotContain("example.test", content, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Very secret", Node.Get<MailQueue>().Open((await Node.Get<MailQueue>().TakeAsync(default))!)!,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_waiting_message_can_be_retried_now_or_dropped_but_not_one_that_is_being_sent()
    {
        var queue = Node.Get<MailQueue>();
        Host.ReplyTo = _ => Greylisted;
        await AddAsync("Slow");
        await SendAsync(Node);
        var id = Assert.Single(await WaitingAsync()).Id;

        Assert.True(await queue.RetryAsync(id, default));
        Assert.Equal(Clock.GetUtcNow(), Assert.Single(await WaitingAsync()).NextAttemptAt);
        await queue.TakeAsync(default);
        Assert.False(await queue.RetryAsync(id, default));
        Assert.True(await queue.DropAsync(id, default));
        Assert.False(await queue.DropAsync(id, default));
        Assert.False(await queue.RetryAsync(id, default));
    }

    [Fact]
    public void The_waits_grow_to_a_quarter_of_an_hour() => Assert.Equal(
        [0.5, 1, 2, 4, 8, 15, 15],
        new[] { 1, 2, 3, 4, 5, 6, 100 }.Select(attempts => MailQueue.DelayAfter(attempts).TotalMinutes));
}
