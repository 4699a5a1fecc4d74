using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Tokens;

/// <summary>Writes a session's row.</summary>
internal static class SessionInsertion
{
    public const string Statement =
        """
        INSERT INTO sessions (token_hash, dialect, application_id, account_id, protected_secret, permissions,
                              application_user_id, namespace, number, bound_to, account_key_id, created_at, last_used_at, opened_from, expires_at, slides_by)
        VALUES (@hash, @dialect, @application, @account, @secret, @permissions, @user, @namespace, @number, @bound, @key, @created, @used, @from, @expires, @slides)
        """;

    public static async ValueTask<bool> RunAsync(StoreConnection connection, Session session) =>
        await connection.ExecuteAsync(Statement, Parameters(session)) == 1;

    /// <summary>
    /// The same for a session that may have been opened with an API key. It ends with the key: where the key is revoked at the same
    /// time, the session has ended already, and no row is written.
    /// </summary>
    public static async ValueTask<bool> RunWithKeyAsync(StoreConnection connection, Session session)
    {
        if (session.AccountKeyId is { } key)
        {
            await AccountLock.TakeAsync(connection, session.AccountId!.Value);
            if (!await connection.FirstAsync("SELECT 1 FROM account_keys WHERE id = @id", _ => true, ("@id", key)))
                return false;
        }

        return await RunAsync(connection, session);
    }

    public static StoreParameter[] Parameters(Session session) =>
    [
        ("@hash", session.TokenHash), ("@dialect", session.Dialect), ("@application", session.ApplicationId),
        ("@account", session.AccountId), ("@secret", session.ProtectedSecret), ("@permissions", session.Permissions),
        ("@user", session.ApplicationUserId), ("@namespace", session.Namespace), ("@number", session.Number),
        ("@bound", session.BoundTo), ("@key", session.AccountKeyId), ("@created", session.CreatedAt),
        ("@used", session.LastUsedAt), ("@from", session.OpenedFrom), ("@expires", session.ExpiresAt), ("@slides", session.SlidesBy),
    ];
}
