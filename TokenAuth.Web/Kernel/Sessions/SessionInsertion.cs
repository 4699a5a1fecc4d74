using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Sessions;

/// <summary>Inserts the row of a session.</summary>
internal static class SessionInsertion
{
    public const string Statement =
        """
        INSERT INTO sessions (token_hash, dialect, application_id, account_id, protected_secret, permissions,
                              application_user_id, namespace, number, bound_to, account_key_id, created_at,
                              last_used_at, opened_from, expires_at, slides_by)
        VALUES (@hash, @dialect, @application, @account, @secret, @permissions, @user, @namespace, @number, @bound,
                @key, @created, @used, @from, @expires, @slides)
        """;

    public static async ValueTask<bool> RunAsync(StoreConnection connection, Session session) =>
        await connection.ExecuteAsync(Statement, Parameters(session)) == 1;

    /// <summary>
    /// Checks whether the proof of a new session is still valid: the password as it was checked, the API key and the
    /// parent session. Call it in the transaction that inserts the row, after that has locked the account. If a
    /// concurrent change made the proof invalid, the session has already ended, and no row is inserted.
    /// </summary>
    public static async ValueTask<bool> ProofIsValidAsync(
        StoreConnection connection, Session row, NewSession session) =>
        (session.Stamp is null && row.AccountKeyId is null && session.ParentId is null) || await connection.FirstAsync(
            """
            SELECT 1 FROM accounts WHERE id = @account AND (@stamp IS NULL OR security_stamp = @stamp)
              AND (@key IS NULL OR EXISTS (SELECT 1 FROM account_keys WHERE id = @key))
              AND (@parent IS NULL OR EXISTS (SELECT 1 FROM sessions WHERE id = @parent))
            """,
            _ => true,
            ("@account", row.AccountId),
            ("@stamp", session.Stamp),
            ("@key", row.AccountKeyId),
            ("@parent", session.ParentId));

    public static SqlParameter[] Parameters(Session session) =>
    [
        ("@hash", session.TokenHash),
        ("@dialect", session.Dialect),
        ("@application", session.ApplicationId),
        ("@account", session.AccountId),
        ("@secret", session.ProtectedSecret),
        ("@permissions", session.Permissions),
        ("@user", session.ApplicationUserId),
        ("@namespace", session.Namespace),
        ("@number", session.Number),
        ("@bound", session.BoundTo),
        ("@key", session.AccountKeyId),
        ("@created", session.CreatedAt),
        ("@used", session.LastUsedAt),
        ("@from", session.OpenedFrom),
        ("@expires", session.ExpiresAt),
        ("@slides", session.SlidesBy),
    ];
}
