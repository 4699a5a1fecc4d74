using System.Net;
using Microsoft.AspNetCore.Identity;
using TokenAuth.Kernel.Accounts.Messages;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Limits;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Storage;
using TokenAuth.Kernel.Storage.Caching;
using TokenAuth.Kernel.Telemetry;

namespace TokenAuth.Kernel.Accounts;

/// <summary>Changes an account on behalf of its operator: password, login name, e-mail address; erases it.</summary>
internal sealed class AccountChanges(
    IPasswordHasher<Account> hasher, PasswordWork work, PasswordRules rules, CacheInvalidator invalidator,
    SecurityLog events, Metrics telemetry)
{
    /// <summary>
    /// Sets a password without proof of the old one. Ends every session of the account, those of applications included:
    /// whoever knew the old password may have opened any of them. Deletes its handshakes. API keys and consents stay.
    /// </summary>
    /// <returns>The number of sessions that ended, or the error.</returns>
    public async Task<(int SessionsEnded, InputError? Error)> SetPasswordAsync(
        Account account, string password, CancellationToken cancellation)
    {
        if (rules.Check(account, password, minLength: 1) is { } wrong)
            return (0, wrong);
        string hash;
        using (var turn = await work.WaitAsync(from: null, account.UserName, Urgency.Trusted, cancellation))
        {
            if (turn is null)
                return (0, InputError.Busy);
            hash = hasher.HashPassword(account, password);
        }

        SqlParameter id = ("@id", account.Id);
        var (stamp, concurrency) = (RandomToken.Hex(32), RandomToken.Hex(32));
        var ended = await events.WriteAsync(
            async (connection, happened) =>
            {
                await connection.ExecuteAsync(
                    """
                    UPDATE accounts SET password_hash = @hash, security_stamp = @stamp, concurrency_stamp = @concurrency
                    WHERE id = @id
                    """,
                    ("@hash", hash), ("@stamp", stamp), ("@concurrency", concurrency), id);
                var ended = await EndAllAsync(connection, id);
                happened.Add(new SecurityEvent(
                    EventKind.PasswordChanged, account.Id, Detail: SecurityEvent.SessionsEnded(ended.Count)));
                return ended;
            },
            cancellation);
        Changed(account.Id, ended);
        return (ended.Count, null);
    }

    /// <summary>Ends every session of an account, and deletes its handshakes, which would become sessions.</summary>
    /// <returns>The number of sessions that ended.</returns>
    public async Task<int> EndSessionsAsync(long accountId, CancellationToken cancellation)
    {
        var ended = await events.WriteAsync(
            async (connection, happened) =>
            {
                var ended = await EndAllAsync(connection, ("@id", accountId));
                if (ended.Count > 0)
                {
                    happened.Add(new SecurityEvent(
                        EventKind.SessionEnded, accountId, Detail: SecurityEvent.SessionsEnded(ended.Count)));
                }

                return ended;
            },
            cancellation);
        Changed(accountId, ended);
        return ended.Count;
    }

    /// <summary>
    /// Gives an account another login name. Sessions, keys and consents stay: they belong to the account's number. A
    /// displayed name that was the old login name becomes the new one.
    /// </summary>
    /// <returns>The error; null if there is none.</returns>
    public async Task<InputError?> RenameAsync(Account account, string login, CancellationToken cancellation)
    {
        if (!Account.IsLogin(login))
            return InputError.NotALogin;
        try
        {
            await events.WriteAsync(
                async (connection, happened) =>
                {
                    var changed = await connection.ExecuteAsync(
                        """
                        UPDATE accounts SET
                          display_name = CASE WHEN display_name = user_name THEN @login ELSE display_name END,
                          user_name = @login, normalized_user_name = @normalized, concurrency_stamp = @concurrency
                        WHERE id = @id AND user_name <> @login
                        """,
                        ("@login", login), ("@normalized", login.ToUpperInvariant()),
                        ("@concurrency", RandomToken.Hex(32)), ("@id", account.Id));
                    if (changed == 1)
                        happened.Add(new SecurityEvent(EventKind.AccountRenamed, account.Id, Detail: account.Login));
                    return changed;
                },
                cancellation);
        }
        catch (Exception failure) when (StoreUnavailableException.IsBrokenRule(failure))
        {
            return InputError.LoginIsTaken;
        }

        invalidator.Invalidate(account.Id);
        return null;
    }

    /// <summary>Sets the e-mail address, which is then unconfirmed. The former one is told.</summary>
    /// <param name="from">The caller's address; null for the command line.</param>
    /// <returns>The error; null if there is none.</returns>
    public async Task<InputError?> SetEmailAsync(
        long accountId, string email, IPAddress? from, CancellationToken cancellation)
    {
        if (!Account.IsMailbox(email))
            return InputError.NotAnEmail;
        await events.WriteAsync(
            async (connection, happened) =>
            {
                await AccountLock.TakeAsync(connection, accountId);
                var before = await Recipients.ReadAsync(connection, accountId);
                if (before is null || before.Email == email)
                    return false;
                await StoreEmailAsync(connection, accountId, email, isConfirmed: false);
                happened.Add(new SecurityEvent(EventKind.EmailChanged, accountId, From: from) { Recipient = before });
                return true;
            },
            cancellation);
        return null;
    }

    /// <summary>
    /// Stores an address within the caller's transaction. Links that were sent before, to it or to the former one, end.
    /// </summary>
    public static async ValueTask StoreEmailAsync(
        StoreConnection connection, long accountId, string email, bool isConfirmed)
    {
        SqlParameter id = ("@id", accountId);
        await connection.ExecuteAsync(
            """
            UPDATE accounts SET email = @email, normalized_email = @normalized, email_confirmed = @confirmed,
              concurrency_stamp = @concurrency
            WHERE id = @id
            """,
            ("@email", email), ("@normalized", email.Normalize().ToUpperInvariant()), ("@confirmed", isConfirmed),
            ("@concurrency", RandomToken.Hex(32)), id);
        await connection.ExecuteAsync("DELETE FROM email_confirmations WHERE account_id = @id", id);
        await connection.ExecuteAsync("DELETE FROM password_resets WHERE account_id = @id", id);
    }

    /// <summary>Erases an account at once (<see cref="AccountErasure"/>).</summary>
    /// <returns>The number of sessions that ended.</returns>
    public async Task<int> EraseAsync(Account account, CancellationToken cancellation)
    {
        var ended = await events.WriteAsync(
            async (connection, happened) => await AccountLock.TakeAsync(connection, account.Id) is null
                ? []
                : await AccountErasure.EraseAsync(connection, happened, account.Id),
            cancellation);
        Changed(account.Id, ended);
        return ended.Count;
    }

    /// <summary>
    /// Ends every session of an account and deletes its handshakes, within the caller's transaction. Returns the
    /// dialects of the sessions.
    /// </summary>
    /// <param name="id">The account's number, as <c>@id</c>.</param>
    public static async ValueTask<List<string>> EndAllAsync(StoreConnection connection, SqlParameter id)
    {
        await DropPendingAsync(connection, id);
        return await connection.ListAsync(
            "DELETE FROM sessions WHERE account_id = @id RETURNING dialect", row => row.GetString(0), id);
    }

    /// <summary>
    /// Drops what somebody with the account's session may have begun, within the caller's transaction: handshakes,
    /// which would become sessions, and a change of the e-mail address that waits for its confirmation.
    /// </summary>
    public static async ValueTask DropPendingAsync(StoreConnection connection, SqlParameter id)
    {
        await connection.ExecuteAsync("DELETE FROM handshakes WHERE account_id = @id", id);
        await connection.ExecuteAsync(
            """
            DELETE FROM email_confirmations WHERE account_id = @id
              AND email <> (SELECT COALESCE(email, '') FROM accounts WHERE id = @id)
            """,
            id);
    }

    private void Changed(long accountId, IReadOnlyList<string> ended)
    {
        invalidator.Invalidate(accountId);
        telemetry.SessionsEnded(ended);
    }
}
