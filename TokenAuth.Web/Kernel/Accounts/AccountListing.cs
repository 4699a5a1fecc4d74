using System.Runtime.CompilerServices;
using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Accounts;

/// <summary>An account, as listed for operators.</summary>
internal sealed class ListedAccount
{
    public long Uid { get; init; }

    public string Login { get; init; } = "";

    public string Name { get; init; } = "";

    public string? Email { get; init; }

    public AccountState State { get; init; }

    public bool IsAdmin { get; init; }

    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>Lists accounts in the order of their numbers. Reads them in pages to limit memory.</summary>
internal sealed class AccountListing(Store store)
{
    private const int PageSize = 1000;

    private const string Selection =
        "SELECT id AS uid, user_name AS login, display_name AS name, email, state, is_admin, created_at FROM accounts";

    /// <summary>Finds an account by the login name that an operator typed. A hyphen stands for an underscore.</summary>
    public async Task<ListedAccount?> FindAsync(string typed, CancellationToken cancellation) =>
        Account.LoginOf(typed) is var login && Account.IsLogin(login)
            ? (await store.QueryAsync<ListedAccount>(
                Selection + " WHERE normalized_user_name = @name",
                cancellation,
                ("@name", login.ToUpperInvariant()))).SingleOrDefault()
            : null;

    /// <summary>Lists accounts.</summary>
    /// <param name="state">Limits the list to accounts in this state.</param>
    /// <param name="search">
    /// Limits the list to accounts with this text in their login name, e-mail address or displayed name, in any case.
    /// </param>
    public async IAsyncEnumerable<ListedAccount> ListAsync(
        AccountState? state, string? search, [EnumeratorCancellation] CancellationToken cancellation)
    {
        List<ListedAccount> page;
        var after = 0L;
        do
        {
            page = await store.QueryAsync<ListedAccount>(
                Selection + " WHERE id > @after ORDER BY id LIMIT @limit",
                cancellation,
                ("@after", after), ("@limit", PageSize));
            foreach (var account in page)
            {
                // The engines disagree about the case of letters beyond ASCII, so the text is compared here.
                if ((state is null || account.State == state) && (search is null || Has(account, search)))
                    yield return account;
            }

            after = page is [.., var last] ? last.Uid : after;
        }
        while (page.Count == PageSize);
    }

    private static bool Has(ListedAccount account, string text) =>
        account.Login.Contains(text, StringComparison.OrdinalIgnoreCase)
        || account.Name.Contains(text, StringComparison.OrdinalIgnoreCase)
        || account.Email?.Contains(text, StringComparison.OrdinalIgnoreCase) == true;
}
