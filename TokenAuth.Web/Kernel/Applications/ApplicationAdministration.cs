using System.Net;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Storage;
using TokenAuth.Kernel.Storage.Caching;

namespace TokenAuth.Kernel.Applications;

/// <summary>An application to register.</summary>
internal sealed record NewApplication(
    string Name, ApplicationKind Kind, string? Callback, string[] Namespaces, string[] Networks,
    (long Calls, TimeSpan Window)? Quota, bool Nonproduction)
{
    /// <summary>What the application may do with OpenID Connect.</summary>
    public OpenIdChange OpenId { get; init; } = new();
}

/// <summary>What an application may do with OpenID Connect. A null leaves the value as it is.</summary>
/// <param name="Sector">The sector of its subjects; an empty text removes it.</param>
internal sealed record OpenIdChange(
    string[]? Redirects = null, string[]? SignOutRedirects = null, bool? IsPublic = null, bool? MayExchange = null,
    string[]? Audiences = null, string? Sector = null, string[]? ExchangesFrom = null);

/// <summary>Changes of an application. A null leaves the value as it is.</summary>
/// <param name="Callback">The callback; an empty text removes it.</param>
/// <param name="Quota">The quota; 0 calls remove it.</param>
internal sealed record ApplicationChange(
    string? Name = null, string? Callback = null, string[]? Namespaces = null, string[]? Networks = null,
    (long Calls, TimeSpan Window)? Quota = null, bool? Nonproduction = null)
{
    public OpenIdChange OpenId { get; init; } = new();

    /// <summary>The names of what changes, for the security event log.</summary>
    public string Summary => string.Join(", ", new[]
    {
        Name is null ? null : "name",
        Callback is null ? null : "callback",
        Namespaces is null ? null : "namespaces",
        Networks is null ? null : "networks",
        Quota is null ? null : "quota",
        Nonproduction is null ? null : "nonproduction",
        OpenId.Redirects is null ? null : "redirect",
        OpenId.SignOutRedirects is null ? null : "sign-out-redirect",
        OpenId.IsPublic is null ? null : "public",
        OpenId.MayExchange is null ? null : "exchange",
        OpenId.Audiences is null ? null : "audience",
        OpenId.Sector is null ? null : "sector",
        OpenId.ExchangesFrom is null ? null : "exchange-from",
    }.OfType<string>());
}

