using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Sessions;

/// <summary>Inserts the row of a handshake.</summary>
internal static class HandshakeInsertion
{
    public const string Into =
        """
        INSERT INTO handshakes (token_hash, dialect, application_id, account_id, permissions, session_lifetime,
                                session_slides, protected_secret, callback, opened_at, opened_from, expires_at)
        """;

    /// <summary>The values of <see cref="Parameters"/>, in the order of <see cref="Into"/>.</summary>
    public const string Values =
        """
        @hash, @dialect, @application, @account, @permissions, @lifetime,
        @slides, @secret, @callback, @opened, @from, @expires
        """;

    public static SqlParameter[] Parameters(Handshake handshake) =>
    [
        ("@hash", handshake.TokenHash),
        ("@dialect", handshake.Dialect),
        ("@application", handshake.ApplicationId),
        ("@account", handshake.AccountId),
        ("@permissions", handshake.Permissions),
        ("@lifetime", handshake.SessionLifetime),
        ("@slides", handshake.SessionSlides),
        ("@secret", handshake.ProtectedSecret),
        ("@callback", handshake.Callback),
        ("@opened", handshake.OpenedAt),
        ("@from", handshake.OpenedFrom),
        ("@expires", handshake.ExpiresAt),
    ];
}
