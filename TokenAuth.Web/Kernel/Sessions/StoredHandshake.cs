using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Sessions;

/// <summary>A handshake as it is read from the store.</summary>
internal sealed record StoredHandshake(
    long Id, string Dialect, long ApplicationId, long? AccountId, string Permissions, string? ProtectedSecret,
    string? Callback, byte[]? VerifierHash, DateTimeOffset OpenedAt, string OpenedFrom, DateTimeOffset ExpiresAt)
{
    /// <summary>Selects a handshake by the hash of its text.</summary>
    public const string ByHash =
        """
        SELECT token_hash, id, dialect, application_id, account_id, permissions, protected_secret, callback,
               verifier_hash, opened_at, opened_from, expires_at
        FROM handshakes WHERE token_hash
        """;

    public bool IsConfirmed => AccountId is not null;

    public static StoredHandshake Map(RowReader row) => new(
        row.GetInt64(1), row.GetString(2), row.GetInt64(3), row.IsNull(4) ? null : row.GetInt64(4), row.GetString(5),
        row.TextOrNull(6), row.TextOrNull(7), row.IsNull(8) ? null : row.GetBytes(8), row.Instant(9), row.GetString(10),
        row.Instant(11));
}
