using System.Net;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Languages;
using TokenAuth.Kernel.Limits;
using TokenAuth.Kernel.Mail;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Accounts.Messages;

/// <summary>The e-mail address of an account, as its owner sees it.</summary>
/// <param name="Pending">The address that a link was sent to and that replaces this one; null if there is none.</param>
/// <param name="PendingUntil">The time at which that link ends.</param>
internal sealed record AccountEmail(
    string? Email, bool EmailConfirmed, string? Pending = null, DateTimeOffset? PendingUntil = null);

/// <summary>What an open link confirms.</summary>
internal sealed record FoundConfirmation(string Login, string Email);

/// <summary>
/// Sends links that confirm an e-mail address: the account's own, or one that replaces it. A link works once, for a
/// day, while its account is active, and until a newer one is sent. An address replaces another one only when it is
/// confirmed.
/// </summary>
internal sealed class EmailConfirmations(
    Store store, MailQueue queue, MailComposer composer, SecurityLog events, Texts texts, TimeProvider clock)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(1);

    /// <summary>The kind of the message.</summary>
    private const string Kind = "email_confirmation";

    /// <summary>The length of a token: 128 random bits in hexadecimal digits.</summary>
    private const int TokenLength = 32;

    private const string Open =
        """
        FROM email_confirmations c JOIN accounts a ON a.id = c.account_id
        WHERE c.token_hash = @hash AND c.expires_at > @now AND a.state = @active
        """;

    /// <summary>Tells whether addresses can be confirmed, because a mail server is configured.</summary>
    public bool IsOn => queue.IsOn;

    /// <summary>Returns the account's address; null if there is no such account.</summary>
    public ValueTask<AccountEmail?> ReadAsync(long accountId, CancellationToken cancellation) => store.ReadAsync(
        connection => connection.FirstAsync(
            """
            SELECT a.email, a.email_confirmed, c.email, c.expires_at
            FROM accounts a
            LEFT JOIN email_confirmations c
              ON c.account_id = a.id AND c.expires_at > @now AND c.email <> COALESCE(a.email, '')
            WHERE a.id = @account
            """,
            row => new AccountEmail(row.TextOrNull(0), row.GetBoolean(1), row.TextOrNull(2), row.InstantOrNull(3)),
            ("@now", clock.GetUtcNow()), ("@account", accountId)),
        cancellation);

    /// <summary>Sends a link, which replaces an earlier one.</summary>
    /// <param name="replacement">The address that replaces the account's; null to confirm the account's own.</param>
    /// <returns>The time to wait if too many links were sent; otherwise null.</returns>
    public async Task<TimeSpan?> SendAsync(
        long accountId, string? replacement, IPAddress from, CancellationToken cancellation)
    {
        var (seal, language) = (queue.Seal(), Language.Current);
        var (isQueued, wait) = await events.WriteAsync(
            async (connection, happened) =>
            {
                var now = clock.GetUtcNow();
                var state = await AccountLock.TakeAsync(connection, accountId);
                var owner = await Recipients.ReadAsync(connection, accountId);
                if (state != AccountState.Active || owner is null || !Account.IsMailbox(replacement ?? owner.Email))
                    return (false, (TimeSpan?)null);
                var to = owner with { Email = replacement ?? owner.Email };
                if ((await MailLimit.ForAccountAsync(connection, accountId, now)
                    ?? await MailLimit.ForConfirmationAsync(connection, to.Email!, now)) is { } wait)
                    return (false, wait);
                var token = await MakeAsync(connection, accountId, to.Email!, now);
                var content = to.LanguageOr(language).Speak(() => Compose(to, replacement is not null, token));
                await queue.AddAsync(connection, seal, accountId, Kind, content.Serialize(), Lifetime);
                if (replacement is not null)
                    happened.Add(new SecurityEvent(EventKind.EmailChangeRequested, accountId, From: from));
                return (true, null);
            },
            cancellation);
        if (isQueued)
            queue.Added(1);
        return wait;
    }

    /// <summary>Returns what an open link confirms; null for any other token. Uses nothing up.</summary>
    public async Task<FoundConfirmation?> FindAsync(string? token, CancellationToken cancellation) =>
        token is { Length: TokenLength }
        && await store.QueryAsync<FoundConfirmation>(
            $"SELECT a.user_name AS login, c.email {Open}",
            cancellation,
            ("@hash", TokenHash.Of(token)), ("@now", clock.GetUtcNow()),
            ("@active", (long)AccountState.Active)) is [var found]
            ? found
            : null;

    /// <summary>
    /// Uses a link: the account has the address, and it is confirmed. A reset link that was sent to an earlier address
    /// ends.
    /// </summary>
    /// <returns>False if the link does not work.</returns>
    public async Task<bool> UseAsync(string? token, IPAddress from, CancellationToken cancellation)
    {
        if (token is not { Length: TokenLength })
            return false;
        var hash = TokenHash.Of(token);
        return await events.WriteAsync(
            async (connection, happened) =>
            {
                var now = clock.GetUtcNow();
                var account = await connection.FirstAsync(
                    $"SELECT a.id {Open}", row => (long?)row.GetInt64(0), ("@hash", hash), ("@now", now),
                    ("@active", (long)AccountState.Active));

                // The lock makes of concurrent uses and changes of the address or the state one sequence.
                if (account is not { } id || await AccountLock.TakeAsync(connection, id) != AccountState.Active)
                    return false;
                var email = await connection.FirstAsync(
                    "DELETE FROM email_confirmations WHERE token_hash = @hash AND expires_at > @now RETURNING email",
                    row => row.GetString(0), ("@hash", hash), ("@now", now));
                if (email is null)
                    return false;
                var before = await Recipients.ReadAsync(connection, id);
                if (before!.Email == email)
                {
                    await connection.ExecuteAsync(
                        "UPDATE accounts SET email_confirmed = @yes WHERE id = @id", ("@yes", true), ("@id", id));
                    happened.Add(new SecurityEvent(EventKind.EmailConfirmed, id, From: from));
                }
                else
                {
                    await AccountChanges.StoreEmailAsync(connection, id, email, isConfirmed: true);
                    happened.Add(new SecurityEvent(EventKind.EmailChanged, id, From: from) { Recipient = before });
                }

                return true;
            },
            cancellation);
    }

    /// <summary>Ends the account's link, so that its address stays as it is.</summary>
    public async Task CancelAsync(long accountId, CancellationToken cancellation) => await store.WriteAsync(
        connection => connection.ExecuteAsync(
            "DELETE FROM email_confirmations WHERE account_id = @account", ("@account", accountId)),
        cancellation);

    private static async ValueTask<string> MakeAsync(
        StoreConnection connection, long accountId, string email, DateTimeOffset now)
    {
        var token = RandomToken.Hex(TokenLength);
        await connection.ExecuteAsync(
            """
            INSERT INTO email_confirmations (account_id, token_hash, email, created_at, expires_at)
            VALUES (@account, @hash, @email, @now, @expires)
            ON CONFLICT (account_id) DO UPDATE SET
              token_hash = excluded.token_hash, email = excluded.email, created_at = excluded.created_at,
              expires_at = excluded.expires_at
            """,
            ("@account", accountId), ("@hash", TokenHash.Of(token)), ("@email", email), ("@now", now),
            ("@expires", now + Lifetime));
        return token;
    }

    private MailContent Compose(EventRecipient to, bool isReplacement, string token) => composer.Compose(
        to.Email!,
        to.Login,
        texts["Confirm your e-mail address"],
        new MailParagraph(isReplacement
            ? texts["You asked to use this e-mail address for your account. Please confirm that it is yours."]
            : texts[
                "Please confirm that this is your e-mail address. With it you can get back into your account if you "
                + "forget your password."]),
        new MailLink(texts["Confirm the address"], composer.Address($"/confirm?token={token}")),
        new MailParagraph(texts["The link works once and expires after one day."]),
        new MailParagraph(texts["If you did not ask for this, you can ignore this message."]));
}
