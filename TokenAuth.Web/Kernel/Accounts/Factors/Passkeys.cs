using System.Net;
using Microsoft.AspNetCore.Identity;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Accounts.Factors;

/// <summary>A passkey, as listed on the account page.</summary>
/// <param name="IsBackedUp">Tells whether it is copied to the person's other devices.</param>
internal sealed record ListedPasskey(
    long Id, string Name, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt, bool IsBackedUp);

/// <summary>The outcome of adding a passkey.</summary>
internal enum PasskeyAddition
{
    Done,

    /// <summary>The account has <see cref="Passkeys.MaxPasskeys"/> passkeys.</summary>
    TooMany,

    /// <summary>The passkey is this or another account's already, or the account has another handle.</summary>
    Refused,
}

/// <summary>Stores, lists and removes the passkeys of accounts. What browsers send is checked elsewhere.</summary>
internal sealed class Passkeys(Store store, SecurityLog events, TokenAuthOptions options, TimeProvider clock)
{
    /// <summary>The maximum number of passkeys of an account.</summary>
    public const int MaxPasskeys = 20;

    private const int HandleLength = 32;

    /// <summary>Lists the passkeys of an account, the newest first.</summary>
    public async Task<IReadOnlyList<ListedPasskey>> ListAsync(long accountId, CancellationToken cancellation) =>
        await store.ReadAsync(
            connection => connection.ListAsync(
                """
                SELECT id, name, created_at, last_used_at, is_backed_up FROM account_passkeys
                WHERE account_id = @account ORDER BY created_at DESC, id DESC
                """,
                row => new ListedPasskey(
                    row.GetInt64(0), row.GetString(1), row.Instant(2), row.InstantOrNull(3), row.GetBoolean(4)),
                ("@account", accountId)),
            cancellation);

    /// <summary>Reads the passkeys of an account, with their public keys.</summary>
    public async ValueTask<List<UserPasskeyInfo>> ReadAsync(long accountId, CancellationToken cancellation) =>
        await store.ReadAsync(
            connection => connection.ListAsync(
                """
                SELECT credential_id, public_key, created_at, sign_count, transports, is_backup_eligible, is_backed_up
                FROM account_passkeys WHERE account_id = @account ORDER BY id
                """,
                row => new UserPasskeyInfo(
                    row.GetBytes(0), row.GetBytes(1), row.Instant(2), (uint)row.GetInt64(3),
                    row.GetString(4).Split(' ', StringSplitOptions.RemoveEmptyEntries), isUserVerified: true,
                    row.GetBoolean(5), row.GetBoolean(6), attestationObject: [], clientDataJson: []),
                ("@account", accountId)),
            cancellation);

    /// <summary>Checks whether an account has a passkey.</summary>
    public async ValueTask<bool> AnyAsync(long accountId, CancellationToken cancellation) =>
        await store.ReadAsync(
            connection => connection.FirstAsync(
                "SELECT COUNT(*) FROM account_passkeys WHERE account_id = @account", row => row.GetInt64(0) > 0,
                ("@account", accountId)),
            cancellation);

    /// <summary>Returns the number of the account that has a passkey; null if none has it.</summary>
    public async ValueTask<long?> OwnerAsync(byte[] credentialId, CancellationToken cancellation) =>
        await store.ReadAsync(
            connection => connection.FirstAsync(
                "SELECT account_id FROM account_passkeys WHERE credential_id = @credential",
                row => (long?)row.GetInt64(0), ("@credential", credentialId)),
            cancellation);

    /// <summary>Returns the number of the account with a handle; null if none has it.</summary>
    public async ValueTask<long?> FindAsync(string handle, CancellationToken cancellation) =>
        handle.Length != HandleLength ? null : await store.ReadAsync(
            connection => connection.FirstAsync(
                "SELECT id FROM accounts WHERE passkey_handle = @handle", row => (long?)row.GetInt64(0),
                ("@handle", handle)),
            cancellation);

    /// <summary>
    /// Returns the account's handle; a new one, which <see cref="AddAsync"/> stores, if it has none.
    /// </summary>
    public async ValueTask<string> HandleAsync(long accountId, CancellationToken cancellation) =>
        await store.ReadAsync(
            connection => connection.FirstAsync(
                "SELECT passkey_handle FROM accounts WHERE id = @id", row => row.TextOrNull(0), ("@id", accountId)),
            cancellation) ?? RandomToken.Hex(HandleLength);

