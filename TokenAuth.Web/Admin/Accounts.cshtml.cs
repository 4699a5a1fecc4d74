using Microsoft.AspNetCore.Mvc.RazorPages;
using TokenAuth.Kernel.Accounts;

namespace TokenAuth.Admin;

/// <summary><c>/admin/accounts</c>: searches accounts, or lists the newest.</summary>
internal sealed class AccountsModel(AccountSearch search) : PageModel
{
    public const int PageSize = 50;

    public SearchField Field { get; private set; }

    public AccountFilter Filter { get; private set; }

    public string Text { get; private set; } = "";

    public bool IsFirst { get; private set; }

    public IReadOnlyList<AccountSummary> Accounts { get; private set; } = [];

    /// <summary>The account after which the next page begins; null on the last page.</summary>
    public long? Next { get; private set; }

    /// <param name="q">The beginning of the field.</param>
    /// <param name="by">The field that is searched.</param>
    /// <param name="state">Limits the list.</param>
    /// <param name="after">The last account of the page before.</param>
    public async Task OnGetAsync(
        string? q, SearchField by, AccountFilter state, long? after, CancellationToken cancellation)
    {
        Text = q?.Trim() is { Length: <= Account.MaxEmailLength } text ? text : "";
        (Field, Filter) = (Enum.IsDefined(by) ? by : default, Enum.IsDefined(state) ? state : default);
        IsFirst = after is null;
        var found = await search.ListAsync(Field, Text, Filter, after, PageSize + 1, cancellation);
        Accounts = [.. found.Take(PageSize)];
        Next = found.Count > PageSize ? Accounts[^1].Id : null;
    }

    public string LinkTo(long? after) => Request.Path + QueryString.Create(
        [
            new("q", Text),
            new("by", Field.ToString().ToLowerInvariant()),
            new("state", Filter.ToString().ToLowerInvariant()),
            .. after is null ? [] : new KeyValuePair<string, string?>[] { new("after", $"{after}") },
        ]);

    public static string WordOf(AccountFilter filter) => filter == AccountFilter.All ? "All accounts" : $"{filter}";
}
