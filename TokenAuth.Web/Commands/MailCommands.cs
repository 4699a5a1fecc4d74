using System.CommandLine;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Hosting;
using TokenAuth.Kernel.Languages;
using TokenAuth.Kernel.Mail;

namespace TokenAuth.Commands;

/// <summary><c>mail test</c> and <c>mail list</c>.</summary>
internal static class MailCommands
{
    public static Command Create() => new("mail", "Checks outgoing mail.") { Test(), List() };

    private static Command Test()
    {
        var address = new Argument<string>("address") { Description = "The e-mail address to send a message to." };
        var test = new Command(
            "test", "Sends a message through the configured mail server now, and prints what the server answers.")
        {
            address, CommandScope.Json,
        }.WithExample("tokenauth mail test alice@example.org");
        test.SetAction(async (parsed, cancellation) =>
        {
            var to = parsed.GetRequiredValue(address);
            if (!Account.IsMailbox(to))
                throw new UsageException($"'{to}' is not an e-mail address such as name@example.org");
            var builder = Server.CreateBuilder(CommandInvocation.Of(parsed).Settings);
            var options = Server.ReadOptions(builder, Program.Dialects);
            if (options.Mail.Server is null)
                throw new SettingsException("TokenAuth:Mail:Server", "is missing, so no mail is sent");
            var answer = await SendAsync(options, to, cancellation);
            CommandScope.Print(
                parsed, new { server = options.Mail.Server, answer }, $"{options.Mail.Server} took it: {answer}");
            return 0;
        });
        return test;
    }

    private static async Task<string> SendAsync(TokenAuthOptions options, string to, CancellationToken cancellation)
    {
        var composer = new MailComposer(options, new Texts());
        var message = composer.Compose(
            to, login: null, "Test message", new MailParagraph("This server can send mail to this address."));
        try
        {
            var server = new MailServer(options, TimeProvider.System);
            await using var connection = await server.ConnectAsync(cancellation);
            return await connection.SendAsync(message, cancellation);
        }
        catch (MailException failure)
        {
            throw new CommandException($"{options.Mail.Server}: {failure.Message}");
        }
    }

    private static Command List()
    {
        var list = new Command("list", "Lists the messages that wait to be sent, the next one first.")
        {
            CommandScope.Json,
        }.WithExample("tokenauth mail list --json");
        list.SetAction(async (parsed, cancellation) =>
        {
            await using var scope = await CommandScope.OpenToReadAsync(parsed);
            var waiting = await scope.Get<MailQueue>().ListAsync(int.MaxValue, cancellation);
            await CommandOutput.PrintListAsync(parsed, "messages", waiting.ToAsyncEnumerable(), JsonOf, Line);
            return 0;
        });
        return list;
    }

    private static object JsonOf(ListedMail mail) => new
    {
        id = mail.Id,
        kind = mail.Kind,
        uid = mail.AccountId,
        login = mail.Login,
        created = CommandOutput.Instant(mail.CreatedAt),
        expires = CommandOutput.Instant(mail.ExpiresAt),
        attempts = mail.Attempts,
        next = CommandOutput.Instant(mail.NextAttemptAt),
        error = mail.LastError,
    };

    private static string Line(ListedMail mail) =>
        $"{mail.Id,7}  {mail.Kind,-24}  {mail.Login ?? "-",-16}  {CommandOutput.Instant(mail.CreatedAt)}"
        + $"  {mail.Attempts,3}  {CommandOutput.Instant(mail.NextAttemptAt)}  {mail.LastError ?? "-"}";
}
