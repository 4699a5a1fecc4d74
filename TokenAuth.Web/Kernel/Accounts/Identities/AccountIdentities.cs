using System.Net;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Accounts.Identities;

/// <summary>An identity, as listed on the account page.</summary>
internal sealed record ListedIdentity(
    long Id, string Issuer, string Name, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt);

/// <summary>An identity to link.</summary>
/// <param name="Name">What the provider calls the person: one line of at most 100 characters.</param>
internal sealed record NewIdentity(string Issuer, string Subject, string Name);

/// <summary>The outcome of linking an identity.</summary>
internal enum IdentityLink
{
    Done,

    /// <summary>The identity is linked already, with this or another account.</summary>
    Taken,

    /// <summary>The account has an identity of this provider.</summary>
    HasOne,
}

/// <summary>
/// Links identities at the upstream provider to accounts. An identity is found by issuer and subject only, and never by
/// a name or an address, which a provider may give to somebody else.
/// </summary>
internal sealed class AccountIdentities(
    Store store, AccountDirectory accounts, SecurityLog events, TokenAuthOptions options, TimeProvider clock)
{
    /// <summary>Returns the account of an identity; null if it is linked to none.</summary>
    public async Task<FoundAccount?> FindAsync(string issuer, string subject, CancellationToken cancellation)
    {
        var id = await store.ReadAsync(
            connection => connection.FirstAsync(
                "SELECT account_id FROM account_identities WHERE issuer = @issuer AND subject = @subject",
                row => (long?)row.GetInt64(0), ("@issuer", issuer), ("@subject", subject)),
            cancellation);
        return id is { } found ? await accounts.FindAsync(found, cancellation) : null;
    }

    /// <summary>Lists the identities of an account, the newest first.</summary>
    public async Task<IReadOnlyList<ListedIdentity>> ListAsync(long accountId, CancellationToken cancellation) =>
        await store.ReadAsync(
            connection => connection.ListAsync(
                """
                SELECT id, issuer, name, created_at, last_used_at FROM account_identities
                WHERE account_id = @account ORDER BY created_at DESC, id DESC
                """,
                row => new ListedIdentity(
                    row.GetInt64(0), row.GetString(1), row.GetString(2), row.Instant(3), row.InstantOrNull(4)),
                ("@account", accountId)),
            cancellation);

    /// <summary>Links an identity to an account, whose owner has just proved who they are.</summary>
    public async Task<IdentityLink> LinkAsync(
        long accountId, NewIdentity identity, IPAddress from, CancellationToken cancellation)
    {
        try
        {
            return await events.WriteAsync(
                async (connection, happened) =>
                {
                    await AccountLock.TakeAsync(connection, accountId);
                    if (await connection.FirstAsync(
                        "SELECT COUNT(*) FROM account_identities WHERE account_id = @account AND issuer = @issuer",
                        row => row.GetInt64(0), ("@account", accountId), ("@issuer", identity.Issuer)) > 0)
                        return IdentityLink.HasOne;
                    await connection.ExecuteAsync(
                        """
                        INSERT INTO account_identities (account_id, issuer, subject, name, created_at)
                        VALUES (@account, @issuer, @subject, @name, @now)
                        """,
                        ("@account", accountId), ("@issuer", identity.Issuer), ("@subject", identity.Subject),
                        ("@name", identity.Name), ("@now", clock.GetUtcNow()));
                    happened.Add(new SecurityEvent(
                        EventKind.IdentityLinked, accountId, From: from, Detail: identity.Name));
                    return IdentityLink.Done;
                },
                cancellation);
        }
        catch (Exception failure) when (StoreUnavailableException.IsBrokenRule(failure))
        {
            return IdentityLink.Taken;
        }
    }

    /// <summary>Notes a sign-in.</summary>
    public Task UsedAsync(string issuer, string subject, CancellationToken cancellation) => store.WriteAsync(
        connection => connection.ExecuteAsync(
            "UPDATE account_identities SET last_used_at = @now WHERE issuer = @issuer AND subject = @subject",
            ("@now", clock.GetUtcNow()), ("@issuer", issuer), ("@subject", subject)),
        cancellation).AsTask();

    /// <summary>Removes an identity for the owner, unless it is the only way to sign in.</summary>
    public async Task<WayRemoval> RemoveAsync(
        long accountId, long id, IPAddress from, CancellationToken cancellation) =>
        await events.WriteAsync(
            async (connection, happened) =>
            {
                await AccountLock.TakeAsync(connection, accountId);
                if (!await WaysIn.AreLeftAsync(connection, accountId, options.Upstream.Issuer, identity: id))
                    return WayRemoval.OnlyWay;
                var name = await connection.FirstAsync(
                    "DELETE FROM account_identities WHERE id = @id AND account_id = @account RETURNING name",
                    row => row.GetString(0), ("@id", id), ("@account", accountId));
                if (name is null)
                    return WayRemoval.Gone;
                happened.Add(new SecurityEvent(EventKind.IdentityRemoved, accountId, From: from, Detail: name));
                return WayRemoval.Done;
            },
            cancellation);

    /// <summary>Removes every identity of an account, for an operator.</summary>
    /// <param name="from">The caller's address; null for the command line.</param>
    /// <param name="by">The administrator who acts; null for the command line.</param>
    /// <returns>
    /// The number of removed identities; null if <paramref name="by"/> is no longer an active administrator.
    /// </returns>
    public async Task<int?> RemoveAllAsync(
        long accountId, IPAddress? from, long? by, CancellationToken cancellation) =>
        await events.WriteAsync(
            async (connection, happened) =>
            {
                if (by is { } actor && !(await AccountLock.TakeAdministratorsAsync(connection)).Contains(actor))
                    return (int?)null;
                var names = await connection.ListAsync(
                    "DELETE FROM account_identities WHERE account_id = @account RETURNING name",
                    row => row.GetString(0), ("@account", accountId));
                foreach (var name in names)
                {
                    happened.Add(new SecurityEvent(EventKind.IdentityRemoved, accountId, From: from, Detail: name)
                    {
                        ActorId = by,
                    });
                }

                return names.Count;
            },
            cancellation);
}
