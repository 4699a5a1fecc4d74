using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Formats;

namespace TokenAuth.Kernel.Mail;

/// <summary>What a failed attempt to send a message means.</summary>
internal enum MailFault
{
    /// <summary>The server refused this message for good (a reply of 500 or more).</summary>
    Refused,

    /// <summary>The server refused this message for now.</summary>
    Postponed,

    /// <summary>No message can be sent: no connection, no TLS, or the server refuses this sender.</summary>
    NoServer,
}

/// <summary>A message was not sent.</summary>
/// <param name="why">The mail server's words, in one line, without the recipient's address.</param>
internal sealed class MailException(MailFault fault, string why) : Exception(why)
{
    public MailFault Fault => fault;
}

/// <summary>Opens connections to the configured mail server.</summary>
internal sealed class MailServer(TokenAuthOptions options, TimeProvider clock)
{
    private const int SmtpsPort = 465;

    /// <summary>The limit of a connection, and of each message.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <exception cref="MailException">There is no connection, or the server does not let us in.</exception>
    [SuppressMessage(
        "Security", "CA5359", Justification = "Opportunistic: the alternative to any certificate is no encryption.")]
    public async Task<MailConnection> ConnectAsync(CancellationToken cancellation)
    {
        var mail = options.Mail;
        var address = MailServerAddress.Read(mail.Server!)!;
        var client = new SmtpClient
        {
            LocalDomain = new Uri(options.PublicUrl!).IdnHost,
            Timeout = (int)Patience.TotalMilliseconds,
            // A server rarely reaches the lists of revoked certificates, and private authorities have none.
            CheckCertificateRevocation = false,
        };
        if (mail.Tls == MailTls.Opportunistic)
            client.ServerCertificateValidationCallback = (_, _, _, _) => true;
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limit.CancelAfter(Patience);
            await client.ConnectAsync(address.Host, address.Port, SecurityOf(mail.Tls, address.Port), limit.Token);
            if (mail.User is not null)
                await client.AuthenticateAsync(mail.User, mail.Password!, limit.Token);
            return new MailConnection(client, MailSettings.SenderOf(mail.From!)!, clock);
        }
        catch (Exception failure) when (MailConnection.IsFailure(failure, cancellation))
        {
            client.Dispose();
            throw new MailException(MailFault.NoServer, Sentence(failure));
        }
    }

    private static SecureSocketOptions SecurityOf(MailTls tls, int port) => tls switch
    {
        MailTls.None => SecureSocketOptions.None,
        _ when port == SmtpsPort => SecureSocketOptions.SslOnConnect,
        MailTls.Required => SecureSocketOptions.StartTls,
        _ => SecureSocketOptions.StartTlsWhenAvailable,
    };

    /// <summary>Says in one line why there is no connection. The libraries' texts for TLS are pages long.</summary>
    private static string Sentence(Exception failure) => failure switch
    {
        SslHandshakeException { InnerException: { } inner } => $"No TLS: {OneLine.Of(inner.Message)}",
        SslHandshakeException => "No TLS: the certificate is not valid for the server's name",
        NotSupportedException => "No TLS: the server does not offer it",
        AuthenticationException { InnerException: SmtpCommandException { StatusCode: < (SmtpStatusCode)500 } } =>
            $"The server cannot check the password now: {OneLine.Of(failure.Message)}",
        AuthenticationException => $"The user or the password is wrong: {OneLine.Of(failure.Message)}",
        OperationCanceledException => "The server did not answer in time",
        _ => OneLine.Of(failure.GetBaseException().Message),
    };
}

/// <summary>A connection to the mail server, for several messages. One thread at a time may use it.</summary>
internal sealed class MailConnection(SmtpClient client, MailboxAddress sender, TimeProvider clock) : IAsyncDisposable
{
    private const int MaxReply = 300;

    /// <summary>Tells whether the server has not closed the connection.</summary>
    public bool IsOpen => client.IsConnected;

    /// <summary>Sends a message, and returns the server's answer.</summary>
    /// <exception cref="MailException">The message was not sent.</exception>
    public async Task<string> SendAsync(MailContent content, CancellationToken cancellation)
    {
        if (!MailboxAddress.TryParse(content.To, out var recipient))
            throw new MailException(MailFault.Refused, "The address is not one that mail can be sent to");
        using var message = Build(content, recipient);
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limit.CancelAfter(MailServer.Patience);
            return Shown(await client.SendAsync(message, sender, [recipient], limit.Token), content.To);
        }
        catch (SmtpCommandException refusal)
        {
            // The connection stays usable: the client has sent RSET.
            var why = Shown($"{(int)refusal.StatusCode} {refusal.Message}", content.To);
            throw new MailException(FaultOf(refusal), why);
        }
        catch (Exception failure) when (IsFailure(failure, cancellation))
        {
            throw new MailException(
                MailFault.NoServer,
                failure is OperationCanceledException
                    ? "The server did not answer in time"
                    : Shown(failure.GetBaseException().Message, content.To));
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5), TimeProvider.System);
            await client.DisconnectAsync(quit: true, limit.Token);
        }
        catch (Exception failure) when (IsFailure(failure, CancellationToken.None))
        {
            // The server has closed the connection.
        }

        client.Dispose();
    }

    /// <summary>Tells the failures of a connection from defects and from the caller's cancellation.</summary>
    public static bool IsFailure(Exception failure, CancellationToken cancellation) => failure switch
    {
        OperationCanceledException => !cancellation.IsCancellationRequested,
        SocketException or IOException or ProtocolException or CommandException or TimeoutException
            or AuthenticationException or SslHandshakeException or NotSupportedException
            or ServiceNotConnectedException or ServiceNotAuthenticatedException => true,
        _ => false,
    };

    private static MailFault FaultOf(SmtpCommandException refusal) => refusal.ErrorCode switch
    {
        SmtpErrorCode.RecipientNotAccepted or SmtpErrorCode.MessageNotAccepted =>
            (int)refusal.StatusCode >= 500 ? MailFault.Refused : MailFault.Postponed,
        // The sender or the session is refused, which is the operator's to put right.
        _ => MailFault.NoServer,
    };

    private MimeMessage Build(MailContent content, MailboxAddress recipient)
    {
        var message = new MimeMessage { Subject = content.Subject, MessageId = content.MessageId };
        message.From.Add(sender);
        message.To.Add(recipient);
        message.Date = clock.GetUtcNow();
        message.Headers.Add("Auto-Submitted", "auto-generated"); // RFC 3834: no automatic replies
        message.Body = new BodyBuilder { TextBody = content.Text, HtmlBody = content.Html }.ToMessageBody();
        message.Body.Headers.Add("Content-Language", content.Language);
        return message;
    }

    private static string Shown(string reply, string recipient)
    {
        var line = OneLine.Of(reply.ReplaceLineEndings(" "))
            .Replace(recipient, "(address)", StringComparison.OrdinalIgnoreCase);
        return line.Length <= MaxReply ? line : line[..MaxReply];
    }
}
