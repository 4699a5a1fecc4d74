using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Storage;
using TokenAuth.Kernel.Storage.Caching;

namespace TokenAuth.Kernel.Applications;

/// <summary>
/// Finds applications, as every call needs them. One that was found by its key is kept as long as that holds (<see cref="CacheInvalidator"/>).
/// What is not there, or off, is never kept.
/// </summary>
internal sealed class ApplicationDirectory(Store store, CacheInvalidator invalidator, SecretProtector secrets, TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, Kept> _kept = new(StringComparer.Ordinal);

    /// <summary>Decrypted once for each time that an application is read, and forgotten with it.</summary>
    private readonly ConditionalWeakTable<Application, Secrets> _secrets = [];

    /// <summary>The enabled application with this API key. Keys are compared exactly.</summary>
    public ValueTask<Application?> FindEnabledAsync(string apiKey, CancellationToken cancellation) =>
        _kept.TryGetValue(apiKey, out var kept) && invalidator.IsCurrent(kept.Count)
            ? ValueTask.FromResult<Application?>(kept.Application)
            : ReadEnabledAsync(apiKey, cancellation);

    /// <summary>The enabled application with this number.</summary>
    public async ValueTask<Application?> FindEnabledAsync(long id, CancellationToken cancellation) =>
        await store.ReadAsync(
            connection => connection.FirstAsync(
                ApplicationRow.Select + " WHERE id = @id AND enabled = @enabled", ApplicationRow.Read, ("@id", id), ("@enabled", true)),
            cancellation);

    /// <summary>The secrets that may sign now: the present one and, for a while after a rotation, the one before.</summary>
    public IReadOnlyList<string> SecretsOf(Application application)
    {
        var known = _secrets.GetValue(application, read => new Secrets(
            secrets.Unprotect(read.ProtectedSecret), read.PreviousProtectedSecret is { } previous ? secrets.TryUnprotect(previous) : null));
        return known.Previous is { } old && application.PreviousSecretUntil > clock.GetUtcNow() ? [known.Present, old] : [known.Present];
    }

    private async ValueTask<Application?> ReadEnabledAsync(string apiKey, CancellationToken cancellation)
    {
        var count = invalidator.Count;
        var application = await store.ReadAsync(
            connection => connection.FirstAsync(
                ApplicationRow.Select + " WHERE api_key = @key AND enabled = @enabled", ApplicationRow.Read, ("@key", apiKey), ("@enabled", true)),
            cancellation);
        if (application is null)
            _kept.TryRemove(apiKey, out _);
        else
            _kept[apiKey] = new Kept(application, count);
        return application;
    }

    private sealed record Kept(Application Application, long Count);

    private sealed record Secrets(string Present, string? Previous);
}