/// <summary>Registers applications, changes, disables and enables them, and rotates their secrets.</summary>
internal sealed class ApplicationAdministration(
    Store store, CacheInvalidator invalidator, SecretProtector secrets, SecurityLog events, TimeProvider clock)
{
    /// <summary>
    /// The time for which the previous secret stays valid after a rotation, so that its holders can change over.
    /// </summary>
    public static readonly TimeSpan RotationOverlap = TimeSpan.FromHours(24);

    /// <summary>Registers an application, and returns it with its secret, which is shown only now.</summary>
    public async Task<(Application Application, string Secret)> AddAsync(
        NewApplication input, CancellationToken cancellation)
    {
        var secret = RandomToken.Hex(32);
        var application = new Application
        {
            ApiKey = RandomToken.Hex(32),
            Name = input.Name,
            Kind = input.Kind,
            Callback = input.Callback,
            ProtectedSecret = secrets.Protect(secret),
            Nonproduction = input.Nonproduction,
            Networks = input.Networks,
            Namespaces = input.Namespaces,
            QuotaCalls = input.Quota?.Calls,
            QuotaWindow = input.Quota?.Window,
            Redirects = input.OpenId.Redirects ?? [],
            SignOutRedirects = input.OpenId.SignOutRedirects ?? [],
            IsPublic = input.OpenId.IsPublic ?? false,
            MayExchange = input.OpenId.MayExchange ?? false,
            Audiences = input.OpenId.Audiences ?? [],
            Sector = input.OpenId.Sector,
            ExchangesFrom = input.OpenId.ExchangesFrom ?? [],
            CreatedAt = clock.GetUtcNow(),
        };
        application.Id = await events.WriteAsync(
            async (connection, happened) =>
            {
                var id = await connection.FirstAsync(
                    ApplicationRow.Insert, row => row.GetInt64(0), ApplicationRow.Parameters(application));
                happened.Add(new SecurityEvent(EventKind.ApplicationRegistered, ApplicationId: id));
                return id;
            },
            cancellation);
        return (application, secret);
    }

    /// <summary>Lists all applications in the order of their registration.</summary>
    public async Task<IReadOnlyList<Application>> ListAsync(CancellationToken cancellation) =>
        await store.QueryAsync<Application>(ApplicationRow.Select + " ORDER BY id", cancellation);

    /// <summary>Reads one application; null if there is none with this number.</summary>
    public async Task<Application?> FindAsync(long id, CancellationToken cancellation) =>
        await store.QueryAsync<Application>(
            ApplicationRow.Select + " WHERE id = @id", cancellation, ("@id", id)) is [var application]
            ? application
            : null;

    /// <summary>Enables or disables an application; false if no application has this key.</summary>
    /// <param name="from">The caller's address; null for the command line.</param>
    /// <param name="by">The administrator who acts; null for the command line.</param>
    public async Task<bool> SetEnabledAsync(
        string apiKey, bool enabled, CancellationToken cancellation, IPAddress? from = null, long? by = null)
    {
        var kind = enabled ? EventKind.ApplicationEnabled : EventKind.ApplicationDisabled;
        var isKnown = await events.WriteAsync(
            (connection, happened) => ChangeAsync(
                connection, happened, new SecurityEvent(kind, From: from) { ActorId = by },
                "UPDATE applications SET enabled = @enabled WHERE api_key = @key RETURNING id",
                ("@enabled", enabled), ("@key", apiKey)),
            cancellation);
        invalidator.InvalidateAll();
        return isKnown;
    }

    /// <summary>
    /// Replaces the secret. Returns the new one and the time until which the previous one is valid; null if no
    /// application has this key.
    /// </summary>
    public async Task<(string Secret, DateTimeOffset PreviousUntil)?> RotateAsync(
        string apiKey, CancellationToken cancellation)
    {
        var secret = RandomToken.Hex(32);
        var made = secrets.Protect(secret);
        var until = clock.GetUtcNow() + RotationOverlap;

        // One statement, so that of two concurrent rotations the second one's previous secret is the first one's.
        var isKnown = await events.WriteAsync(
            (connection, happened) => ChangeAsync(
                connection, happened, new SecurityEvent(EventKind.SecretRotated),
                """
                UPDATE applications SET
                  previous_protected_secret = protected_secret,
                  previous_secret_until = @until,
                  protected_secret = @made
                WHERE api_key = @key RETURNING id
                """,
                ("@until", until), ("@made", made), ("@key", apiKey)),
            cancellation);
        invalidator.InvalidateAll();
        return isKnown ? (secret, until) : null;
    }

    /// <summary>Finds the application with this API key, enabled or not.</summary>
    public async Task<Application?> FindAsync(string apiKey, CancellationToken cancellation) =>
        (await store.QueryAsync<Application>(
            ApplicationRow.Select + " WHERE api_key = @key", cancellation, ("@key", apiKey))).SingleOrDefault();

    /// <summary>Changes an application; false if no application has this key.</summary>
    public async Task<bool> ChangeAsync(string apiKey, ApplicationChange change, CancellationToken cancellation)
    {
        var isKnown = await events.WriteAsync(
            (connection, happened) => ChangeAsync(
                connection, happened, new SecurityEvent(EventKind.ApplicationChanged, Detail: change.Summary),
                """
                UPDATE applications SET
                  name = COALESCE(@name, name),
                  callback = CASE WHEN @callback IS NULL THEN callback ELSE NULLIF(@callback, '') END,
                  namespaces = COALESCE(@namespaces, namespaces),
                  networks = COALESCE(@networks, networks),
                  quota_calls = CASE WHEN @calls IS NULL THEN quota_calls ELSE NULLIF(@calls, 0) END,
                  quota_window = CASE WHEN @calls IS NULL THEN quota_window WHEN @calls = 0 THEN NULL ELSE @window END,
                  nonproduction = COALESCE(@nonproduction, nonproduction),
                  redirects = COALESCE(@redirects, redirects),
                  sign_out_redirects = COALESCE(@sign_out_redirects, sign_out_redirects),
                  is_public = COALESCE(@public, is_public),
                  may_exchange = COALESCE(@exchange, may_exchange),
                  audiences = COALESCE(@audiences, audiences),
                  sector = CASE WHEN @sector IS NULL THEN sector ELSE NULLIF(@sector, '') END,
                  exchanges_from = COALESCE(@exchanges_from, exchanges_from)
                WHERE api_key = @key RETURNING id
                """,
                ("@name", change.Name), ("@callback", change.Callback),
                ("@namespaces", Joined(change.Namespaces)), ("@networks", Joined(change.Networks)),
                ("@calls", change.Quota?.Calls), ("@window", change.Quota?.Window),
                ("@nonproduction", change.Nonproduction),
                ("@redirects", Joined(change.OpenId.Redirects)),
                ("@sign_out_redirects", Joined(change.OpenId.SignOutRedirects)),
                ("@public", change.OpenId.IsPublic), ("@exchange", change.OpenId.MayExchange),
                ("@audiences", Joined(change.OpenId.Audiences)), ("@sector", change.OpenId.Sector),
                ("@exchanges_from", Joined(change.OpenId.ExchangesFrom)),
                ("@key", apiKey)),
            cancellation);
        invalidator.InvalidateAll();
        return isKnown;
    }

    /// <summary>
    /// Returns the text as an absolute http or https URL without fragment and user information; null if it is not one.
    /// Pages of the time omit the scheme, which is then http.
    /// </summary>
    public static string? NormalCallback(string text)
    {
        var absolute = text.Contains("://", StringComparison.Ordinal) ? text : "http://" + text;
        return absolute.Length <= 1000
            && !absolute.Any(c => char.IsWhiteSpace(c) || c == '#')
            && WebAddress.Read(absolute) is not null
                ? absolute
                : null;
    }

    private static string? Joined(string[]? words) => words is null ? null : string.Join(' ', words);

    private static async ValueTask<bool> ChangeAsync(
        StoreConnection connection, ICollection<SecurityEvent> happened, SecurityEvent change, string sql,
        params SqlParameter[] parameters)
    {
        var changed = await connection.FirstAsync(sql, row => (long?)row.GetInt64(0), parameters);
        if (changed is not null)
            happened.Add(change with { ApplicationId = changed });
        return changed is not null;
    }
}
