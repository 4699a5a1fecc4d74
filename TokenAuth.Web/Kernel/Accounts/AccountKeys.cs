using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using TokenAuth.Kernel.Signing;
using TokenAuth.Kernel.Storage;
using TokenAuth.Kernel.Tokens;

namespace TokenAuth.Kernel.Accounts;

/// <summary>An API key as listed on the account page; its text is known to the person only.</summary>
internal sealed record ListedKey(long Id, string Name, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt);

/// <summary>An API key as a sign-in looks at it.</summary>
internal sealed record KeptKey(long Id, byte[] Hash, string ProtectedMd5, DateTimeOffset? LastUsedAt);

/// <summary>The API keys of accounts: made, listed, revoked, and looked for when an old client signs in with one.</summary>
internal sealed class AccountKeys(Store store, SecretBox secrets, TimeProvider clock)
{
    public const int Length = 32;

    public const int LongestName = 100;

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");

    /// <summary>When a key was last used is written at most once in this time.</summary>
    private static readonly TimeSpan UseStep = TimeSpan.FromHours(1);

    /// <summary>A name that a person can tell a key by, trimmed; null where the text is none.</summary>
    public static string? NormalName(string? text) =>
        text?.Trim() is { Length: > 0 and <= LongestName } name && !name.Any(char.IsControl) ? name : null;

    /// <summary>Makes a key and returns its text, which is shown this once.</summary>
    public async Task<string> AddAsync(long accountId, string name, CancellationToken cancellation)
    {
        var key = TokenText.Alphanumeric(Length);
        var md5 = secrets.Protect(Signature.Md5Hex(key));
        await store.WriteAsync(
            connection => connection.ExecuteAsync(
                "INSERT INTO account_keys (account_id, name, key_hash, protected_md5, created_at) VALUES (@account, @name, @hash, @md5, @now)",
                ("@account", accountId), ("@name", name), ("@hash", TokenText.Hash(key)), ("@md5", md5), ("@now", clock.GetUtcNow())),
            cancellation);
        return key;
    }

    /// <summary>The newest first.</summary>
    public async Task<IReadOnlyList<ListedKey>> ListAsync(long accountId, CancellationToken cancellation) =>
        await store.ReadAsync(
            connection => connection.ListAsync(
                "SELECT id, name, created_at, last_used_at FROM account_keys WHERE account_id = @account ORDER BY created_at DESC, id DESC",
                row => new ListedKey(row.GetInt64(0), row.GetString(1), row.Instant(2), row.InstantOrNull(3)),
                ("@account", accountId)),
            cancellation);

    /// <summary>True where the account had this key.</summary>
    public async Task<bool> RevokeAsync(long accountId, long id, CancellationToken cancellation) =>
        await store.WriteAsync(
            connection => connection.ExecuteAsync(
                "DELETE FROM account_keys WHERE id = @id AND account_id = @account", ("@id", id), ("@account", accountId)),
            cancellation) == 1;

    /// <summary>
    /// Whether a text is one of the account's keys, or, as old clients send it, the MD5 of one in hexadecimal digits of
    /// either case.
    /// </summary>
    public async Task<bool> MatchesAsync(long accountId, string text, CancellationToken cancellation)
    {
        if (text.Length != Length)
            return false;
        var hash = TokenText.Hash(text);
        var mayBeMd5 = !text.AsSpan().ContainsAnyExcept(HexDigits);
        return await UsedAsync(
            (await ReadAsync(accountId, cancellation)).Find(key =>
                CryptographicOperations.FixedTimeEquals(key.Hash, hash)
                || (mayBeMd5 && IsDigest(secrets.Unprotect(key.ProtectedMd5), text))),
            cancellation);
    }

    /// <summary>Whether a response was computed from the MD5 of one of an account's keys.</summary>
    /// <param name="keys">What <see cref="ReadAsync"/> has read.</param>
    /// <param name="response">As the client sent it, in digits of either case.</param>
    /// <param name="respond">The response to the MD5 of a key, in lower-case hexadecimal.</param>
    public Task<bool> RespondsAsync(List<KeptKey> keys, string response, Func<string, string> respond, CancellationToken cancellation) =>
        UsedAsync(keys.Find(key => IsDigest(respond(secrets.Unprotect(key.ProtectedMd5)), response)), cancellation);

    /// <summary>The account's keys, to be asked about.</summary>
    public ValueTask<List<KeptKey>> ReadAsync(long accountId, CancellationToken cancellation) => store.ReadAsync(
        connection => connection.ListAsync(
            "SELECT id, key_hash, protected_md5, last_used_at FROM account_keys WHERE account_id = @account ORDER BY id",
            row => new KeptKey(row.GetInt64(0), row.GetBytes(1), row.GetString(2), row.InstantOrNull(3)),
            ("@account", accountId)),
        cancellation);

    private async Task<bool> UsedAsync(KeptKey? key, CancellationToken cancellation)
    {
        if (key is null)
            return false;
        var now = clock.GetUtcNow();
        if (key.LastUsedAt is not { } last || now - last >= UseStep)
        {
            await store.WriteAsync(
                connection => connection.ExecuteAsync("UPDATE account_keys SET last_used_at = @now WHERE id = @id", ("@now", now), ("@id", key.Id)),
                cancellation);
        }

        return true;
    }

    /// <summary>Clients of .NET and Delphi write hexadecimal digits in upper case.</summary>
    private static bool IsDigest(string known, string presented) => CryptographicOperations.FixedTimeEquals(
        Encoding.UTF8.GetBytes(known), Encoding.UTF8.GetBytes(presented.ToLowerInvariant()));
}
