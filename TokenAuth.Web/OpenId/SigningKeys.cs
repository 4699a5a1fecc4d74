using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Server;
using TokenAuth.Kernel.Schema;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Storage;

namespace TokenAuth.OpenId;

/// <summary>
/// The keys that sign tokens (RS256), in the store and shared by all nodes. A key signs for 90 days. It is published a
/// day before that, so that applications and nodes know it in time, and 30 days after. No node needs a restart.
/// </summary>
internal sealed partial class SigningKeys(
    Store store, SecretProtector secrets, TimeProvider clock, ILogger<SigningKeys> logger)
    : IConfigureOptions<OpenIddictServerOptions>, IOptionsChangeTokenSource<OpenIddictServerOptions>, IDisposable
{
    public static readonly TimeSpan SignsFor = TimeSpan.FromDays(90);

    public static readonly TimeSpan AnnouncedFor = TimeSpan.FromDays(1);

    public static readonly TimeSpan KeptFor = TimeSpan.FromDays(30);

    /// <summary>The row that is no signing key, but the secret that pairwise subjects are computed with.</summary>
    private const string PairwiseRow = "pairwise";

    /// <summary>A node reads the keys again after this time, and so learns of a new one long before it signs.</summary>
    private static readonly TimeSpan ReadEvery = TimeSpan.FromMinutes(5);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private volatile KeySet _current = new([], [], DateTimeOffset.MinValue, 0);
    private CancellationTokenSource _changed = new();

    /// <summary>The name of the options that change.</summary>
    public string? Name => Options.DefaultName;

    /// <summary>All published keys; the first one signs.</summary>
    public IReadOnlyList<RsaSecurityKey> Published => _current.Keys;

    /// <summary>The secret that pairwise subjects are computed with.</summary>
    public byte[] PairwiseSecret => _current.Pairwise;

    /// <summary>
    /// Reads the keys if they may have changed, and creates the next one if it is due. Call it before the keys are
    /// used.
    /// </summary>
    public async ValueTask RefreshAsync(CancellationToken cancellation)
    {
        if (IsFresh())
            return;
        await _turn.WaitAsync(cancellation);
        try
        {
            if (IsFresh())
                return;
            var now = clock.GetUtcNow();
            var rows = await ReadAsync(cancellation);
            if (NextActiveFrom(rows, now) is not null)
            {
                // Of several nodes, one creates the key; the others then find it.
                await store.WithStoreLockAsync(() => CreateNextAsync(now, cancellation), cancellation);
                rows = await ReadAsync(cancellation);
            }

            Use(rows, now);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Configure(OpenIddictServerOptions options)
    {
        foreach (var key in _current.Keys)
            options.SigningCredentials.Add(new SigningCredentials(key, SecurityAlgorithms.RsaSha256));
    }

    public IChangeToken GetChangeToken() => new CancellationChangeToken(_changed.Token);

    public void Dispose()
    {
        _turn.Dispose();
        _changed.Dispose();
    }

    private bool IsFresh() =>
        _current is { Keys.Count: > 0 } keys
        && (clock.GetUtcNow() - keys.ReadAt).Duration() < ReadEvery
        && clock.GetElapsedTime(keys.ReadTimestamp) < ReadEvery;

    /// <summary>Returns the time from which the next key signs, if it must be created now; otherwise null.</summary>
    private static DateTimeOffset? NextActiveFrom(List<SigningKeyRow> rows, DateTimeOffset now)
    {
        var keys = rows.Where(row => row.KeyId != PairwiseRow).ToList();
        if (keys.Count == 0 || keys.Count == rows.Count)
            return now;
        var due = keys.Max(key => key.ActiveFrom) + SignsFor;
        return due - AnnouncedFor > now ? null
            : due > now + AnnouncedFor ? due
            : now + AnnouncedFor;
    }

    private async Task CreateNextAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        var rows = await ReadAsync(cancellation);
        if (NextActiveFrom(rows, now) is not { } activeFrom)
            return;
        if (rows.All(row => row.KeyId != PairwiseRow))
            await InsertAsync(PairwiseRow, RandomNumberGenerator.GetBytes(32), now, cancellation);
        if (rows.Any(row => row.KeyId != PairwiseRow && row.ActiveFrom + SignsFor - AnnouncedFor > now))
            return;
        using var rsa = RSA.Create(2048);
        var keyId = Base64UrlEncoder.Encode(new RsaSecurityKey(rsa).ComputeJwkThumbprint());
        await InsertAsync(keyId, rsa.ExportPkcs8PrivateKey(), activeFrom, cancellation);
        await store.ApplyAsync(
            """
            DELETE FROM oidc_keys WHERE key_id <> @pairwise AND active_from < (
              SELECT MAX(active_from) FROM oidc_keys WHERE key_id <> @pairwise AND active_from <= @retired)
            """,
            [("@pairwise", PairwiseRow), ("@retired", now - KeptFor)],
            cancellation);
        LogCreated(keyId, activeFrom);
    }

    private Task InsertAsync(string keyId, byte[] secret, DateTimeOffset activeFrom, CancellationToken cancellation) =>
        store.ApplyAsync(
            "INSERT INTO oidc_keys (key_id, protected_key, active_from) VALUES (@id, @key, @from) "
            + "ON CONFLICT (key_id) DO NOTHING",
            [("@id", keyId), ("@key", secrets.Protect(Convert.ToBase64String(secret))), ("@from", activeFrom)],
            cancellation);

    private ValueTask<List<SigningKeyRow>> ReadAsync(CancellationToken cancellation) => store.ReadAsync(
        connection => connection.ListAsync(
            "SELECT key_id, protected_key, active_from FROM oidc_keys ORDER BY active_from, key_id",
            row => new SigningKeyRow
            {
                KeyId = row.GetString(0),
                ProtectedKey = row.GetString(1),
                ActiveFrom = row.Instant(2),
            }),
        cancellation);

    /// <summary>Publishes the keys of these rows. The newest one whose time has come signs.</summary>
    private void Use(List<SigningKeyRow> rows, DateTimeOffset now)
    {
        var pairwise = Secret(rows.First(row => row.KeyId == PairwiseRow));
        var keys = rows.Where(row => row.KeyId != PairwiseRow).ToList();
        var signing = keys.LastOrDefault(row => row.ActiveFrom <= now) ?? keys[0];
        List<SigningKeyRow> ordered =
        [
            signing,
            .. keys.Where((row, i) =>
                row != signing && !(i + 1 < keys.Count && keys[i + 1].ActiveFrom + KeptFor <= now)),
        ];
        var known = _current.Keys;
        var isSame = known.Select(key => key.KeyId)
            .SequenceEqual(ordered.Select(row => row.KeyId), StringComparer.Ordinal);
        _current = new KeySet(
            isSame ? known : [.. ordered.Select(KeyOf)], pairwise, clock.GetUtcNow(), clock.GetTimestamp());
        if (!isSame)
            Interlocked.Exchange(ref _changed, new CancellationTokenSource()).Cancel();
    }

    private RsaSecurityKey KeyOf(SigningKeyRow row)
    {
        var rsa = RSA.Create();
        rsa.ImportPkcs8PrivateKey(Secret(row), out _);
        return new RsaSecurityKey(rsa) { KeyId = row.KeyId };
    }

    private byte[] Secret(SigningKeyRow row) => Convert.FromBase64String(secrets.Unprotect(row.ProtectedKey));

    [LoggerMessage(LogLevel.Information, "Created the key {KeyId}, which signs tokens from {ActiveFrom:u}")]
    private partial void LogCreated(string keyId, DateTimeOffset activeFrom);

    private sealed record KeySet(
        IReadOnlyList<RsaSecurityKey> Keys, byte[] Pairwise, DateTimeOffset ReadAt, long ReadTimestamp);
}
