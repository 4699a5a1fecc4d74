using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Accounts;

/// <summary>The outcome of removing a passkey or an identity.</summary>
internal enum WayRemoval
{
    Done,
    Gone,

    /// <summary>The owner could not sign in without it.</summary>
    OnlyWay,
}

/// <summary>The ways in which the owner of an account can sign in: a password, passkeys and identities.</summary>
internal static class WaysIn
{
    /// <summary>
    /// Checks whether a way is left without one passkey or identity. The account must be locked
    /// (<see cref="AccountLock"/>).
    /// </summary>
    /// <param name="issuer">The upstream provider, whose identities count; null if there is none.</param>
    /// <param name="passkey">The number of the passkey that does not count; 0 for none.</param>
    /// <param name="identity">The number of the identity that does not count; 0 for none.</param>
    public static async ValueTask<bool> AreLeftAsync(
        StoreConnection connection, long accountId, string? issuer, long passkey = 0, long identity = 0) =>
        await connection.FirstAsync(
            """
            SELECT (SELECT COUNT(*) FROM accounts WHERE id = @account AND password_hash IS NOT NULL)
              + (SELECT COUNT(*) FROM account_passkeys WHERE account_id = @account AND id <> @passkey)
              + (SELECT COUNT(*) FROM account_identities
                 WHERE account_id = @account AND issuer = @issuer AND id <> @identity)
            """,
            row => row.GetInt64(0),
            ("@account", accountId), ("@issuer", issuer ?? ""), ("@passkey", passkey), ("@identity", identity)) > 0;
}
