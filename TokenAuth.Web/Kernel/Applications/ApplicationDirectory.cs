using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Storage;
using TokenAuth.Kernel.Storage.Caching;

namespace TokenAuth.Kernel.Applications;

/// <summary>
/// Finds applications, as every call needs them. An application that was found by its key is cached while it is valid
/// (<see cref="CacheInvalidator"/>). Missing and disabled ones are never cached.
/// The folder <c>Applications</c> owns registered callers, their secrets and allowed networks, and the users of
/// applications. It must not know signatures and sessions.
/// </summary>
internal sealed class ApplicationDirectory(
    Store store, CacheInvalidator invalidator, SecretProtector secrets, TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, CacheEntry> _cache = new(StringComparer.Ordinal);

    /// <summary>The decrypted secrets of each cached application. They are released together with it.</summary>
    private readonly ConditionalWeakTable<Application, Secrets> _secrets = [];

    /// <summary>Finds the enabled application with this API key. Keys are compared exactly.</summary>
    public ValueTask<Application?> FindEnabledAsync(string apiKey, CancellationToken cancellation) =>
        _cache.TryGetValue(apiKey, out var cached) && invalidator.IsCurrent(cached.Count)
            ? ValueTask.FromResult<Application?>(cached.Application)
            : ReadEnabledAsync(apiKey, cancellation);

    /// <summary>Finds the enabled application with this number.</summary>
    public async ValueTask<Application?> FindEnabledAsync(long id, CancellationToken cancellation) =>
        await store.ReadAsync(
            connection => connection.FirstAsync(
                ApplicationRow.Select + " WHERE id = @id AND enabled = @enabled",
                ApplicationRow.Read,
                ("@id", id), ("@enabled", true)),
            cancellation);

    /// <summary>
    /// Returns the secrets that may sign now: the current one and, for a while after a rotation, the previous one.
    /// </summary>
    public IReadOnlyList<string> SecretsOf(Application application)
    {
        var known = _secrets.GetValue(application, read => new Secrets(
            secrets.Unprotect(read.ProtectedSecret),
            read.PreviousProtectedSecret is { } previous ? secrets.TryUnprotect(previous) : null));
        return known.Previous is { } old && application.PreviousSecretUntil > clock.GetUtcNow()
            ? [known.Current, old]
            : [known.Current];
    }

    private async ValueTask<Application?> ReadEnabledAsync(string apiKey, CancellationToken cancellation)
    {
        var count = invalidator.Count;
        var application = await store.ReadAsync(
            connection => connection.FirstAsync(
                ApplicationRow.Select + " WHERE api_key = @key AND enabled = @enabled",
                ApplicationRow.Read,
                ("@key", apiKey), ("@enabled", true)),
            cancellation);
        if (application is null)
            _cache.TryRemove(apiKey, out _);
        else
            _cache[apiKey] = new CacheEntry(application, count);
        return application;
    }

    private sealed record CacheEntry(Application Application, long Count);

    private sealed record Secrets(string Current, string? Previous);
}