    /// <summary>Adds a passkey that the browser has made for an account.</summary>
    /// <param name="handle">The handle under which the authenticator keeps it.</param>
    /// <param name="name">A name that <see cref="Passkey.NormalName"/> returned.</param>
    public async Task<PasskeyAddition> AddAsync(
        long accountId, string handle, UserPasskeyInfo made, string name, IPAddress from,
        CancellationToken cancellation)
    {
        try
        {
            return await events.WriteAsync(
                async (connection, happened) =>
                {
                    await AccountLock.TakeAsync(connection, accountId);
                    var count = await connection.FirstAsync(
                        "SELECT COUNT(*) FROM account_passkeys WHERE account_id = @account", row => row.GetInt64(0),
                        ("@account", accountId));
                    if (count >= MaxPasskeys)
                        return PasskeyAddition.TooMany;
                    if (await connection.ExecuteAsync(
                        """
                        UPDATE accounts SET passkey_handle = @handle
                        WHERE id = @id AND (passkey_handle IS NULL OR passkey_handle = @handle)
                        """,
                        ("@handle", handle), ("@id", accountId)) == 0)
                        return PasskeyAddition.Refused;
                    await InsertAsync(connection, accountId, made, name);
                    happened.Add(new SecurityEvent(EventKind.PasskeyAdded, accountId, From: from, Detail: name));
                    return PasskeyAddition.Done;
                },
                cancellation);
        }
        catch (Exception failure) when (StoreUnavailableException.IsBrokenRule(failure))
        {
            return PasskeyAddition.Refused;
        }
    }

    /// <summary>
    /// Records the use of a passkey. Returns false if it has been removed, or if its counter is not above the stored
    /// one: then it has been copied, or its answer was used before.
    /// </summary>
    public async Task<bool> UseAsync(long accountId, UserPasskeyInfo used, CancellationToken cancellation) =>
        await store.WriteAsync(
            connection => connection.ExecuteAsync(
                """
                UPDATE account_passkeys SET sign_count = @count, is_backed_up = @copied, last_used_at = @now
                WHERE account_id = @account AND credential_id = @credential
                  AND (sign_count < @count OR (sign_count = 0 AND @count = 0))
                """,
                ("@count", (long)used.SignCount), ("@copied", used.IsBackedUp), ("@now", clock.GetUtcNow()),
                ("@account", accountId), ("@credential", used.CredentialId)),
            cancellation) == 1;

    /// <summary>Gives a passkey another name. Returns false if the account has no such passkey.</summary>
    /// <param name="name">A name that <see cref="Passkey.NormalName"/> returned.</param>
    public async Task<bool> RenameAsync(long accountId, long id, string name, CancellationToken cancellation) =>
        await store.WriteAsync(
            connection => connection.ExecuteAsync(
                "UPDATE account_passkeys SET name = @name WHERE id = @id AND account_id = @account",
                ("@name", name), ("@id", id), ("@account", accountId)),
            cancellation) == 1;

    /// <summary>
    /// Removes a passkey, unless it is the only way to sign in. If it was the last factor besides the password, the
    /// second factor is off.
    /// </summary>
    public async Task<WayRemoval> RemoveAsync(
        long accountId, long id, IPAddress from, CancellationToken cancellation) =>
        await events.WriteAsync(
            async (connection, happened) =>
            {
                await AccountLock.TakeAsync(connection, accountId);
                if (!await WaysIn.AreLeftAsync(connection, accountId, options.Upstream.Issuer, passkey: id))
                    return WayRemoval.OnlyWay;
                var name = await connection.FirstAsync(
                    "DELETE FROM account_passkeys WHERE id = @id AND account_id = @account RETURNING name",
                    row => row.GetString(0), ("@id", id), ("@account", accountId));
                if (name is null)
                    return WayRemoval.Gone;
                happened.Add(new SecurityEvent(EventKind.PasskeyRemoved, accountId, From: from, Detail: name));
                await SecondFactor.SettleAsync(connection, happened, accountId, from);
                return WayRemoval.Done;
            },
            cancellation);

    private ValueTask<int> InsertAsync(
        StoreConnection connection, long accountId, UserPasskeyInfo made, string name) =>
        connection.ExecuteAsync(
            """
            INSERT INTO account_passkeys
              (account_id, credential_id, name, public_key, sign_count, transports, is_backup_eligible, is_backed_up,
               created_at)
            VALUES (@account, @credential, @name, @key, @count, @transports, @eligible, @copied, @now)
            """,
            ("@account", accountId), ("@credential", made.CredentialId), ("@name", name), ("@key", made.PublicKey),
            ("@count", (long)made.SignCount), ("@transports", string.Join(' ', made.Transports ?? [])),
            ("@eligible", made.IsBackupEligible), ("@copied", made.IsBackedUp), ("@now", clock.GetUtcNow()));
}
