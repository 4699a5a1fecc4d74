using System.Data.Common;
using TokenAuth.Kernel.Storage;
using TokenAuth.Kernel.Tokens;

namespace TokenAuth.Kernel.Applications;

/// <summary>Finds applications, as every call needs them.</summary>
internal sealed class ApplicationDirectory(Store store, SecretBox secrets, TimeProvider clock)
{
    private const string Columns =
        """
        SELECT id, api_key, name, kind, callback, protected_secret, previous_protected_secret, previous_secret_until,
               enabled, nonproduction, networks, namespaces, quota_calls, quota_window, created_at
        FROM applications
        """;

    /// <summary>The enabled application with this API key. Keys are compared exactly.</summary>
    public async ValueTask<Application?> FindEnabledAsync(string apiKey, CancellationToken cancellation) =>
        await store.ReadAsync(
            connection => connection.FirstAsync(
                Columns + " WHERE api_key = @key AND enabled = @enabled", Map, ("@key", apiKey), ("@enabled", true)),
            cancellation);

    /// <summary>The enabled application with this number.</summary>
    public async ValueTask<Application?> FindEnabledAsync(long id, CancellationToken cancellation) =>
        await store.ReadAsync(
            connection => connection.FirstAsync(
                Columns + " WHERE id = @id AND enabled = @enabled", Map, ("@id", id), ("@enabled", true)),
            cancellation);

    /// <summary>The secrets that may sign now: the present one and, for a while after a rotation, the one before.</summary>
    public IReadOnlyList<string> SecretsOf(Application application) =>
        application.PreviousProtectedSecret is { } previous && application.PreviousSecretUntil > clock.GetUtcNow()
            ? [secrets.Unprotect(application.ProtectedSecret), .. secrets.TryUnprotect(previous) is { } readable ? [readable] : Array.Empty<string>()]
            : [secrets.Unprotect(application.ProtectedSecret)];

    private static Application Map(DbDataReader row) => new()
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
    };

    private static string[] Words(string stored) => stored.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
