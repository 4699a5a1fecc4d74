using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Pages;
using TokenAuth.Kernel.Sessions;

namespace TokenAuth.Admin;

/// <summary>
/// <c>/admin/applications/{id}</c>: shows one application and who uses it, and disables or enables it. It shows no
/// secret.
/// </summary>
internal sealed class ApplicationModel(ApplicationAdministration administration, ConsentingAccounts consenting)
    : PageModel
{
    private const int PageSize = 50;

    public Application Application { get; private set; } = null!;

    public ApplicationUse Use { get; private set; } = new(0, 0, 0);

    public IReadOnlyList<ConsentingAccount> Accounts { get; private set; } = [];

    public bool IsFirst { get; private set; }

    /// <summary>The account after which the next page begins; null on the last page.</summary>
    public long? Next { get; private set; }

    /// <summary>The outcome of the last action.</summary>
    [TempData]
    public string? Notice { get; set; }

    public async Task<IActionResult> OnGetAsync(long id, long? after, CancellationToken cancellation)
    {
        if (await administration.FindAsync(id, cancellation) is not { } application)
            return NotFound();
        (Application, IsFirst) = (application, after is null);
        Use = await consenting.CountAsync(id, cancellation);
        var found = await consenting.ListAsync(id, after ?? 0, PageSize + 1, cancellation);
        Accounts = [.. found.Take(PageSize)];
        Next = found.Count > PageSize ? Accounts[^1].Uid : null;
        return Page();
    }

    public Task<IActionResult> OnPostDisableAsync(long id, CancellationToken cancellation) =>
        SetAsync(id, enabled: false, cancellation);

    public Task<IActionResult> OnPostEnableAsync(long id, CancellationToken cancellation) =>
        SetAsync(id, enabled: true, cancellation);

    private async Task<IActionResult> SetAsync(long id, bool enabled, CancellationToken cancellation)
    {
        if (await administration.FindAsync(id, cancellation) is not { } application)
            return NotFound();
        await administration.SetEnabledAsync(
            application.ApiKey, enabled, cancellation, HttpContext.CallerAddress, User.Uid);
        Notice = enabled
            ? "The application is enabled. Its calls are accepted again."
            : "The application is disabled. Its calls and sessions are refused.";
        return LocalRedirect(Request.Path);
    }
}
