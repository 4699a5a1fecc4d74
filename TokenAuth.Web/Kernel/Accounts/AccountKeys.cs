using System.Buffers;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Formats;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Signing;
using TokenAuth.Kernel.Storage;
using TokenAuth.Kernel.Storage.Caching;
using TokenAuth.Kernel.Telemetry;

namespace TokenAuth.Kernel.Accounts;

/// <summary>An API key, as listed on the account page. Only the person knows its text.</summary>
internal sealed record ListedKey(long Id, string Name, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt);

/// <summary>An API key with its account, as it is looked up by its text.</summary>
internal sealed record OwnedKey(long Id, DateTimeOffset? LastUsedAt, FoundAccount Account);

/// <summary>An API key, as a sign-in checks it.</summary>
internal sealed record StoredKey(long Id, byte[] Hash, string ProtectedMd5, DateTimeOffset? LastUsedAt);

/// <summary>
/// Creates, lists and revokes the API keys of accounts, and finds the key that an old client signs in with.
/// </summary>
internal sealed class AccountKeys(
    Store store, CacheInvalidator invalidator, SecretProtector secrets, SecurityLog events, TimeProvider clock,
    Metrics telemetry)
{
    public const int Length = 32;

    public const int MaxNameLength = 100;

    /// <summary>
    /// The maximum number of keys. A person cannot tell more keys apart, and a sign-in tries each one.
    /// </summary>
    public const int MaxKeys = 50;

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");

    /// <summary>The last use of a key is written at most once in this time.</summary>
    private static readonly TimeSpan UseStep = TimeSpan.FromHours(1);

    private readonly RowCache<OwnedKey> _byHash = new(
        store.Query(
            """
            SELECT k.key_hash, k.id, k.last_used_at, a.id, a.user_name, a.display_name, a.state, a.security_stamp
            FROM account_keys k JOIN accounts a ON a.id = k.account_id
            WHERE k.key_hash
            """,
            row => new OwnedKey(
                row.GetInt64(1),
                row.InstantOrNull(2),
                new FoundAccount(row.GetInt64(3), row.GetString(4), row.GetString(5), (AccountState)row.GetInt64(6))
                {
                    Stamp = row.TextOrNull(7),
                })),
        invalidator, key => key.Account.Id);

    /// <summary>Returns the trimmed name of a key; null if the text is not a valid name.</summary>
    public static string? NormalName(string? text) =>
        text?.Trim() is { Length: > 0 and <= MaxNameLength } name && OneLine.Is(name) ? name : null;

    /// <summary>Creates a key, and returns its text, which is shown only now.</summary>
    /// <param name="from">The caller's address; null for the command line.</param>
    public async Task<string> AddAsync(long accountId, string name, IPAddress? from, CancellationToken cancellation) =>
        (await AddAsync(accountId, name, from, maxKeys: int.MaxValue, cancellation))!;

    /// <summary>
    /// Creates a key for a person on the pages; null if the account already has <see cref="MaxKeys"/> keys.
    /// </summary>
    public Task<string?> TryAddAsync(long accountId, string name, IPAddress from, CancellationToken cancellation) =>
        AddAsync(accountId, name, from, MaxKeys, cancellation);

    /// <summary>Lists the keys of an account, the newest first.</summary>
    public async Task<IReadOnlyList<ListedKey>> ListAsync(long accountId, CancellationToken cancellation) =>
        await store.QueryAsync<ListedKey>(
            """
            SELECT id, name, created_at, last_used_at FROM account_keys
            WHERE account_id = @account ORDER BY created_at DESC, id DESC
            """,
            cancellation,
            ("@account", accountId));

    /// <summary>Revokes a key, and ends the sessions that it opened. True if the account had this key.</summary>
    /// <param name="from">The caller's address; null for the command line.</param>
    /// <param name="by">The administrator who acts, if it is not the owner.</param>
    public async Task<bool> RevokeAsync(
        long accountId, long id, IPAddress? from, CancellationToken cancellation, long? by = null)
    {
        SqlParameter[] which = [("@id", id), ("@account", accountId)];
        var ended = await events.WriteAsync(
            async (connection, happened) =>
            {
                await AccountLock.TakeAsync(connection, accountId);
                var name = await connection.FirstAsync(
                    "DELETE FROM account_keys WHERE id = @id AND account_id = @account RETURNING name",
                    row => row.GetString(0),
                    which);
                if (name is null)
                    return null;
                var ended = await connection.ListAsync(
                    "DELETE FROM sessions WHERE account_key_id = @id AND account_id = @account RETURNING dialect",
                    row => row.GetString(0), which);
                happened.Add(new SecurityEvent(
                    EventKind.KeyRevoked, accountId, From: from,
                    Detail: SecurityEvent.With(name, SecurityEvent.SessionsEnded(ended.Count)))
                {
                    ActorId = by,
                });
                return ended;
            },
            cancellation);
        if (ended is null)
            return false;
        invalidator.Invalidate(accountId);
        telemetry.SessionsEnded(ended);
        return true;
    }

    /// <summary>
    /// Finds an active account by its login name, in any case, and the text of one of its keys, in one look-up that is
    /// normally cached. Null says nothing about the name and the text.
    /// </summary>
    public async ValueTask<OwnedKey?> FindOwnerAsync(string login, string text, CancellationToken cancellation)
    {
        if (text.Length != Length)
            return null;
        bool IsOf(OwnedKey? key) =>
            key?.Account.State == AccountState.Active
            && key.Account.Login.Equals(login, StringComparison.OrdinalIgnoreCase);

        var hash = TokenHash.Of(text);
        var key = _byHash.Cached(hash);
        if (!IsOf(key) || IsUseDue(key!.LastUsedAt))
            key = await _byHash.FindAsync(hash, cancellation);
        if (!IsOf(key))
            return null;
        await UsedAsync(key!.Id, key.LastUsedAt, cancellation);
        return key;
    }

    /// <summary>
    /// Finds the account's key with this text, or, as old clients send it, with this MD5 in hexadecimal digits of
    /// either case. Returns its number; null if there is none.
    /// </summary>
    public async Task<long?> FindAsync(long accountId, string text, CancellationToken cancellation)
    {
        if (text.Length != Length)
            return null;
        var hash = TokenHash.Of(text);
        var mayBeMd5 = !text.AsSpan().ContainsAnyExcept(HexDigits);
        var found = (await ReadAsync(accountId, cancellation)).Find(key =>
            CryptographicOperations.FixedTimeEquals(key.Hash, hash)
            || (mayBeMd5 && IsDigest(secrets.Unprotect(key.ProtectedMd5), text)));
        return await UsedAsync(found?.Id, found?.LastUsedAt, cancellation);
    }

    /// <summary>
    /// Finds the key whose MD5 a response was computed from. Returns its number; null if there is none.
    /// </summary>
    /// <param name="keys">The result of <see cref="ReadAsync"/>.</param>
    /// <param name="response">The response that the client sent, in digits of either case.</param>
    /// <param name="respond">Computes the response from the MD5 of a key, in lower-case hexadecimal.</param>
    public Task<long?> FindByResponseAsync(
        List<StoredKey> keys, string response, Func<string, string> respond, CancellationToken cancellation)
    {
        var found = keys.Find(key => IsDigest(respond(secrets.Unprotect(key.ProtectedMd5)), response));
        return UsedAsync(found?.Id, found?.LastUsedAt, cancellation);
    }

    /// <summary>Reads the keys of an account.</summary>
    public ValueTask<List<StoredKey>> ReadAsync(long accountId, CancellationToken cancellation) => store.ReadAsync(
        connection => connection.ListAsync(
            """
            SELECT id, key_hash, protected_md5, last_used_at FROM account_keys
            WHERE account_id = @account ORDER BY id
            """,
            row => new StoredKey(row.GetInt64(0), row.GetBytes(1), row.GetString(2), row.InstantOrNull(3)),
            ("@account", accountId)),
        cancellation);

    private async Task<string?> AddAsync(
        long accountId, string name, IPAddress? from, int maxKeys, CancellationToken cancellation)
    {
        var key = RandomToken.Alphanumeric(Length);
        var md5 = secrets.Protect(Signature.Md5Hex(key));
        var isMade = await events.WriteAsync(
            async (connection, happened) =>
            {
                // The lock keeps concurrent calls from exceeding the limit.
                await AccountLock.TakeAsync(connection, accountId);
                var count = await connection.FirstAsync(
                    "SELECT COUNT(*) FROM account_keys WHERE account_id = @account",
                    row => row.GetInt64(0),
                    ("@account", accountId));
                if (count >= maxKeys)
                    return false;
                happened.Add(new SecurityEvent(EventKind.KeyMade, accountId, From: from, Detail: name));
                return await connection.ExecuteAsync(
                    """
                    INSERT INTO account_keys (account_id, name, key_hash, protected_md5, created_at)
                    VALUES (@account, @name, @hash, @md5, @now)
                    """,
                    ("@account", accountId), ("@name", name), ("@hash", TokenHash.Of(key)), ("@md5", md5),
                    ("@now", clock.GetUtcNow())) == 1;
            },
            cancellation);
        return isMade ? key : null;
    }

    /// <summary>Notes the use of a key, if that is due, and returns its number.</summary>
    private async Task<long?> UsedAsync(long? id, DateTimeOffset? lastUsedAt, CancellationToken cancellation)
    {
        if (id is not null && IsUseDue(lastUsedAt))
        {
            await store.ApplyAsync(
                "UPDATE account_keys SET last_used_at = @now WHERE id = @id",
                [("@now", clock.GetUtcNow()), ("@id", id)], cancellation);
        }

        return id;
    }

    private bool IsUseDue(DateTimeOffset? lastUsedAt) => !(clock.GetUtcNow() - lastUsedAt < UseStep);

    /// <summary>
    /// Compares hexadecimal digests in constant time. Clients in .NET and Delphi send upper-case digits.
    /// </summary>
    private static bool IsDigest(string known, string presented) => CryptographicOperations.FixedTimeEquals(
        Encoding.UTF8.GetBytes(known), Encoding.UTF8.GetBytes(presented.ToLowerInvariant()));
}
