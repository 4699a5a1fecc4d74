using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Published;

/// <summary>Mail as an operator sets it up.</summary>
[Collection(PublishedCopy.Commands)]
public sealed class MailTests(PublishedCopy copy)
{
    [Fact]
    public async Task A_server_whose_certificate_the_machine_trusts_gets_the_password_and_the_message_over_TLS()
    {
        using var certificate = MailHost.SelfSigned();
        await using var host = MailHost.Start(certificate, needsPassword: true);
        var trusted = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(trusted, certificate.ExportCertificatePem());
            (string, string)[] settings =
            [
                .. Settings(host), ("TokenAuth__Mail__Tls", "Required"), ("TokenAuth__Mail__User", MailHost.User),
                ("TokenAuth__Mail__Password", MailHost.Password),
            ];
            await using var installation = new PublishedInstallation(copy, [.. settings, ("SSL_CERT_FILE", trusted)]);
            await using var distrusting = new PublishedInstallation(copy, settings);

            (await installation.RunProgramAsync("", "mail", "test", "alice@example.test")).Succeeded();
            var refused = await distrusting.RunProgramAsync("", "mail", "test", "alice@example.test");

            Assert.Equal("alice@example.test", Assert.Single(host.Messages).To);
            Assert.True(host.WasEncrypted);
            Assert.Equal(1, refused.Status);
            Assert.Contains("No TLS", refused.Error, StringComparison.Ordinal);
            Assert.DoesNotContain(MailHost.Password, refused.Error, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(trusted);
        }
    }

    [Fact]
    public async Task A_notice_that_a_command_queues_is_sent_by_the_server_that_starts_later()
    {
        await using var host = MailHost.Start();
        await using var installation = new PublishedInstallation(copy, Settings(host));
        await installation.AddAccountAsync("alice");
        (await installation.RunAsync("account", "key", "alice", "old phone")).Succeeded();
        var listed = (await installation.RunAsync("mail", "list", "--json")).Json();
        var waiting = Assert.Single(listed.GetProperty("messages").EnumerateArray());
        Assert.Equal(("key_made", "alice"), (waiting.Text("kind"), waiting.Text("login")));
        Assert.Equal(
            ["id", "kind", "uid", "login", "created", "expires", "attempts", "next", "error"], waiting.Members);

        await installation.ServeAsync();

        Assert.Equal("alice@example.test", (await host.NextAsync("API key created")).To);
    }

    private static (string, string)[] Settings(MailHost host) =>
    [
        .. host.Settings.Select(one => (one.Name.Replace(":", "__", StringComparison.Ordinal), one.Value)),
    ];
}
