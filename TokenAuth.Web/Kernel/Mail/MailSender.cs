using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Telemetry;

namespace TokenAuth.Kernel.Mail;

/// <summary>
/// Sends the queued messages, one after another. Looks for new ones every few seconds, and at once after this process
/// has added one. When the server stops, the message that is being sent is finished; the others stay queued.
/// </summary>
internal sealed partial class MailSender(
    MailQueue queue, MailServer server, IEnumerable<IMailRequest> requests, SecurityLog events, Metrics telemetry,
    TimeProvider clock, ILogger<MailSender> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private int _waiting;
    private bool _failing;

    /// <summary>Sends what is due now, until nothing is, the mail server fails, or the server stops.</summary>
    public async Task SendDueAsync(CancellationToken stopping)
    {
        MailConnection? connection = null;
        try
        {
            while (!stopping.IsCancellationRequested)
            {
                (_waiting, var isDue) = await queue.LookAsync(stopping);
                if (!isDue || await queue.TakeAsync(stopping) is not { } mail)
                    return;
                if (await PrepareAsync(mail) is not { } content)
                    continue;
                try
                {
                    if (connection is { IsOpen: false })
                    {
                        await connection.DisposeAsync();
                        connection = null;
                    }

                    connection ??= await server.ConnectAsync(CancellationToken.None);
                    await connection.SendAsync(content, CancellationToken.None);
                    await queue.RemoveAsync(mail);
                    telemetry.Mail("sent");
                    _failing = false;
                }
                catch (MailException failure)
                {
                    if (!await HandleAsync(mail, failure))
                        return;
                }
            }
        }
        finally
        {
            if (connection is not null)
                await connection.DisposeAsync();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        telemetry.ObserveQueue("mail", () => _waiting);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await SendDueAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                Failing(failure.GetBaseException().Message);
            }

            await queue.WaitAsync(Interval, stoppingToken);
        }
    }

    /// <summary>Returns the message to send; null if the entry was a request, or is of no use any more.</summary>
    private async Task<MailContent?> PrepareAsync(LeasedMail mail)
    {
        if (mail.ExpiresAt <= clock.GetUtcNow())
        {
            await queue.RemoveAsync(mail);
            telemetry.Mail("expired");
            LogExpired(mail.Id, mail.Kind, mail.AccountId);
        }
        else if (queue.Open(mail) is not { } content)
        {
            await queue.RemoveAsync(mail);
            telemetry.Mail("refused");
            LogUnreadable(mail.Id, mail.Kind, mail.AccountId);
        }
        else if (requests.FirstOrDefault(request => request.Kind == mail.Kind) is { } request)
        {
            await request.CarryOutAsync(mail, content, CancellationToken.None);
        }
        else
        {
            return MailContent.Deserialize(content);
        }

        return null;
    }

    /// <summary>Keeps or drops a message that was not sent. False if the mail server fails.</summary>
    private async Task<bool> HandleAsync(LeasedMail mail, MailException failure)
    {
        if (failure.Fault == MailFault.Refused)
        {
            await events.WriteAsync(
                async (connection, happened) =>
                {
                    if (await MailQueue.RemoveAsync(connection, mail))
                        happened.Add(new SecurityEvent(EventKind.MailRefused, mail.AccountId, Detail: mail.Kind));
                    return true;
                },
                CancellationToken.None);
            telemetry.Mail("refused");
            LogRefused(mail.Id, mail.Kind, mail.AccountId, failure.Message);
            return true;
        }

        await queue.PostponeAsync(mail, failure.Message);
        telemetry.Mail("postponed");
        if (failure.Fault == MailFault.Postponed)
            return true;
        Failing(failure.Message);
        return false;
    }

    /// <summary>Logs one line, not one for each attempt, while the mail server or the store cannot be used.</summary>
    private void Failing(string reason)
    {
        if (!_failing)
            LogFailing(reason);
        _failing = true;
    }

    [LoggerMessage(LogLevel.Warning, "Mail cannot be sent now; it waits in the store: {Reason}")]
    private partial void LogFailing(string reason);

    [LoggerMessage(
        LogLevel.Warning, "The mail server refused message {Id} ({Kind}, account {Account}) for good: {Reason}")]
    private partial void LogRefused(long id, string kind, long? account, string reason);

    [LoggerMessage(LogLevel.Warning, "Message {Id} ({Kind}, account {Account}) could not be sent in time")]
    private partial void LogExpired(long id, string kind, long? account);

    [LoggerMessage(
        LogLevel.Warning, "Message {Id} ({Kind}, account {Account}) cannot be decrypted: its key is lost")]
    private partial void LogUnreadable(long id, string kind, long? account);
}
