using System.Net;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Accounts.Factors;

/// <summary>What an account has besides its password.</summary>
/// <param name="IsOn">Tells whether a sign-in with the password needs a second factor.</param>
/// <param name="AuthenticatorSince">When the authenticator app was set up; null if there is none.</param>
/// <param name="RecoveryCodes">The number of recovery codes that are left.</param>
internal sealed record FactorState(bool IsOn, DateTimeOffset? AuthenticatorSince, long RecoveryCodes);

/// <summary>
/// Turns the second factor of accounts on and off: authenticator apps and recovery codes. While it is on, the account
/// has an authenticator app or a passkey. If the last of these is removed, the second factor is off, and the recovery
/// codes are gone.
/// </summary>
internal sealed class SecondFactor(Store store, SecretProtector secrets, SecurityLog events, TimeProvider clock)
{
    /// <summary>Reads the state for pages and commands.</summary>
    public async Task<FactorState> ReadAsync(long accountId, CancellationToken cancellation) =>
        await store.ReadAsync(
            connection => connection.FirstAsync(
                """
                SELECT a.two_factor_enabled,
                       (SELECT created_at FROM authenticators WHERE account_id = a.id),
                       (SELECT COUNT(*) FROM recovery_codes WHERE account_id = a.id)
                FROM accounts a WHERE a.id = @account
                """,
                row => new FactorState(row.GetBoolean(0), row.InstantOrNull(1), row.GetInt64(2)),
                ("@account", accountId)),
            cancellation) ?? new FactorState(IsOn: false, AuthenticatorSince: null, RecoveryCodes: 0);

    /// <summary>
    /// Stores an authenticator app that a code has confirmed, in place of an earlier one, and turns the second factor
    /// on.
    /// </summary>
    /// <param name="step">The time step of that code. It is not accepted again.</param>
    /// <returns>The new recovery codes, which are shown only now; null if the second factor was on already.</returns>
    public async Task<IReadOnlyList<string>?> SetAuthenticatorAsync(
        long accountId, byte[] secret, long step, IPAddress from, CancellationToken cancellation)
    {
        var (hidden, codes) = (secrets.Protect(Convert.ToHexStringLower(secret)), NewCodes());
        return await events.WriteAsync(
            async (connection, happened) =>
            {
                await AccountLock.TakeAsync(connection, accountId);
                await connection.ExecuteAsync(
                    """
                    INSERT INTO authenticators (account_id, protected_secret, last_step, created_at)
                    VALUES (@account, @secret, @step, @now)
                    ON CONFLICT (account_id) DO UPDATE SET protected_secret = excluded.protected_secret,
                      last_step = excluded.last_step, created_at = excluded.created_at
                    """,
                    ("@account", accountId), ("@secret", hidden), ("@step", step), ("@now", clock.GetUtcNow()));
                happened.Add(new SecurityEvent(EventKind.AuthenticatorOn, accountId, From: from));
                return await TurnOnAsync(connection, accountId, codes) ? codes : null;
            },
            cancellation);
    }

    /// <summary>Removes the authenticator app. Returns false if there is none.</summary>
    public async Task<bool> RemoveAuthenticatorAsync(long accountId, IPAddress from, CancellationToken cancellation) =>
        await events.WriteAsync(
            async (connection, happened) =>
            {
                await AccountLock.TakeAsync(connection, accountId);
                if (await DeleteAuthenticatorAsync(connection, accountId) == 0)
                    return false;
                happened.Add(new SecurityEvent(EventKind.AuthenticatorOff, accountId, From: from));
                await SettleAsync(connection, happened, accountId, from);
                return true;
            },
            cancellation);

    /// <summary>Turns the second factor on for an account that has a passkey or an authenticator app.</summary>
    /// <returns>
    /// The recovery codes, which are shown only now; null if the second factor is on already, or there is neither.
    /// </returns>
    public async Task<IReadOnlyList<string>?> TurnOnAsync(
        long accountId, IPAddress from, CancellationToken cancellation)
    {
        var codes = NewCodes();
        return await events.WriteAsync(
            async (connection, happened) =>
            {
                await AccountLock.TakeAsync(connection, accountId);
                if (!await HasFactorAsync(connection, accountId) || !await TurnOnAsync(connection, accountId, codes))
                    return null;
                happened.Add(new SecurityEvent(EventKind.SecondFactorOn, accountId, From: from));
                return codes;
            },
            cancellation);
    }

    /// <summary>
    /// Turns the second factor off, and deletes the recovery codes and the authenticator app. Passkeys stay: they still
    /// sign in without the password. Returns false if it is off already.
    /// </summary>
    public async Task<bool> TurnOffAsync(long accountId, IPAddress from, CancellationToken cancellation) =>
        await events.WriteAsync(
            async (connection, happened) =>
            {
                await AccountLock.TakeAsync(connection, accountId);
                await DeleteAuthenticatorAsync(connection, accountId);
                return await TurnOffAsync(
                    connection, happened, new SecurityEvent(EventKind.SecondFactorOff, accountId, From: from));
            },
            cancellation);

