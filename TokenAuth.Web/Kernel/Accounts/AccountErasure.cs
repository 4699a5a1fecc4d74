using TokenAuth.Kernel.Accounts.Messages;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Accounts;

/// <summary>Erases accounts: at once for an operator, and a week after their owners have closed them.</summary>
internal static class AccountErasure
{
    /// <summary>The kinds of events whose details are texts that the person typed.</summary>
    private static readonly EventKind[] Typed =
    [
        EventKind.KeyMade, EventKind.KeyRevoked, EventKind.AccountRenamed, EventKind.PasskeyAdded,
        EventKind.PasskeyRemoved, EventKind.IdentityLinked, EventKind.IdentityRemoved, EventKind.ApplicationDeleted,
    ];

    private static readonly string ForgetTyped =
        $"""
        UPDATE security_events SET detail = NULL WHERE account_id = @id AND kind IN (
          {string.Join(", ", Typed.Select(kind => $"'{SecurityLog.NameOf(kind)}'"))})
        """;

    /// <summary>
    /// Erases an account with everything that belongs to it, within the caller's transaction, which has locked it. Its
    /// security events stay until they expire, with its number, but without what the person typed: names of keys and
    /// passkeys, earlier login names; and without the names of identities. Its applications fall to the operator,
    /// because other people use them; those that nobody has approved are deleted.
    /// </summary>
    /// <param name="happened">Gets the event of the erasure.</param>
    /// <returns>The dialects of the sessions that ended.</returns>
    public static async ValueTask<List<string>> EraseAsync(
        StoreConnection connection, ICollection<SecurityEvent> happened, long accountId)
    {
        SqlParameter id = ("@id", accountId);
        var recipient = await Recipients.ReadAsync(connection, accountId);
        var ended = await AccountChanges.EndAllAsync(connection, id);
        await connection.ExecuteAsync("DELETE FROM consents WHERE account_id = @id", id);
        await connection.ExecuteAsync("DELETE FROM account_keys WHERE account_id = @id", id);
        await connection.ExecuteAsync(
            "DELETE FROM applications WHERE owner_id = @id AND NOT enabled AND disabled_for IN (@waiting, @refused)",
            id, ("@waiting", (long)DisabledReason.Waiting), ("@refused", (long)DisabledReason.Refused));

        // The rest has foreign keys that cascade: passkeys, authenticator, recovery codes, identities and links. Those
        // of applications become null.
        await connection.ExecuteAsync("DELETE FROM accounts WHERE id = @id", id);
        await connection.ExecuteAsync(ForgetTyped, id);
        happened.Add(new SecurityEvent(
            EventKind.AccountErased, accountId, Detail: SecurityEvent.SessionsEnded(ended.Count))
        {
            Recipient = recipient,
        });
        return ended;
    }
}
