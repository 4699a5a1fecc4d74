using System.Net;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Accounts;

internal sealed partial class AccountAdministration
{
    /// <summary>
    /// Changes the state of an account. If it is no longer active, its sessions and confirmed handshakes end for good;
    /// consents and API keys stay, unless it is deleted. The ended rows stay until the account is active again or
    /// deleted: until then dialects report that the account is closed. A closing account is no longer erased.
    /// </summary>
    /// <param name="state">Any state but <see cref="AccountState.Closing"/>, which only the owner can choose.</param>
    /// <param name="from">The caller's address; null for the command line.</param>
    /// <param name="by">The administrator who acts; null for the command line.</param>
    /// <returns>False, without a change, if <paramref name="by"/> is no longer an active administrator.</returns>
    public async Task<bool> SetStateAsync(
        Account account, AccountState state, IPAddress? from, CancellationToken cancellation, long? by = null)
    {
        var now = clock.GetUtcNow();
        var ended = await events.WriteAsync(
            async (connection, happened) =>
            {
                SqlParameter id = ("@id", account.Id);
                if (by is { } actor && !(await AccountLock.TakeAdministratorsAsync(connection)).Contains(actor))
                    return null;
                var before = await AccountLock.TakeAsync(connection, account.Id);
                if (before is null || before == state)
                    return [];
                await connection.ExecuteAsync(
                    "UPDATE accounts SET state = @state, erase_at = NULL WHERE id = @id", ("@state", (long)state), id);
                var ended = before == AccountState.Active
                    ? await connection.ListAsync(
                        """
                        SELECT dialect FROM sessions
                        WHERE account_id = @id AND (expires_at IS NULL OR expires_at > @now)
                        """,
                        row => row.GetString(0), id, ("@now", now))
                    : [];
                if (state is AccountState.Active or AccountState.Deleted)
                {
                    await connection.ExecuteAsync("DELETE FROM handshakes WHERE account_id = @id", id);
                    await connection.ExecuteAsync("DELETE FROM sessions WHERE account_id = @id", id);
                }

                if (state == AccountState.Deleted)
                {
                    await connection.ExecuteAsync("DELETE FROM consents WHERE account_id = @id", id);
                    await connection.ExecuteAsync("DELETE FROM account_keys WHERE account_id = @id", id);
                }

                happened.Add(new SecurityEvent(
                    EventKind.AccountStateChanged, account.Id, From: from,
                    Detail: SecurityEvent.With(
                        state.ToString().ToLowerInvariant(), SecurityEvent.SessionsEnded(ended.Count)))
                {
                    ActorId = by,
                });
                return ended;
            },
            cancellation);
        invalidator.Invalidate(account.Id);
        telemetry.SessionsEnded(ended ?? []);
        return ended is not null;
    }
}
