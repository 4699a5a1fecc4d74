using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Accounts;

/// <summary>An account, as calls look it up.</summary>
internal sealed record FoundAccount(long Id, string Login, string DisplayName, AccountState State)
{
    /// <summary>The state, as the security log writes it.</summary>
    public string StateName => State.ToString().ToLowerInvariant();

    /// <summary>
    /// Tells whether the owner may sign in on the pages: the account is active, or closing, so that they can come back.
    /// </summary>
    public bool MayUsePages => State is AccountState.Active or AccountState.Closing;

    /// <summary>The security stamp, which changes with the password.</summary>
    public string? Stamp { get; init; }

    /// <summary>Tells whether the password alone does not sign in.</summary>
    public bool HasSecondFactor { get; init; }
}

/// <summary>
/// Finds accounts by their login names, in any case, and their password hashes.
/// The folder <c>Accounts</c> owns people, passwords, API keys and the sign-in of programs. It must not know cookies,
/// pages, nor how a dialect presents a password.
/// </summary>
internal sealed class AccountDirectory(Store store)
{
    private const string Selection =
        "SELECT id, user_name, display_name, state, security_stamp, two_factor_enabled FROM accounts";

    public async ValueTask<FoundAccount?> FindAsync(string login, CancellationToken cancellation) =>
        await store.ReadAsync(
            connection => connection.FirstAsync(
                $"{Selection} WHERE normalized_user_name = @name", Account, ("@name", login.ToUpperInvariant())),
            cancellation);

    /// <summary>Finds an account by its number.</summary>
    public async ValueTask<FoundAccount?> FindAsync(long id, CancellationToken cancellation) =>
        await store.ReadAsync(
            connection => connection.FirstAsync($"{Selection} WHERE id = @id", Account, ("@id", id)), cancellation);

    /// <summary>
    /// Returns the password hash of an account. It is read separately, so that it goes no further than necessary.
    /// </summary>
    public async ValueTask<string?> PasswordHashAsync(long id, CancellationToken cancellation) =>
        await store.ReadAsync(
            connection => connection.FirstAsync(
                "SELECT password_hash FROM accounts WHERE id = @id", row => row.TextOrNull(0), ("@id", id)),
            cancellation);

    /// <summary>Checks whether an account has a password. One that was made through a provider may have none.</summary>
    public async ValueTask<bool> HasPasswordAsync(long id, CancellationToken cancellation) =>
        await PasswordHashAsync(id, cancellation) is not null;

    /// <summary>
    /// Checks whether the password is still the one that a page was opened with: the account has this security stamp,
    /// and the page's session still exists.
    /// </summary>
    public async ValueTask<bool> HasPasswordOfAsync(
        long id, string? stamp, long? sessionId, CancellationToken cancellation) =>
        await store.QueryAsync<long>(
            """
            SELECT s.id FROM accounts a JOIN sessions s ON s.account_id = a.id
            WHERE a.id = @id AND a.security_stamp = @stamp AND s.id = @session
            """,
            cancellation,
            ("@id", id), ("@stamp", stamp), ("@session", sessionId)) is [_];

    /// <summary>Stores a newer hash of the same password, unless the password has changed in the meantime.</summary>
    public async Task RehashAsync(long id, string old, string hash, CancellationToken cancellation) =>
        await store.WriteAsync(
            connection => connection.ExecuteAsync(
                "UPDATE accounts SET password_hash = @hash WHERE id = @id AND password_hash = @old",
                ("@hash", hash), ("@id", id), ("@old", old)),
            cancellation);

    private static FoundAccount Account(RowReader row) => new(
        row.GetInt64(0), row.GetString(1), row.GetString(2), (AccountState)row.GetInt64(3))
    {
        Stamp = row.TextOrNull(4),
        HasSecondFactor = row.GetBoolean(5),
    };
}
