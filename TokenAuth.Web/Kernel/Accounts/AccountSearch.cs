using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Accounts;

/// <summary>The field of an account that a search looks into.</summary>
internal enum SearchField
{
    Login,
    Email,
    Name,
}

/// <summary>The accounts that a list is limited to.</summary>
internal enum AccountFilter
{
    All,
    Active,
    Suspended,
    Locked,
    Memorial,
    Deleted,
    Closing,
    Administrators,
}

/// <summary>An account, as listed for administrators and operators.</summary>
internal sealed class AccountSummary
{
    public const string Selection =
        "SELECT a.id, a.user_name AS login, a.display_name, a.email, a.state, a.is_admin, a.created_at, a.erase_at "
        + "FROM accounts a";

    public long Id { get; init; }

    public string Login { get; init; } = "";

    public string DisplayName { get; init; } = "";

    public string? Email { get; init; }

    public AccountState State { get; init; }

    public bool IsAdmin { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>The time at which a closing account is erased; null in every other state.</summary>
    public DateTimeOffset? EraseAt { get; init; }
}

/// <summary>
/// Lists accounts for administrators: the newest first, or those whose login name, e-mail address or name begins with a
/// text. Each page is a range of an index, whatever the number of accounts.
/// </summary>
internal sealed class AccountSearch(Store store)
{
    /// <summary>Follows every continuation of a text, in the order of bytes.</summary>
    private const string End = "\U0010FFFF";

    /// <summary>Lists accounts.</summary>
    /// <param name="field">The field that <paramref name="text"/> is searched in.</param>
    /// <param name="text">The beginning of the field, in any case; empty lists the newest accounts first.</param>
    /// <param name="filter">Limits the list.</param>
    /// <param name="after">The last account of the page before; null for the first page.</param>
    /// <param name="limit">The maximum number of accounts.</param>
    public async Task<IReadOnlyList<AccountSummary>> ListAsync(
        SearchField field, string text, AccountFilter filter, long? after, int limit, CancellationToken cancellation)
    {
        SqlParameter state = ("@state", (long)StateOf(filter));
        if (text.Length == 0)
        {
            return await store.QueryAsync<AccountSummary>(
                $"{AccountSummary.Selection} WHERE a.id < @after{Condition(filter)} ORDER BY a.id DESC LIMIT @limit",
                cancellation, ("@after", after ?? long.MaxValue), state, ("@limit", (long)limit));
        }

        var key = Key(field) + store.Bytewise;
        var prefix = field == SearchField.Name ? "lower(@text)" : "@text";
        var last = after is { } id
            ? await store.QueryAsync<string>(
                $"SELECT {Key(field)} FROM accounts a WHERE a.id = @id", cancellation, ("@id", id))
            : [];
        return await store.QueryAsync<AccountSummary>(
            $"""
            {AccountSummary.Selection}
            WHERE {key} >= {prefix} AND {key} < {prefix} || @end AND ({key}, a.id) > (@key, @after){Condition(filter)}
            ORDER BY {key}, a.id LIMIT @limit
            """,
            cancellation,
            ("@text", field == SearchField.Name ? text : Normal(field, text)), ("@end", End),
            ("@key", last is [var found] ? found : ""), ("@after", last is [_] ? after : 0L), state,
            ("@limit", (long)limit));
    }

    /// <summary>Reads one account; null if there is none with this number.</summary>
    public async Task<AccountSummary?> FindAsync(long id, CancellationToken cancellation) =>
        (await store.QueryAsync<AccountSummary>(
            $"{AccountSummary.Selection} WHERE a.id = @id", cancellation, ("@id", id))).SingleOrDefault();

    /// <summary>
    /// The indexed form of a field. The engine folds the case of names, on both sides of the comparison: PostgreSQL as
    /// its locale says, SQLite that of ASCII letters.
    /// </summary>
    private static string Key(SearchField field) => field switch
    {
        SearchField.Login => "a.normalized_user_name",
        SearchField.Email => "a.normalized_email",
        _ => "lower(a.display_name)",
    };

    private static string Normal(SearchField field, string text) =>
        (field == SearchField.Login ? Account.LoginOf(text) : text).Normalize().ToUpperInvariant();

    /// <summary>
    /// The condition of a filter. <c>state &lt;&gt; 0</c> and <c>is_admin</c> are the conditions of partial indexes.
    /// </summary>
    private static string Condition(AccountFilter filter) => filter switch
    {
        AccountFilter.All => "",
        AccountFilter.Active => " AND a.state = @state",
        AccountFilter.Administrators => " AND a.id IN (SELECT id FROM accounts WHERE is_admin)",
        _ => " AND a.state <> 0 AND a.state = @state",
    };

    private static AccountState StateOf(AccountFilter filter) =>
        Enum.TryParse<AccountState>(filter.ToString(), out var state) ? state : AccountState.Active;
}
