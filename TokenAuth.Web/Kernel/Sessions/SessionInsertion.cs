using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Sessions;

/// <summary>Inserts the row of a session.</summary>
internal static class SessionInsertion
{
    /// <summary>The columns of every session. The owner of a session has columns of its own.</summary>
    public const string Columns =
        """
        token_hash, dialect, application_id, protected_secret, permissions, number, bound_to, account_key_id,
        created_at, last_used_at, opened_from, expires_at, slides_by, proved_at
        """;

    /// <summary>The values of <see cref="Columns"/>, which <see cref="Parameters"/> returns.</summary>
    public const string Values =
        """
        @hash, @dialect, @application, @secret, @permissions, @number, @bound, @key,
        @created, @used, @from, @expires, @slides, @proved
        """;

    /// <summary>
    /// Inserts the session of an active account if the proof is still valid: the password as it was checked, the API
    /// key and the parent session. Otherwise a concurrent change has already ended the session, and no row is inserted.
    /// </summary>
    /// <remarks>
    /// The account is locked first, as by every change that ends sessions: such a change either waits and then ends
    /// this session too, or has happened before. The key and the parent are locked as well, because the statement would
    /// otherwise see them as they were before it waited for the account.
    /// </remarks>
    public static string OfAccount(Store store) =>
        $"""
        WITH a AS MATERIALIZED (
          SELECT id FROM accounts
          WHERE id = @account AND state = @active AND (@stamp IS NULL OR security_stamp = @stamp)
          {store.Locking("FOR SHARE")})
        INSERT INTO sessions (account_id, {Columns})
        SELECT a.id, {Values} FROM a
        WHERE (@key IS NULL OR EXISTS (SELECT 1 FROM account_keys WHERE id = @key {store.Locking("FOR KEY SHARE")}))
          AND (@parent IS NULL OR EXISTS (SELECT 1 FROM sessions WHERE id = @parent {store.Locking("FOR KEY SHARE")}))
        {Store.Idempotent}
        RETURNING id
        """;

    public static SqlParameter[] Parameters(Session session) =>
    [
        ("@hash", session.TokenHash),
        ("@dialect", session.Dialect),
        ("@application", session.ApplicationId),
        ("@secret", session.ProtectedSecret),
        ("@permissions", session.Permissions),
        ("@number", session.Number),
        ("@bound", session.BoundTo),
        ("@key", session.AccountKeyId),
        ("@created", session.CreatedAt),
        ("@used", session.LastUsedAt),
        ("@from", session.OpenedFrom),
        ("@expires", session.ExpiresAt),
        ("@slides", session.SlidesBy),
        ("@proved", session.ProvedAt),
    ];
}
