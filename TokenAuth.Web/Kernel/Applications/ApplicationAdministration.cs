using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Storage;
using TokenAuth.Kernel.Storage.Caching;

namespace TokenAuth.Kernel.Applications;

/// <summary>What an operator registers.</summary>
internal sealed record NewApplication(
    string Name, ApplicationKind Kind, string? Callback, string[] Namespaces, string[] Networks,
    (long Calls, TimeSpan Window)? Quota, bool Nonproduction);

/// <summary>Registers applications, switches them off and on, and rotates their secrets.</summary>
internal sealed class ApplicationAdministration(
    Store store, CacheInvalidator invalidator, SecretProtector secrets, SecurityLog events, TimeProvider clock)
{
    /// <summary>How long a rotated secret's predecessor goes on working, so that its holders can change over.</summary>
    public static readonly TimeSpan RotationOverlap = TimeSpan.FromHours(24);

    /// <summary>Returns the application and its secret, which is shown this once.</summary>
    public async Task<(Application Application, string Secret)> AddAsync(NewApplication input, CancellationToken cancellation)
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
            CreatedAt = clock.GetUtcNow(),
        };
        application.Id = await events.WriteAsync(
            async (connection, happened) =>
            {
                var id = await connection.FirstAsync(ApplicationRow.Insert, row => row.GetInt64(0), ApplicationRow.Parameters(application));
                happened.Add(new SecurityEvent(EventKind.ApplicationRegistered, ApplicationId: id));
                return id;
            },
            cancellation);
        return (application, secret);
    }

    /// <summary>All applications in the order of their registration.</summary>
    public async Task<IReadOnlyList<Application>> ListAsync(CancellationToken cancellation) =>
        await store.ReadAsync(
            connection => connection.ListAsync(
                ApplicationRow.Select + " ORDER BY id", ApplicationRow.Read),
            cancellation);

    /// <summary>False where no application has this key.</summary>
    public async Task<bool> SetEnabledAsync(string apiKey, bool enabled, CancellationToken cancellation)
    {
        var kind = enabled ? EventKind.ApplicationEnabled : EventKind.ApplicationDisabled;
        var isKnown = await events.WriteAsync(
            (connection, happened) => ChangeAsync(
                connection, happened, kind, "UPDATE applications SET enabled = @enabled WHERE api_key = @key RETURNING id",
                ("@enabled", enabled), ("@key", apiKey)),
            cancellation);
        invalidator.InvalidateAll();
        return isKnown;
    }

    /// <summary>A new secret and until when the one before it works too; null where no application has this key.</summary>
    public async Task<(string Secret, DateTimeOffset PreviousUntil)?> RotateAsync(string apiKey, CancellationToken cancellation)
    {
        var secret = RandomToken.Hex(32);
        var made = secrets.Protect(secret);
        var until = clock.GetUtcNow() + RotationOverlap;

        // One statement, so that of two rotations at once the second one's predecessor is the first.
        var isKnown = await events.WriteAsync(
            (connection, happened) => ChangeAsync(
                connection, happened, EventKind.SecretRotated,
                """
                UPDATE applications SET previous_protected_secret = protected_secret, previous_secret_until = @until, protected_secret = @made
                WHERE api_key = @key RETURNING id
                """,
                ("@until", until), ("@made", made), ("@key", apiKey)),
            cancellation);
        invalidator.InvalidateAll();
        return isKnown ? (secret, until) : null;
    }

    /// <summary>
    /// An absolute http or https URL without a fragment and without user information. Pages of the time leave the
    /// scheme out; then it is http. Null where the text is no such URL.
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

    private static async ValueTask<bool> ChangeAsync(
        StoreConnection connection, ICollection<SecurityEvent> happened, EventKind kind, string sql, params SqlParameter[] parameters)
    {
        var changed = await connection.FirstAsync(sql, row => (long?)row.GetInt64(0), parameters);
        if (changed is not null)
            happened.Add(new SecurityEvent(kind, ApplicationId: changed));
        return changed is not null;
    }
}
