using System.Net;
using SmtpServer.Protocol;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Mail;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Admin;

/// <summary><c>/admin/mail</c>: what waits, why, and what an administrator can do about it.</summary>
public sealed class MailPageTests : IAsyncLifetime
{
    private const string Path = "/admin/mail";

    private readonly MailHost _host = MailHost.Start();
    private AdminWorld _own = null!;

    /// <summary>The link to Alice's account beside a message of hers.</summary>
    private string OfAlice => $".rows a[href='/admin/accounts/{_own.World.Alice.Id}']";

    public async ValueTask InitializeAsync() => _own = await AdminWorld.StartAsync(_host.Arguments);

    public async ValueTask DisposeAsync()
    {
        await _own.DisposeAsync();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task A_postponed_message_is_listed_without_its_text_and_recipient()
    {
        await PostponeAsync();

        var page = await _own.Browser.GetAsync(Path);

        Assert.Contains("Key made", page.Html, StringComparison.Ordinal);
        Assert.Contains("1 attempt,", page.Html, StringComparison.Ordinal);
        Assert.Contains("Mailbox of (address) is busy", page.Html, StringComparison.Ordinal);
        Assert.Equal(1, page.Count(OfAlice));
        Assert.DoesNotContain(_own.World.Alice.Email!, page.Html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("API key created", page.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_can_be_sent_now_or_dropped()
    {
        var id = await PostponeAsync();
        _host.ReplyTo = _ => null;

        await PostAsync("Retry", id);

        Assert.Equal("The message will be sent in a moment.", (await _own.Browser.GetAsync(Path)).Text("[role=status]"));
        await _host.NextAsync("API key created");

        id = await PostponeAsync();
        await PostAsync("Drop", id);
        Assert.Equal("The message was dropped.", (await _own.Browser.GetAsync(Path)).Text("[role=status]"));
        await PostAsync("Drop", id);
        Assert.StartsWith(
            "That message was already sent", (await _own.Browser.GetAsync(Path)).Text("[role=status]"), StringComparison.Ordinal);
        Assert.Equal(0, (await _own.Browser.GetAsync(Path)).Count(OfAlice));
    }

    [Fact]
    public async Task Without_a_mail_server_the_page_names_the_option()
    {
        await using var own = await AdminWorld.StartAsync();

        Assert.Contains(
            "TokenAuth:Mail:Server", (await own.Browser.GetAsync(Path)).Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_else_finds_the_page()
    {
        using var alice = await FormBrowser.SignedInAsync(_own.World.Server, _own.World.Alice);

        Assert.Equal(HttpStatusCode.NotFound, (await alice.GetAsync(Path)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await alice.PostAsync($"{Path}?handler=Drop", [("id", "1")])).Status);
    }

    /// <summary>Makes a key, whose notice the mail server refuses for now.</summary>
    private async Task<long> PostponeAsync()
    {
        await MailHost.SendAsync(_own.World.Server); // the notice of Carol's sign-in
        _host.ReplyTo = recipient => recipient == _own.World.Alice.Email
            ? new SmtpResponse(SmtpReplyCode.Aborted, $"4.2.2 Mailbox of {recipient} is busy")
            : null;
        await _own.Get<AccountKeys>().AddAsync(_own.World.Alice.Id, "Laptop", IPAddress.Loopback, default);
        await MailHost.SendAsync(_own.World.Server);

        // The server itself sends, too, and may have taken the message.
        ListedMail? mail = null;
        await PublishedServer.UntilAsync(
            async () => (mail = (await _own.Get<MailQueue>().ListAsync(10, default)).SingleOrDefault(
                one => one.AccountId == _own.World.Alice.Id && one.LastError is not null)) is not null,
            TimeSpan.FromSeconds(20));
        return mail!.Id;
    }

    private Task<FormPage> PostAsync(string handler, long id) =>
        _own.Browser.PostAsync($"{Path}?handler={handler}", [("id", $"{id}")]);
}
