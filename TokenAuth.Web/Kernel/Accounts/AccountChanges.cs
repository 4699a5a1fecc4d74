using Microsoft.AspNetCore.Identity;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Limits;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Storage;
using TokenAuth.Kernel.Storage.Caching;
using TokenAuth.Kernel.Telemetry;

namespace TokenAuth.Kernel.Accounts;

/// <summary>Changes an account on behalf of its operator: password, login name, e-mail address; erases it.</summary>
internal sealed class AccountChanges(
    IPasswordHasher<Account> hasher, PasswordWork work, CacheInvalidator invalidator, SecurityLog events,
    Metrics telemetry)
{
    /// <summary>
    /// Sets a password without proof of the old one. Ends every session of the account, those of applications included:
    /// whoever knew the old password may have opened any of them. Deletes its handshakes. API keys and consents stay.
    /// </summary>
    /// <returns>The number of sessions that ended, or the error.</returns>
    public async Task<(int SessionsEnded, InputError? Error)> SetPasswordAsync(
        Account account, string password, CancellationToken cancellation)
    {
        if (AccountAdministration.CheckPassword(account, password, minLength: 1) is { } wrong)
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

    /// <summary>Sets the e-mail address, which is then unconfirmed.</summary>
    /// <returns>The error; null if there is none.</returns>
    public async Task<InputError?> SetEmailAsync(Account account, string email, CancellationToken cancellation)
    {
        if (!Account.IsEmail(email))
            return InputError.NotAnEmail;
        await events.WriteAsync(
            async (connection, happened) =>
            {
                var changed = await connection.ExecuteAsync(
                    """
                    UPDATE accounts SET email = @email, normalized_email = @normalized, email_confirmed = @confirmed,
                      concurrency_stamp = @concurrency
                    WHERE id = @id AND (email IS NULL OR email <> @email)
                    """,
                    ("@email", email), ("@normalized", email.Normalize().ToUpperInvariant()), ("@confirmed", false),
                    ("@concurrency", RandomToken.Hex(32)), ("@id", account.Id));
                if (changed == 1)
                    happened.Add(new SecurityEvent(EventKind.EmailChanged, account.Id));
                return changed;
            },
            cancellation);
        return null;
    }

    /// <summary>
    /// Erases an account with its sessions, handshakes, consents, API keys and factors. Its security events stay until
    /// they expire, with its number, but without what the person typed: names of keys and passkeys, earlier login
    /// names.
    /// </summary>
    /// <returns>The number of sessions that ended.</returns>
    public async Task<int> EraseAsync(Account account, CancellationToken cancellation)
    {
        SqlParameter id = ("@id", account.Id);
        var ended = await events.WriteAsync(
            async (connection, happened) =>
            {
                if (await AccountLock.TakeAsync(connection, account.Id) is null)
                    return [];
                var ended = await EndAllAsync(connection, id);
                await connection.ExecuteAsync("DELETE FROM consents WHERE account_id = @id", id);
                await connection.ExecuteAsync("DELETE FROM account_keys WHERE account_id = @id", id);
                await connection.ExecuteAsync("DELETE FROM accounts WHERE id = @id", id);
                await connection.ExecuteAsync(
                    """
                    UPDATE security_events SET detail = NULL
                    WHERE account_id = @id AND kind IN (@made, @revoked, @renamed, @added, @removed)
                    """,
                    id,
                    ("@made", SecurityLog.NameOf(EventKind.KeyMade)),
                    ("@revoked", SecurityLog.NameOf(EventKind.KeyRevoked)),
                    ("@renamed", SecurityLog.NameOf(EventKind.AccountRenamed)),
                    ("@added", SecurityLog.NameOf(EventKind.PasskeyAdded)),
                    ("@removed", SecurityLog.NameOf(EventKind.PasskeyRemoved)));
                happened.Add(new SecurityEvent(
                    EventKind.AccountErased, account.Id, Detail: SecurityEvent.SessionsEnded(ended.Count)));
                return ended;
            },
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
        await connection.ExecuteAsync("DELETE FROM handshakes WHERE account_id = @id", id);
        return await connection.ListAsync(
            "DELETE FROM sessions WHERE account_id = @id RETURNING dialect", row => row.GetString(0), id);
    }

    private void Changed(long accountId, IReadOnlyList<string> ended)
    {
        invalidator.Invalidate(accountId);
        telemetry.SessionsEnded(ended);
    }
}
