using TokenAuth.Kernel.Formats;
using TokenAuth.Kernel.Languages;
using TokenAuth.Kernel.Storage;
using TokenAuth.Kernel.Storage.Caching;

namespace TokenAuth.Kernel.Accounts;

/// <summary>What people can change of their account by themselves, and what they see beside it.</summary>
internal sealed class AccountProfile
{
    public string Login { get; init; } = "";

    public string DisplayName { get; init; } = "";

    public string? Email { get; init; }

    public bool EmailConfirmed { get; init; }

    /// <summary>The code of a <see cref="Language"/>; null for the browser's.</summary>
    public string? Language { get; init; }

    /// <summary>A name of <see cref="TimeZones"/>; null if none was chosen.</summary>
    public string? TimeZone { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>
    /// Returns the stored form of a typed display name: trimmed, or the login name if nothing was typed. Null if it is
    /// too long or has characters that break or turn a line.
    /// </summary>
    public static string? NormalName(string? typed, string login) =>
        string.IsNullOrWhiteSpace(typed) ? login
        : typed.Trim() is { Length: <= AccountAdministration.MaxDisplayNameLength } name && OneLine.Is(name) ? name
        : null;
}

/// <summary>Reads and changes profiles.</summary>
internal sealed class AccountProfiles(Store store, CacheInvalidator invalidator)
{
    /// <summary>Reads a profile; null if the account is gone.</summary>
    public async Task<AccountProfile?> FindAsync(long accountId, CancellationToken cancellation) =>
        (await store.QueryAsync<AccountProfile>(
            """
            SELECT user_name AS login, display_name, email, email_confirmed, language, time_zone, created_at
            FROM accounts WHERE id = @id
            """,
            cancellation,
            ("@id", accountId))).SingleOrDefault();

    /// <summary>
    /// Changes a profile. Sessions show the new name at once on this node, and within a second on the others.
    /// </summary>
    /// <param name="name">A name that <see cref="AccountProfile.NormalName"/> returned.</param>
    /// <param name="language">The code of a known language; null for the browser's.</param>
    /// <param name="timeZone">The name of a known zone; null for none.</param>
    public async Task SaveAsync(
        long accountId, string name, string? language, string? timeZone, CancellationToken cancellation)
    {
        await store.WriteAsync(
            connection => connection.ExecuteAsync(
                "UPDATE accounts SET display_name = @name, language = @language, time_zone = @zone WHERE id = @id",
                ("@name", name), ("@language", language), ("@zone", timeZone), ("@id", accountId)),
            cancellation);
        invalidator.Invalidate(accountId);
    }
}
