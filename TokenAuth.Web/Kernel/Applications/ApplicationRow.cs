using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Applications;

/// <summary>Holds the statements on the table <c>applications</c>, and maps its rows.</summary>
internal static class ApplicationRow
{
    /// <summary>Selects applications. A condition may follow.</summary>
    public const string Select =
        """
        SELECT id, api_key, name, kind, callback, protected_secret, previous_protected_secret, previous_secret_until,
               enabled, nonproduction, networks, namespaces, quota_calls, quota_window, created_at,
               redirects, sign_out_redirects, is_public, may_exchange, audiences, sector, exchanges_from,
               owner_id, home_page, disabled_for, refusal, asked_calls, asked_window, offered_to, offered_at
        FROM applications
        """;

    /// <summary>Inserts an application, and returns its number.</summary>
    public const string Insert =
        """
        INSERT INTO applications (api_key, name, kind, callback, protected_secret, enabled, nonproduction, networks,
                                  namespaces, quota_calls, quota_window, created_at, redirects,
                                  sign_out_redirects, is_public, may_exchange, audiences, sector, exchanges_from,
                                  owner_id, home_page, disabled_for, asked_calls, asked_window)
        VALUES (@key, @name, @kind, @callback, @secret, @enabled, @nonproduction, @networks,
                @namespaces, @calls, @window, @created, @redirects,
                @sign_out_redirects, @public, @exchange, @audiences, @sector, @from,
                @owner, @home_page, @disabled_for, @asked_calls, @asked_window)
        RETURNING id
        """;

    /// <summary>Returns the parameters of <see cref="Insert"/>.</summary>
    public static SqlParameter[] Parameters(Application application) =>
    [
        ("@key", application.ApiKey),
        ("@name", application.Name),
        ("@kind", (long)application.Kind),
        ("@callback", application.Callback),
        ("@secret", application.ProtectedSecret),
        ("@enabled", application.Enabled),
        ("@nonproduction", application.Nonproduction),
        ("@networks", string.Join(' ', application.Networks)),
        ("@namespaces", string.Join(' ', application.Namespaces)),
        ("@calls", application.QuotaCalls),
        ("@window", application.QuotaWindow),
        ("@created", application.CreatedAt),
        ("@redirects", string.Join(' ', application.Redirects)),
        ("@sign_out_redirects", string.Join(' ', application.SignOutRedirects)),
        ("@public", application.IsPublic),
        ("@exchange", application.MayExchange),
        ("@audiences", string.Join(' ', application.Audiences)),
        ("@sector", application.Sector),
        ("@from", string.Join(' ', application.ExchangesFrom)),
        ("@owner", application.OwnerId),
        ("@home_page", application.HomePage),
        ("@disabled_for", (long)application.DisabledFor),
        ("@asked_calls", application.AskedCalls),
        ("@asked_window", application.AskedWindow),
    ];

    /// <summary>Maps a row of <see cref="Select"/>.</summary>
    public static Application Read(RowReader row) => new()
    {
        Id = row.GetInt64(0),
        ApiKey = row.GetString(1),
        Name = row.GetString(2),
        Kind = (ApplicationKind)row.GetInt32(3),
        Callback = row.TextOrNull(4),
        ProtectedSecret = row.GetString(5),
        PreviousProtectedSecret = row.TextOrNull(6),
        PreviousSecretUntil = row.InstantOrNull(7),
        Enabled = row.GetBoolean(8),
        Nonproduction = row.GetBoolean(9),
        Networks = Words(row.GetString(10)),
        Namespaces = Words(row.GetString(11)),
        QuotaCalls = row.NumberOrNull(12),
        QuotaWindow = row.SpanOrNull(13),
        CreatedAt = row.Instant(14),
        Redirects = Words(row.GetString(15)),
        SignOutRedirects = Words(row.GetString(16)),
        IsPublic = row.GetBoolean(17),
        MayExchange = row.GetBoolean(18),
        Audiences = Words(row.GetString(19)),
        Sector = row.TextOrNull(20),
        ExchangesFrom = Words(row.GetString(21)),
        OwnerId = row.NumberOrNull(22),
        HomePage = row.TextOrNull(23),
        DisabledFor = (DisabledReason)row.GetInt32(24),
        Refusal = row.TextOrNull(25),
        AskedCalls = row.NumberOrNull(26),
        AskedWindow = row.SpanOrNull(27),
        OfferedTo = row.NumberOrNull(28),
        OfferedAt = row.InstantOrNull(29),
    };

    private static string[] Words(string stored) => stored.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
