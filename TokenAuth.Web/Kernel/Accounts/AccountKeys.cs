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

/// <summary>An API key as listed on the account page; its text is known to the person only.</summary>
internal sealed record ListedKey(long Id, string Name, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt);

/// <summary>An API key as a sign-in looks at it.</summary>
internal sealed record StoredKey(long Id, byte[] Hash, string ProtectedMd5, DateTimeOffset? LastUsedAt);

/// <summary>The API keys of accounts: made, listed, revoked, and looked for when an old client signs in with one.</summary>
internal sealed class AccountKeys(
    Store store, CacheInvalidator invalidator, SecretProtector secrets, SecurityLog events, TimeProvider clock, Metrics telemetry)
{
    public const int Length = 32;

    public const int MaxNameLength = 100;

    /// <summary>More than that nobody can tell apart, and each one is tried at a sign-in.</summary>
    public const int MaxKeys = 50;

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");

    /// <summary>When a key was last used is written at most once in this time.</summary>
    private static readonly TimeSpan UseStep = TimeSpan.FromHours(1);

    /// <summary>A name that a person can tell a key by, trimmed; null where the text is none.</summary>
    public static string? NormalName(string? text) =>
        text?.Trim() is { Length: > 0 and <= MaxNameLength } name && OneLine.Is(name) ? name : null;

    /// <summary>Makes a key and returns its text, which is shown this once.</summary>
    /// <param name="from">Who makes it; null for the command line.</param>
    public async Task<string> AddAsync(long accountId, string name, IPAddress? from, CancellationToken cancellation) =>
        (await AddAsync(accountId, name, from, most: int.MaxValue, cancellation))!;

    /// <summary>The same for a person on the pages; null where the account has <see cref="MaxKeys"/> already.</summary>
    public Task<string?> TryAddAsync(long accountId, string name, IPAddress from, CancellationToken cancellation) =>
        AddAsync(accountId, name, from, MaxKeys, cancellation);

    /// <summary>The newest first.</summary>
    public async Task<IReadOnlyList<ListedKey>> ListAsync(long accountId, CancellationToken cancellation) =>
        await store.ReadAsync(
            connection => connection.ListAsync(
                "SELECT id, name, created_at, last_used_at FROM account_keys WHERE account_id = @account ORDER BY created_at DESC, id DESC",
                row => new ListedKey(row.GetInt64(0), row.GetString(1), row.Instant(2), row.InstantOrNull(3)),
                ("@account", accountId)),
            cancellation);

    /// <summary>Ends a key, and the sessions that were opened with it. True where the account had this key.</summary>
    /// <param name="from">Who revokes it; null for the command line.</param>
    public async Task<bool> RevokeAsync(long accountId, long id, IPAddress? from, CancellationToken cancellation)
    {
        SqlParameter[] which = [("@id", id), ("@account", accountId)];
        var ended = await events.WriteAsync(
            async (connection, happened) =>
            {
                await AccountLock.TakeAsync(connection, accountId);
                var name = await connection.FirstAsync(
                    "DELETE FROM account_keys WHERE id = @id AND account_id = @account RETURNING name", row => row.GetString(0), which);
                if (name is null)
                    return null;
                var ended = await connection.ListAsync(
                    "DELETE FROM sessions WHERE account_key_id = @id AND account_id = @account RETURNING dialect",
                    row => row.GetString(0), which);
                happened.Add(new SecurityEvent(
                    EventKind.KeyRevoked, accountId, From: from,
                    Detail: SecurityEvent.With(name, SecurityEvent.SessionsEnded(ended.Count))));
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
    /// The number of the account's key that a text is, or, as old clients send it, the MD5 of one in hexadecimal digits of either
    /// case. Null for any other text.
    /// </summary>
    public async Task<long?> FindAsync(long accountId, string text, CancellationToken cancellation)
    {
        if (text.Length != Length)
            return null;
        var hash = TokenHash.Of(text);
        var mayBeMd5 = !text.AsSpan().ContainsAnyExcept(HexDigits);
        return await UsedAsync(
            (await ReadAsync(accountId, cancellation)).Find(key =>
                CryptographicOperations.FixedTimeEquals(key.Hash, hash)
                || (mayBeMd5 && IsDigest(secrets.Unprotect(key.ProtectedMd5), text))),
            cancellation);
    }

    /// <summary>The number of the key from whose MD5 a response was computed; null where it was from none.</summary>
    /// <param name="keys">What <see cref="ReadAsync"/> has read.</param>
    /// <param name="response">As the client sent it, in digits of either case.</param>
    /// <param name="respond">The response to the MD5 of a key, in lower-case hexadecimal.</param>
    public Task<long?> FindByResponseAsync(List<StoredKey> keys, string response, Func<string, string> respond, CancellationToken cancellation) =>
        UsedAsync(keys.Find(key => IsDigest(respond(secrets.Unprotect(key.ProtectedMd5)), response)), cancellation);

    /// <summary>The account's keys, to be asked about.</summary>
    public ValueTask<List<StoredKey>> ReadAsync(long accountId, CancellationToken cancellation) => store.ReadAsync(
        connection => connection.ListAsync(
            "SELECT id, key_hash, protected_md5, last_used_at FROM account_keys WHERE account_id = @account ORDER BY id",
            row => new StoredKey(row.GetInt64(0), row.GetBytes(1), row.GetString(2), row.InstantOrNull(3)),
            ("@account", accountId)),
        cancellation);

    private async Task<string?> AddAsync(long accountId, string name, IPAddress? from, int most, CancellationToken cancellation)
    {
        var key = RandomToken.Alphanumeric(Length);
        var md5 = secrets.Protect(Signature.Md5Hex(key));
        var isMade = await events.WriteAsync(
            async (connection, happened) =>
            {
                await AccountLock.TakeAsync(connection, accountId); // so that of several at once none passes the limit
                var count = await connection.FirstAsync(
                    "SELECT COUNT(*) FROM account_keys WHERE account_id = @account", row => row.GetInt64(0), ("@account", accountId));
                if (count >= most)
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

    private async Task<long?> UsedAsync(StoredKey? key, CancellationToken cancellation)
    {
        if (key is null)
            return null;
        var now = clock.GetUtcNow();
        if (key.LastUsedAt is not { } last || now - last >= UseStep)
        {
            await store.WriteAsync(
                connection => connection.ExecuteAsync("UPDATE account_keys SET last_used_at = @now WHERE id = @id", ("@now", now), ("@id", key.Id)),
                cancellation);
        }

        return key.Id;
    }

    /// <summary>Clients of .NET and Delphi write hexadecimal digits in upper case.</summary>
    private static bool IsDigest(string known, string presented) => CryptographicOperations.FixedTimeEquals(
        Encoding.UTF8.GetBytes(known), Encoding.UTF8.GetBytes(presented.ToLowerInvariant()));
}
