using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Languages;
using TokenAuth.Kernel.Limits;
using TokenAuth.Kernel.Mail;
using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Accounts.Messages;

/// <summary>
/// Sends links with which people choose a new password (<see cref="PasswordResets"/>). The page only queues what was
/// typed. Accounts are looked up later, so that neither the answer nor its time tells whether there is one.
/// </summary>
internal sealed class PasswordResetRequests(
    Store store, MailQueue queue, MailComposer composer, SecurityLog events, Texts texts, TimeProvider clock)
    : IMailRequest
{
    /// <summary>The kind of the message. It is not that of the request.</summary>
    private const string MessageKind = "password_reset_link";

    /// <summary>More accounts of one address than this get no link.</summary>
    private const long MaxAccounts = 20;

    /// <summary>
    /// A request waits for a random time up to this. So the next answers of the server do not tell by their time that
    /// it has work to do.
    /// </summary>
    private static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(3);

    public string Kind => "password_reset_request";

    /// <summary>Queues a request.</summary>
    /// <param name="typed">A login name or an e-mail address.</param>
    /// <returns>The time to wait if the network has asked too often; otherwise null.</returns>
    public async Task<TimeSpan?> AskAsync(string typed, IPAddress from, CancellationToken cancellation)
    {
        var seal = queue.Seal();
        var asked = JsonSerializer.Serialize(new Asked(typed, from.ToString(), Language.Current.Code));
        var delay = TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32((int)MaxDelay.TotalMilliseconds));
        var wait = await store.WriteAsync(
            async connection =>
            {
                if (await MailLimit.ForNetworkAsync(connection, from, clock.GetUtcNow()) is { } wait)
                    return wait;
                await queue.AddAsync(connection, seal, accountId: null, Kind, asked, PasswordResets.Lifetime, delay);
                return (TimeSpan?)null;
            },
            cancellation);
        return wait;
    }

    public async Task CarryOutAsync(LeasedMail request, string content, CancellationToken cancellation)
    {
        var asked = JsonSerializer.Deserialize<Asked>(content)!;
        var seal = queue.Seal();
        var queued = await events.WriteAsync(
            async (connection, happened) =>
            {
                var queued = 0;
                if (!await MailQueue.RemoveAsync(connection, request))
                    return queued;
                foreach (var mailbox in (await FindAsync(connection, asked.Typed)).GroupBy(
                    account => account.To.Email!, StringComparer.Ordinal))
                {
                    if (await MailLimit.ForResetAsync(connection, mailbox.Key, clock.GetUtcNow()) is not null)
                        continue;
                    await AddAsync(connection, happened, seal, [.. mailbox], asked);
                    queued++;
                }

                return queued;
            },
            cancellation);
        queue.Added(queued);
    }

    private async ValueTask AddAsync(
        StoreConnection connection, ICollection<SecurityEvent> happened, MailSeal seal, Owner[] accounts, Asked asked)
    {
        var (now, from) = (clock.GetUtcNow(), IPAddress.Parse(asked.From));
        var links = new List<(string Login, string Address)>();
        foreach (var account in accounts)
        {
            if (await PasswordResets.MakeAsync(connection, happened, account.Id, by: null, from, now) is { } token)
                links.Add((account.To.Login, composer.Address($"/reset?token={token}")));
        }

        if (links.Count == 0)
            return;
        var to = accounts[0].To;
        var language = to.LanguageOr(Language.Find(asked.Language) ?? Language.English);
        var content = language.Speak(() => Compose(to, links, to.When(now), asked.From));
        await queue.AddAsync(
            connection, seal, accounts[0].Id, MessageKind, content.Serialize(), PasswordResets.Lifetime);
    }

    private MailContent Compose(
        EventRecipient to, List<(string Login, string Address)> links, string when, string from)
    {
        List<MailPart> parts = [new MailParagraph(texts["You can choose a new password for your account."])];
        if (links.Count == 1)
        {
            parts.Add(new MailLink(texts["Choose a new password"], links[0].Address));
        }
        else
        {
            parts.Add(new MailParagraph(texts[
                "Several accounts have this e-mail address. Use the link of the account that you want to sign in "
                + "to."]));
            parts.AddRange(links.Select(
                link => new MailLink(texts["Choose a new password for {0}", link.Login], link.Address)));
        }

        parts.Add(new MailParagraph(texts[
            "Each link works once and expires after one hour. Your password does not change until you choose a "
                + "new one."]));
        parts.Add(new MailParagraph(texts["If you did not ask for this, you can ignore this message."]));
        parts.Add(new MailFact(texts["Requested"], when));
        parts.Add(new MailFact(texts["From"], from));
        return composer.Compose(
            to.Email!, links.Count == 1 ? to.Login : null, texts["Choose a new password"], parts);
    }

    /// <summary>Finds the active and closing accounts with this login name, or with this e-mail address.</summary>
    private static async ValueTask<IEnumerable<Owner>> FindAsync(StoreConnection connection, string typed)
    {
        var (column, value) = Account.IsEmail(typed) ? ("normalized_email", typed.Normalize().ToUpperInvariant())
            : ("normalized_user_name", Account.LoginOf(typed).ToUpperInvariant());
        var found = await connection.ListAsync(
            $"""
            SELECT id, user_name, email, language, time_zone FROM accounts
            WHERE {column} = @value AND state IN (@active, @closing) ORDER BY id LIMIT @limit
            """,
            row => new Owner(
                row.GetInt64(0),
                new EventRecipient(row.GetString(1), row.TextOrNull(2), row.TextOrNull(3), row.TextOrNull(4))),
            ("@value", value), ("@active", (long)AccountState.Active), ("@closing", (long)AccountState.Closing),
            ("@limit", MaxAccounts));
        return found.Where(owner => Account.IsMailbox(owner.To.Email));
    }

    private sealed record Asked(string Typed, string From, string Language);

    private sealed record Owner(long Id, EventRecipient To);
}
