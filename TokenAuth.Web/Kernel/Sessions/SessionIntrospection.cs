using System.Net;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Storage;
using TokenAuth.Kernel.Storage.Caching;
using TokenAuth.Kernel.Telemetry;

namespace TokenAuth.Kernel.Sessions;

/// <summary>The facts about a valid session of any dialect.</summary>
internal sealed record IntrospectedSession(
    string Dialect, long? ApplicationId, string? ApiKey, long? AccountId, string? Login, string? UserId,
    string? DisplayName, string? Namespace, UserRole? Role, string Permissions, DateTimeOffset CreatedAt,
    DateTimeOffset? ExpiresAt, string? BoundTo)
{
    /// <summary>The session's number; null for an access token without a session.</summary>
    public long? SessionId { get; init; }

    /// <summary>The subject of an access token, which an application may have of its own; null for a session.</summary>
    public string? TokenSubject { get; init; }

    /// <summary>
    /// Tells whether the application must not learn which account it is: the token has a subject of its own.
    /// </summary>
    public bool IsPairwise => AccountId is { } account && TokenSubject is { } subject && subject != account.ToString();

    /// <summary>The audiences of an access token.</summary>
    public IReadOnlyList<string> Audiences { get; init; } = [];

    /// <summary>Tells whether an application that was registered earlier has a namespace of the same name.</summary>
    public bool IsNamespaceShared { get; init; }

    /// <summary>
    /// The account's login name, or <c>namespace:userId</c> of an application's user. It is unique over both kinds:
    /// both parts are percent-encoded, so that one colon separates them, and a login name contains none. If the
    /// namespace is shared, the application's API key follows it: <c>namespace@apiKey:userId</c>.
    /// </summary>
    public string Name =>
        Login ?? (Namespace is null ? TokenSubject : null)
        ?? $"{Escaped(Namespace)}{(IsNamespaceShared ? $"@{ApiKey}" : "")}:{Escaped(UserId)}";

    /// <summary>
    /// The account's number, or the <see cref="Name"/> of an application's user. It is unique as well.
    /// </summary>
    public string Subject => TokenSubject ?? AccountId?.ToString() ?? Name;

    /// <summary>Checks whether the session is valid from this address.</summary>
    public bool IsGoodFrom(IPAddress address) => Session.IsGoodFrom(BoundTo, address);

    private static string Escaped(string? text) => Uri.EscapeDataString(text ?? "");
}

/// <summary>Looks up sessions of all dialects by their texts, without using them.</summary>
internal sealed class SessionIntrospection(Store store, CacheInvalidator invalidator, TimeProvider clock)
{
    private const string ByHash =
        """
        SELECT s.token_hash, s.dialect, s.application_id, p.api_key, s.account_id, a.user_name, u.user_id,
               COALESCE(a.display_name, u.display_name, u.user_id),
               s.namespace, r.role, s.permissions, s.created_at, s.expires_at, s.bound_to, p.enabled, a.state,
               s.slides_by,
               (SELECT MIN(o.id) FROM applications o
                WHERE o.id < s.application_id
                  AND REPLACE(' ' || o.namespaces || ' ', ' ' || s.namespace || ' ', '') <> ' ' || o.namespaces || ' '),
               s.id
        FROM sessions s
        LEFT JOIN accounts a ON a.id = s.account_id
        LEFT JOIN applications p ON p.id = s.application_id
        LEFT JOIN application_users u ON u.id = s.application_user_id
        LEFT JOIN application_user_roles r
          ON r.application_user_id = s.application_user_id AND r.namespace = s.namespace
        WHERE s.token_hash
        """;

    private readonly RowCache<Row> _byHash = new(
        store.Query(ByHash, Map), invalidator, found => found.Slides ? null : found.Session.AccountId);

    /// <summary>
    /// Returns the valid session with this text; null for any other text. A browser's sign-in is not reported, nor a
    /// session of OpenID Connect, whose text proves nothing.
    /// </summary>
    public async ValueTask<IntrospectedSession?> FindAsync(string text, CancellationToken cancellation)
    {
        var hash = TokenHash.Of(text);
        return IfValid(_byHash.Cached(hash)) ?? IfValid(await _byHash.FindAsync(hash, cancellation));

        IntrospectedSession? IfValid(Row? found) =>
            found is { ApplicationIsEnabled: true, State: AccountState.Active, Session: var session }
            && session.Dialect is not (DialectNames.Browser or DialectNames.OpenId)
            && !(session.ExpiresAt <= clock.GetUtcNow())
                ? session
                : null;
    }

    private static Row Map(RowReader row) => new(
        new IntrospectedSession(
            row.GetString(1), row.NumberOrNull(2), row.TextOrNull(3), row.NumberOrNull(4), row.TextOrNull(5),
            row.TextOrNull(6), row.TextOrNull(7), row.TextOrNull(8), (UserRole?)row.NumberOrNull(9), row.GetString(10),
            row.Instant(11), row.InstantOrNull(12), row.TextOrNull(13))
        {
            IsNamespaceShared = !row.IsNull(17),
            SessionId = row.GetInt64(18),
        },
        row.IsNull(14) || row.GetBoolean(14),
        (AccountState)(row.NumberOrNull(15) ?? (long)AccountState.Active),
        !row.IsNull(16));

    /// <summary>A session of any dialect and in any state.</summary>
    /// <param name="Slides">
    /// Tells whether the session has sliding expiration. Other nodes extend it without reporting that, so it is not
    /// cached.
    /// </param>
    private sealed record Row(IntrospectedSession Session, bool ApplicationIsEnabled, AccountState State, bool Slides);
}
