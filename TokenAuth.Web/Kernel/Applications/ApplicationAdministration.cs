using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Storage;
using TokenAuth.Kernel.Storage.Caching;

namespace TokenAuth.Kernel.Applications;

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
        var (application, secret) = Make(input);
        application.Id = await events.WriteAsync(
            (connection, happened) => InsertAsync(connection, happened, application, default), cancellation);
        return (application, secret);
    }

    /// <summary>Makes an application with a key and a secret, which are not in the store yet.</summary>
    public (Application Application, string Secret) Make(NewApplication input)
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
            OwnerId = input.Owner,
            HomePage = input.HomePage,
            Enabled = !input.Waits,
            DisabledFor = input.Waits ? DisabledReason.Waiting : DisabledReason.Operator,
            AskedCalls = input.AskedQuota?.Calls,
            AskedWindow = input.AskedQuota?.Window,
        };
        return (application, secret);
    }

    /// <summary>Writes an application that was made, and returns its number.</summary>
    public static async ValueTask<long> InsertAsync(
        StoreConnection connection, ICollection<SecurityEvent> happened, Application application, ChangedBy by)
    {
        var id = await connection.FirstAsync(
            ApplicationRow.Insert, row => row.GetInt64(0), ApplicationRow.Parameters(application));
        happened.Add(by.Event(EventKind.ApplicationRegistered) with { ApplicationId = id });
        return id;
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

    /// <summary>
    /// Enables or disables an application. False if no application has this key, if it waits for an approval, or if the
    /// owner wants to enable what an operator has disabled.
    /// </summary>
    public async Task<bool> SetEnabledAsync(
        string apiKey, bool enabled, CancellationToken cancellation, ChangedBy by = default)
    {
        var kind = enabled ? EventKind.ApplicationEnabled : EventKind.ApplicationDisabled;
        var isDone = await events.WriteAsync(
            (connection, happened) => ChangeAsync(
                connection, happened, by.Event(kind),
                $"""
                UPDATE applications SET enabled = @enabled, disabled_for = @reason
                WHERE {IsChangeable} AND (enabled OR disabled_for NOT IN (@waiting, @refused))
                  AND (enabled OR @owner IS NULL OR disabled_for = @reason)
                RETURNING id
                """,
                ("@enabled", enabled),
                ("@reason", (long)(by.Owner is null ? DisabledReason.Operator : DisabledReason.Owner)),
                ("@key", apiKey), ("@owner", by.Owner),
                ("@waiting", (long)DisabledReason.Waiting), ("@refused", (long)DisabledReason.Refused)),
            cancellation);
        invalidator.InvalidateAll();
        return isDone;
    }

    /// <summary>
    /// Replaces the secret. Returns the new one and the time until which the previous one is valid; null if no
    /// application has this key.
    /// </summary>
    /// <param name="overlap">How long the previous secret stays valid; null for a day.</param>
    public async Task<(string Secret, DateTimeOffset PreviousUntil)?> RotateAsync(
        string apiKey, CancellationToken cancellation, TimeSpan? overlap = null, ChangedBy by = default)
    {
        var secret = RandomToken.Hex(32);
        var made = secrets.Protect(secret);
        var until = clock.GetUtcNow() + (overlap ?? RotationOverlap);

        // One statement, so that of two concurrent rotations the second one's previous secret is the first one's.
        var isKnown = await events.WriteAsync(
            (connection, happened) => ChangeAsync(
                connection, happened, by.Event(EventKind.SecretRotated),
                $"""
                UPDATE applications SET
                  previous_protected_secret = protected_secret,
                  previous_secret_until = @until,
                  protected_secret = @made
                WHERE {IsChangeable} RETURNING id
                """,
                ("@until", until), ("@made", made), ("@key", apiKey), ("@owner", by.Owner)),
            cancellation);
        invalidator.InvalidateAll();
        return isKnown ? (secret, until) : null;
    }

    /// <summary>Finds the application with this API key, enabled or not.</summary>
    public async Task<Application?> FindAsync(string apiKey, CancellationToken cancellation) =>
        (await store.QueryAsync<Application>(
            ApplicationRow.Select + " WHERE api_key = @key", cancellation, ("@key", apiKey))).SingleOrDefault();

    /// <summary>Changes an application; false if no application has this key.</summary>
    public async Task<bool> ChangeAsync(
        string apiKey, ApplicationChange change, CancellationToken cancellation, ChangedBy by = default)
    {
        var isKnown = await events.WriteAsync(
            (connection, happened) => ChangeAsync(
                connection, happened, by.Event(EventKind.ApplicationChanged, change.Summary),
                $"""
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
                  exchanges_from = COALESCE(@exchanges_from, exchanges_from),
                  home_page = CASE WHEN @home_page IS NULL THEN home_page ELSE NULLIF(@home_page, '') END,
                  asked_calls = CASE WHEN @asked IS NULL THEN asked_calls ELSE NULLIF(@asked, 0) END,
                  asked_window = CASE
                    WHEN @asked IS NULL THEN asked_window WHEN @asked = 0 THEN NULL ELSE @asked_window END,
                  owner_id = CASE WHEN @new_owner IS NULL THEN owner_id ELSE NULLIF(@new_owner, 0) END,
                  offered_to = CASE WHEN @new_owner IS NULL THEN offered_to END,
                  disabled_for = CASE
                    WHEN @again AND NOT enabled AND disabled_for = @refused THEN @waiting ELSE disabled_for END
                WHERE {IsChangeable} RETURNING id
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
                ("@home_page", change.HomePage),
                ("@asked", change.AskedQuota?.Calls), ("@asked_window", change.AskedQuota?.Window),
                ("@new_owner", change.Owner), ("@again", change.AsksAgain),
                ("@refused", (long)DisabledReason.Refused), ("@waiting", (long)DisabledReason.Waiting),
                ("@key", apiKey), ("@owner", by.Owner)),
            cancellation);
        invalidator.InvalidateAll();
        return isKnown;
    }

    /// <summary>Every change is of the application with a key. An owner changes only what is their own.</summary>
    private const string IsChangeable = "api_key = @key AND (@owner IS NULL OR owner_id = @owner)";

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
