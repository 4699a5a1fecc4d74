using System.Globalization;
using System.Security.Cryptography;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Accounts.Factors;

/// <summary>
/// The recovery codes of an account: each replaces the second factor once. The store has only their hashes. They have
/// 80 random bits, so a fast hash is enough, and guessing is hopeless.
/// </summary>
internal static class RecoveryCodes
{
    /// <summary>The number of codes that are made at a time.</summary>
    public const int Count = 10;

    /// <summary>The length without hyphens.</summary>
    public const int Length = 16;

    private const int GroupLength = 4;

    /// <summary>Crockford's digits: without I, L, O and U, which people mistake for others.</summary>
    private const string Digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    /// <summary>Makes a code, such as <c>7Q4M-0ZXK-RB2C-9TDE</c>.</summary>
    public static string Make() => Grouped(RandomNumberGenerator.GetString(Digits, Length));

    /// <summary>
    /// Returns a typed code as it was made, without hyphens. Ignores case, blanks and hyphens, and reads I and L as 1
    /// and O as 0. Returns null if the text is no code.
    /// </summary>
    public static string? Normal(string typed)
    {
        if (typed.Length > 100)
            return null;
        var code = string.Concat(typed
            .Where(c => !char.IsWhiteSpace(c) && char.GetUnicodeCategory(c) != UnicodeCategory.DashPunctuation)
            .Select(c => char.ToUpperInvariant(c) switch { 'I' or 'L' => '1', 'O' => '0', var digit => digit }));
        return code.Length == Length && code.All(digit => Digits.Contains(digit, StringComparison.Ordinal))
            ? code
            : null;
    }

    /// <summary>Replaces the codes of an account, within the caller's transaction.</summary>
    public static async ValueTask ReplaceAsync(StoreConnection connection, long accountId, IEnumerable<string> codes)
    {
        await DeleteAsync(connection, accountId);
        foreach (var code in codes)
        {
            await connection.ExecuteAsync(
                "INSERT INTO recovery_codes (account_id, code_hash) VALUES (@account, @hash)",
                ("@account", accountId), ("@hash", HashOf(accountId, Normal(code)!)));
        }
    }

    /// <summary>Deletes the codes of an account, within the caller's transaction.</summary>
    public static async ValueTask DeleteAsync(StoreConnection connection, long accountId) =>
        await connection.ExecuteAsync(
            "DELETE FROM recovery_codes WHERE account_id = @account", ("@account", accountId));

    /// <summary>
    /// Uses a code up, within the caller's transaction. Of concurrent uses of one code, one succeeds.
    /// </summary>
    /// <param name="code">The result of <see cref="Normal"/>.</param>
    /// <returns>The number of codes that are left; null if the account has no such code.</returns>
    public static async ValueTask<long?> UseAsync(StoreConnection connection, long accountId, string code)
    {
        var used = await connection.FirstAsync(
            "DELETE FROM recovery_codes WHERE account_id = @account AND code_hash = @hash RETURNING account_id",
            row => (long?)row.GetInt64(0), ("@account", accountId), ("@hash", HashOf(accountId, code)));
        return used is null
            ? null
            : await connection.FirstAsync(
                "SELECT COUNT(*) FROM recovery_codes WHERE account_id = @account",
                row => (long?)row.GetInt64(0), ("@account", accountId));
    }

    private static string Grouped(string code) =>
        string.Join('-', code.Chunk(GroupLength).Select(group => new string(group)));

    private static byte[] HashOf(long accountId, string code) =>
        TokenHash.Of(string.Create(CultureInfo.InvariantCulture, $"recovery code\n{accountId}\n{code}"));
}