    /// <summary>Replaces the recovery codes. Returns null, without a change, if the second factor is off.</summary>
    public async Task<IReadOnlyList<string>?> MakeRecoveryCodesAsync(
        long accountId, IPAddress from, CancellationToken cancellation)
    {
        var codes = NewCodes();
        return await events.WriteAsync(
            async (connection, happened) =>
            {
                await AccountLock.TakeAsync(connection, accountId);
                if (!await connection.FirstAsync(
                    "SELECT two_factor_enabled FROM accounts WHERE id = @id", row => row.GetBoolean(0),
                    ("@id", accountId)))
                    return null;
                await RecoveryCodes.ReplaceAsync(connection, accountId, codes);
                happened.Add(new SecurityEvent(EventKind.RecoveryCodesMade, accountId, From: from));
                return codes;
            },
            cancellation);
    }

    /// <summary>
    /// Removes everything but the password, for a person who has lost it all: authenticator app, passkeys and recovery
    /// codes.
    /// </summary>
    /// <param name="from">The caller's address; null for the command line.</param>
    /// <param name="by">The administrator who acts; null for the command line.</param>
    /// <returns>
    /// The number of passkeys and authenticator apps that were removed; null if <paramref name="by"/> is no longer an
    /// active administrator.
    /// </returns>
    public async Task<int?> RemoveAllAsync(
        long accountId, IPAddress? from, long? by, CancellationToken cancellation) =>
        await events.WriteAsync(
            async (connection, happened) =>
            {
                if (by is { } actor && !(await AccountLock.TakeAdministratorsAsync(connection)).Contains(actor))
                    return (int?)null;
                await AccountLock.TakeAsync(connection, accountId);
                var removed = await DeleteAuthenticatorAsync(connection, accountId)
                    + await connection.ExecuteAsync(
                        "DELETE FROM account_passkeys WHERE account_id = @account", ("@account", accountId));
                var off = new SecurityEvent(EventKind.SecondFactorOff, accountId, From: from) { ActorId = by };
                if (!await TurnOffAsync(connection, happened, off) && removed > 0)
                    happened.Add(off);
                return removed;
            },
            cancellation);

    /// <summary>
    /// Turns the second factor off if the account has no factor left, within the transaction that has removed one.
    /// </summary>
    public static async ValueTask SettleAsync(
        StoreConnection connection, ICollection<SecurityEvent> happened, long accountId, IPAddress? from)
    {
        if (!await HasFactorAsync(connection, accountId))
        {
            await TurnOffAsync(
                connection, happened, new SecurityEvent(EventKind.SecondFactorOff, accountId, From: from));
        }
    }

    private static string[] NewCodes() =>
        [.. Enumerable.Range(0, RecoveryCodes.Count).Select(_ => RecoveryCodes.Make())];

    private static ValueTask<bool> HasFactorAsync(StoreConnection connection, long accountId) =>
        connection.FirstAsync(
            """
            SELECT (SELECT COUNT(*) FROM authenticators WHERE account_id = @account)
                 + (SELECT COUNT(*) FROM account_passkeys WHERE account_id = @account)
            """,
            row => row.GetInt64(0) > 0, ("@account", accountId));

    private static ValueTask<int> DeleteAuthenticatorAsync(StoreConnection connection, long accountId) =>
        connection.ExecuteAsync("DELETE FROM authenticators WHERE account_id = @account", ("@account", accountId));

    /// <summary>Returns false, and leaves the recovery codes, if the second factor is on already.</summary>
    private static async ValueTask<bool> TurnOnAsync(
        StoreConnection connection, long accountId, IEnumerable<string> codes)
    {
        if (await SwitchAsync(connection, accountId, isOn: true) == 0)
            return false;
        await RecoveryCodes.ReplaceAsync(connection, accountId, codes);
        return true;
    }

    /// <summary>Returns false if the second factor is off already.</summary>
    private static async ValueTask<bool> TurnOffAsync(
        StoreConnection connection, ICollection<SecurityEvent> happened, SecurityEvent off)
    {
        if (await SwitchAsync(connection, off.AccountId!.Value, isOn: false) == 0)
            return false;
        await RecoveryCodes.DeleteAsync(connection, off.AccountId.Value);
        happened.Add(off);
        return true;
    }

    private static ValueTask<int> SwitchAsync(StoreConnection connection, long accountId, bool isOn) =>
        connection.ExecuteAsync(
            "UPDATE accounts SET two_factor_enabled = @on WHERE id = @id AND two_factor_enabled <> @on",
            ("@on", isOn), ("@id", accountId));
}
