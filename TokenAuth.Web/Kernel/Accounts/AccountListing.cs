using System.Runtime.CompilerServices;
using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Accounts;

/// <summary>Lists accounts in the order of their numbers. Reads them in pages to limit memory.</summary>
internal sealed class AccountListing(Store store)
{
    private const int PageSize = 1000;

    /// <summary>Finds an account by the login name that an operator typed. A hyphen stands for an underscore.</summary>
    public async Task<AccountSummary?> FindAsync(string typed, CancellationToken cancellation) =>
        Account.LoginOf(typed) is var login && Account.IsLogin(login)
            ? (await store.QueryAsync<AccountSummary>(
                AccountSummary.Selection + " WHERE a.normalized_user_name = @name",
                cancellation,
                ("@name", login.ToUpperInvariant()))).SingleOrDefault()
            : null;

    /// <summary>Lists accounts.</summary>
    /// <param name="state">Limits the list to accounts in this state.</param>
    /// <param name="search">
    /// Limits the list to accounts with this text in their login name, e-mail address or displayed name, in any case.
    /// </param>
    public async IAsyncEnumerable<AccountSummary> ListAsync(
        AccountState? state, string? search, [EnumeratorCancellation] CancellationToken cancellation)
    {
        List<AccountSummary> page;
        var after = 0L;
        do
        {
            page = await store.QueryAsync<AccountSummary>(
                AccountSummary.Selection + " WHERE a.id > @after ORDER BY a.id LIMIT @limit",
                cancellation,
                ("@after", after), ("@limit", PageSize));
            foreach (var account in page)
            {
                // The engines disagree about the case of letters beyond ASCII, so the text is compared here.
                if ((state is null || account.State == state) && (search is null || Has(account, search)))
                    yield return account;
            }

            after = page is [.., var last] ? last.Id : after;
        }
        while (page.Count == PageSize);
    }

    private static bool Has(AccountSummary account, string text) =>
        account.Login.Contains(text, StringComparison.OrdinalIgnoreCase)
        || account.DisplayName.Contains(text, StringComparison.OrdinalIgnoreCase)
        || account.Email?.Contains(text, StringComparison.OrdinalIgnoreCase) == true;
}
