using System.Text.RegularExpressions;
using MimeKit;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Languages;
using TokenAuth.Kernel.Mail;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Kernel.Mail;

/// <summary>What a mail server gets.</summary>
public sealed class MailMessageTests : IAsyncLifetime
{
    private readonly MailHost _host = MailHost.Start();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_message_has_the_headers_of_an_automatic_one_and_names_no_machine()
    {
        var message = await SendAsync("Example", new MailParagraph("Hello."));

        Assert.Equal("Example <noreply@example.test>", message.Message.From.ToString(true));
        Assert.Equal("alice@example.test", message.To);
        Assert.Equal("Example: A subject", message.Subject);
        Assert.Equal("auto-generated", message.Header("Auto-Submitted"));
        Assert.Equal("en", message.Header("Content-Language"));
        Assert.Equal(TestClock.Start, message.Message.Date);
        Assert.EndsWith("@example.test", message.Message.MessageId, StringComparison.Ordinal);
        var body = Assert.IsType<MultipartAlternative>(message.Message.Body);
        Assert.DoesNotMatch(
            $@"(?i)\b{Regex.Escape(Environment.MachineName)}\b",
            message.ToString().Replace(body.Boundary!, "", StringComparison.Ordinal)); // random text
        Assert.Equal(
            ["text/plain", "text/html"], body.Select(part => part.ContentType.MimeType), StringComparer.Ordinal);
    }

    [Fact]
    public async Task Umlauts_long_lines_and_dots_arrive_unchanged()
    {
        var word = new string('ü', 1200);
        var message = await SendAsync("Zoë’s Café", new MailParagraph($"{word} größer"), new MailParagraph(".\n..\n"));

        Assert.Equal("Zoë’s Café: A subject", message.Subject);
        Assert.Contains($"{word}\ngrößer", message.Text, StringComparison.Ordinal);
        Assert.Contains($"<p>{word} größer</p>", message.Html, StringComparison.Ordinal);
        Assert.Contains("\n.\n..\n", message.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_stays_on_one_line()
    {
        var address = $"http://127.0.0.1/reset?token={new string('a', 300)}";
        var message = await SendAsync("Example", new MailLink("Choose", address));

        Assert.Contains($"Choose:\n{address}\n", message.Text, StringComparison.Ordinal);
        Assert.Contains($"href=\"{address}\"", message.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Markup_in_a_value_is_text()
    {
        var message = await SendAsync(
            "<b>Site", new MailParagraph("<img src=x>"), new MailFact("<i>", "\"&'"), new MailLink("</a>", "http://a/?a=1&b"));

        Assert.DoesNotContain("<img", message.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", message.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("<i>", message.Html, StringComparison.Ordinal);
        Assert.Contains("&lt;img src=x&gt;", message.Html, StringComparison.Ordinal);
        Assert.Contains("href=\"http://a/?a=1&amp;b\"", message.Html, StringComparison.Ordinal);
    }

    /// <summary>Programs that show mail load nothing, so nobody learns when and where it is read.</summary>
    [Fact]
    public async Task Nothing_is_loaded_from_elsewhere()
    {
        var message = await SendAsync("Example", new MailLink("Choose", "http://127.0.0.1/a"));

        foreach (var loading in new[] { "<img", "<script", "<link", "url(", "@import", "src=" })
            Assert.DoesNotContain(loading, message.Html, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_line_break_in_the_sites_name_or_the_subject_adds_no_header()
    {
        var message = await SendAsync(
            "Site\r\nBcc: mallory@example.test", "A subject\r\nBcc: mallory@example.test\r\n\r\nBody");

        Assert.Empty(message.Message.Bcc);
        Assert.False(message.Message.Headers.Contains("Bcc"));
        Assert.Equal("alice@example.test", message.To);
    }

    [Theory]
    [InlineData("alice@example.test\r\nBcc: mallory@example.test")]
    [InlineData("alice@example.test, mallory@example.test")]
    [InlineData("Friends: alice@example.test, mallory@example.test;")]
    [InlineData("alice")]
    [InlineData("@example.test")]
    [InlineData("")]
    public async Task An_address_that_is_not_one_address_gets_nothing(string to)
    {
        var composer = Composer("Example", out var options);
        var content = composer.Compose(to, "alice", "A subject");
        await using var connection = await new MailServer(options, new TestClock()).ConnectAsync(default);

        var refusal = await Assert.ThrowsAsync<MailException>(() => connection.SendAsync(content, default));

        Assert.Equal(MailFault.Refused, refusal.Fault);
        Assert.Empty(_host.Messages);
    }

    [Theory]
    [InlineData("fr", "Bonjour Alice,")]
    [InlineData("de", "Guten Tag Alice,")]
    public async Task A_message_is_in_the_current_language(string code, string salutation)
    {
        var composer = Composer("Example", out var options);
        var content = Language.Find(code)!.Speak(() => composer.Compose("alice@example.test", "Alice", "A subject"));
        await using var connection = await new MailServer(options, new TestClock()).ConnectAsync(default);
        await connection.SendAsync(content, default);

        var message = await _host.NextAsync();
        Assert.Equal(code, message.Header("Content-Language"));
        Assert.StartsWith(salutation, message.Text, StringComparison.Ordinal);
        Assert.Contains($"<html lang=\"{code}\">", message.Html, StringComparison.Ordinal);
    }

    private Task<ReceivedMail> SendAsync(string site, params MailPart[] parts) => SendAsync(site, "A subject", parts);

    private async Task<ReceivedMail> SendAsync(string site, string subject, params MailPart[] parts)
    {
        var content = Composer(site, out var options).Compose("alice@example.test", "alice", subject, parts);
        await using var connection = await new MailServer(options, new TestClock()).ConnectAsync(default);
        await connection.SendAsync(content, default);
        return await _host.NextAsync();
    }

    private MailComposer Composer(string site, out TokenAuthOptions options)
    {
        options = new TokenAuthOptions
        {
            PublicUrl = "http://127.0.0.1",
            Site = new SiteOptions { Name = site },
            Mail = new MailOptions
            {
                Server = $"localhost:{_host.Port}",
                From = "Example <noreply@example.test>",
                Tls = MailTls.None,
            },
        };
        return new MailComposer(options, new Texts());
    }
}
