using System.Net;
using Microsoft.AspNetCore.Identity;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Languages;
using TokenAuth.Kernel.Limits;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Storage;
using TokenAuth.Kernel.Storage.Caching;
using TokenAuth.Kernel.Telemetry;

namespace TokenAuth.Kernel.Accounts;

/// <summary>The outcome of an attempt to use a link.</summary>
internal enum ResetResult
{
    Done,

    /// <summary>The link is unknown, used, replaced or expired, or its account is neither active nor closing.</summary>
    LinkEnded,

    /// <summary>The new password was refused; the link stays.</summary>
    PasswordRefused,

    /// <summary>Too many people wait for the slow hash; the link stays.</summary>
    Busy,
}

/// <summary>
/// Makes links with which people choose a new password without the old one, and carries them out. A link works once,
/// for an hour, while its account is active and its password unchanged, and until a newer link is made. The owner of a
/// closing account can use one as well, to come back.
/// </summary>
internal sealed class PasswordResets(
    Store store, CacheInvalidator invalidator, PasswordWork work, PasswordRules rules,
    IPasswordHasher<Account> hasher, SecurityLog events, TimeProvider clock, Metrics telemetry)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    /// <summary>The length of a token: 128 random bits in hexadecimal digits.</summary>
    private const int TokenLength = 32;

    private const string Open =
        """
        FROM password_resets r JOIN accounts a ON a.id = r.account_id
        WHERE r.token_hash = @hash AND r.expires_at > @now AND a.state IN (@active, @closing)
          AND r.security_stamp = COALESCE(a.security_stamp, '')
        """;

    /// <summary>
    /// Makes a link's token, which is shown only now, and ends the account's earlier link. Null if the account is not
    /// active.
    /// </summary>
    /// <param name="by">The administrator who asks; null if the person does.</param>
    /// <param name="from">The caller's address.</param>
    public async Task<string?> MakeAsync(long accountId, long? by, IPAddress? from, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        return await events.WriteAsync(
            (connection, happened) => MakeAsync(connection, happened, accountId, by, from, now), cancellation);
    }

    /// <summary>Makes a link's token within the caller's transaction.</summary>
    public static async ValueTask<string?> MakeAsync(
        StoreConnection connection, ICollection<SecurityEvent> happened, long accountId, long? by, IPAddress? from,
        DateTimeOffset now)
    {
        var token = RandomToken.Hex(TokenLength);
        if (await connection.ExecuteAsync(
            """
            INSERT INTO password_resets
              (account_id, token_hash, security_stamp, created_by, created_at, expires_at)
            SELECT id, @hash, COALESCE(security_stamp, ''), @by, @now, @expires
            FROM accounts WHERE id = @account AND state IN (@active, @closing)
            ON CONFLICT (account_id) DO UPDATE SET
              token_hash = excluded.token_hash, security_stamp = excluded.security_stamp,
              created_by = excluded.created_by, created_at = excluded.created_at,
              expires_at = excluded.expires_at
            """,
            ("@hash", TokenHash.Of(token)), ("@by", by), ("@now", now), ("@expires", now + Lifetime),
            ("@account", accountId), ("@active", (long)AccountState.Active),
            ("@closing", (long)AccountState.Closing)) == 0)
            return null;
        happened.Add(new SecurityEvent(EventKind.ResetLinkMade, accountId, From: from) { ActorId = by });
        return token;
    }

    /// <summary>Returns the account of an open link, for its page; null for any other token. Uses nothing up.</summary>
    public async Task<FoundAccount?> FindAsync(string? token, CancellationToken cancellation) =>
        await AccountOfAsync(token, cancellation) is { } account
            ? new FoundAccount(account.Id, account.Login, account.DisplayName, account.State)
            : null;

    /// <summary>
    /// Sets the password that the person has chosen, and ends every session and handshake of the account. API keys
    /// stay.
    /// </summary>
    /// <returns>The result, and what is wrong with the password if that was refused.</returns>
    public async Task<(ResetResult Result, Text? Problem)> UseAsync(
        string? token, string password, IPAddress from, CancellationToken cancellation)
    {
        if (await AccountOfAsync(token, cancellation) is not { } account)
            return (ResetResult.LinkEnded, null);
        if (rules.Check(account, password) is { } wrong)
            return (ResetResult.PasswordRefused, wrong.Message);
        string hash;
        using (var turn = await work.WaitAsync(from, account.Login, Urgency.Trusted, cancellation))
        {
            if (turn is null)
                return (ResetResult.Busy, null);
            hash = hasher.HashPassword(account, password);
        }

        var ended = await WriteAsync(account.Id, TokenHash.Of(token!), hash, from, cancellation);
        if (ended is null)
            return (ResetResult.LinkEnded, null);
        invalidator.Invalidate(account.Id);
        telemetry.SessionsEnded(ended);
        return (ResetResult.Done, null);
    }

    /// <summary>
    /// Returns the dialects of the ended sessions; null if the link ended while the hash was computed.
    /// </summary>
    private ValueTask<List<string>?> WriteAsync(
        long accountId, byte[] tokenHash, string hash, IPAddress from, CancellationToken cancellation)
    {
        var (stamp, concurrency) = (RandomToken.Hex(32), RandomToken.Hex(32));
        SqlParameter id = ("@id", accountId);
        return events.WriteAsync(
            async (connection, happened) =>
            {
                // The lock makes of concurrent uses, changes of the password and changes of the state one sequence.
                if (await AccountLock.TakeAsync(connection, accountId)
                    is not (AccountState.Active or AccountState.Closing))
                    return null;
                var before = await connection.FirstAsync(
                    """
                    DELETE FROM password_resets WHERE account_id = @id AND token_hash = @hash AND expires_at > @now
                    RETURNING security_stamp
                    """,
                    row => row.GetString(0), id, ("@hash", tokenHash), ("@now", clock.GetUtcNow()));
                if (before is null
                    || await connection.ExecuteAsync(
                        """
                        UPDATE accounts
                        SET password_hash = @password, security_stamp = @stamp, concurrency_stamp = @concurrency
                        WHERE id = @id AND COALESCE(security_stamp, '') = @before
                        """,
                        ("@password", hash), ("@stamp", stamp), ("@concurrency", concurrency), id,
                        ("@before", before)) == 0)
                    return null;
                var ended = await AccountChanges.EndAllAsync(connection, id);
                happened.Add(new SecurityEvent(
                    EventKind.PasswordReset, accountId, From: from, Detail: SecurityEvent.SessionsEnded(ended.Count)));
                return ended;
            },
            cancellation);
    }

    private async Task<Account?> AccountOfAsync(string? token, CancellationToken cancellation) =>
        token is { Length: TokenLength }
        && await store.QueryAsync<Account>(
            $"SELECT a.id, a.user_name, a.email, a.display_name, a.state {Open}",
            cancellation,
            ("@hash", TokenHash.Of(token)), ("@now", clock.GetUtcNow()),
            ("@active", (long)AccountState.Active), ("@closing", (long)AccountState.Closing)) is [var account]
            ? account
            : null;
}
