using System.Security.Cryptography.X509Certificates;
using SmtpServer.Protocol;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Languages;
using TokenAuth.Kernel.Mail;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Kernel.Mail;

/// <summary>TLS and sign-in at the mail server.</summary>
public sealed class MailServerTests : IDisposable
{
    private readonly X509Certificate2 _certificate = MailHost.SelfSigned();

    public void Dispose() => _certificate.Dispose();

    [Fact]
    public async Task Required_sends_nothing_if_the_server_does_not_offer_TLS()
    {
        await using var host = MailHost.Start();

        Assert.Equal("No TLS: the server does not offer it", await RefusalAsync(host, MailTls.Required));
        Assert.Empty(host.Messages);
    }

    [Fact]
    public async Task Required_sends_nothing_to_a_server_whose_certificate_is_not_trusted()
    {
        await using var host = MailHost.Start(_certificate);

        Assert.StartsWith(
            "No TLS: The remote certificate", await RefusalAsync(host, MailTls.Required), StringComparison.Ordinal);
        Assert.Empty(host.Messages);
    }

    [Fact]
    public async Task Opportunistic_encrypts_with_any_certificate()
    {
        await using var host = MailHost.Start(_certificate);

        await SendAsync(host, MailTls.Opportunistic);

        Assert.Single(host.Messages);
        Assert.True(host.WasEncrypted);
    }

    [Theory]
    [InlineData("Opportunistic", false)]
    [InlineData("None", true)]
    public async Task Without_TLS_only_Required_refuses(string tls, bool offersTls)
    {
        await using var host = MailHost.Start(offersTls ? _certificate : null);

        await SendAsync(host, Enum.Parse<MailTls>(tls));

        Assert.Single(host.Messages);
        Assert.False(host.WasEncrypted);
    }

    [Fact]
    public async Task The_password_is_presented_and_a_wrong_one_is_said_to_be_wrong()
    {
        await using var host = MailHost.Start(needsPassword: true);

        await SendAsync(host, MailTls.None, MailHost.Password);
        Assert.Single(host.Messages);

        var refusal = await RefusalAsync(host, MailTls.None, "wrong password");
        Assert.StartsWith("The user or the password is wrong", refusal, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong password", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_cannot_check_a_password_now_does_not_make_it_a_wrong_one()
    {
        await using var host = MailHost.Start(needsPassword: true);
        host.ReplyTo = what => what == "AUTH"
            ? new SmtpResponse((SmtpReplyCode)454, "4.7.0 Temporary authentication failure")
            : null;

        Assert.StartsWith(
            "The server cannot check the password now: ", await RefusalAsync(host, MailTls.None, MailHost.Password),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_needs_a_password_which_is_not_configured_loses_nothing()
    {
        await using var host = MailHost.Start(needsPassword: true);

        var refusal = await Assert.ThrowsAsync<MailException>(() => SendAsync(host, MailTls.None));

        Assert.Equal(MailFault.NoServer, refusal.Fault);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_named_as_the_system_does()
    {
        var host = MailHost.Start();
        await host.DisposeAsync();

        Assert.Contains("refused", await RefusalAsync(host, MailTls.None), StringComparison.OrdinalIgnoreCase);
    }

    private static async Task<string> RefusalAsync(MailHost host, MailTls tls, string? password = null)
    {
        var refusal = await Assert.ThrowsAsync<MailException>(() => SendAsync(host, tls, password));
        Assert.Equal(MailFault.NoServer, refusal.Fault);
        Assert.True(OneLine(refusal.Message), refusal.Message);
        return refusal.Message;
    }

    private static bool OneLine(string text) => !text.Contains('\n', StringComparison.Ordinal);

    private static async Task SendAsync(MailHost host, MailTls tls, string? password = null)
    {
        var options = new TokenAuthOptions
        {
            PublicUrl = "http://127.0.0.1",
            Mail = new MailOptions
            {
                Server = $"localhost:{host.Port}",
                From = "noreply@example.test",
                User = password is null ? null : MailHost.User,
                Password = password,
                Tls = tls,
            },
        };
        var content = new MailComposer(options, new Texts()).Compose("alice@example.test", "alice", "A subject");
        await using var connection = await new MailServer(options, new TestClock()).ConnectAsync(default);
        await connection.SendAsync(content, default);
    }
}
