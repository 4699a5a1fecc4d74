using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Pages;
using TokenAuth.Kernel.Sessions;

namespace TokenAuth.Admin;

/// <summary>
/// <c>/admin/applications/{id}</c>: shows one application and who uses it, and approves, refuses, disables or
/// enables it. It shows no secret.
/// </summary>
internal sealed class ApplicationModel(
    ApplicationAdministration administration, ApplicationApproval approval, ApplicationLogos logos,
    AccountSearch accounts, ConsentingAccounts consenting) : PageModel
{
    private const int PageSize = 50;

    public Application Application { get; private set; } = null!;

    /// <summary>The login name of the owner; null if there is none.</summary>
    public string? Owner { get; private set; }

    /// <summary>What waits for an approval.</summary>
    public PendingApplication? Pending { get; private set; }

    public string? Problem { get; private set; }

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
        Pending = await approval.FindAsync(application.ApiKey, cancellation);
        if (application.OwnerId is { } owner)
            Owner = (await accounts.FindAsync(owner, cancellation))?.Login;
        Use = await consenting.CountAsync(id, cancellation);
        var found = await consenting.ListAsync(id, after ?? 0, PageSize + 1, cancellation);
        Accounts = [.. found.Take(PageSize)];
        Next = found.Count > PageSize ? Accounts[^1].Uid : null;
        return Page();
    }

    /// <summary>Shows the logo to an administrator, approved or not.</summary>
    public async Task<IActionResult> OnGetLogoAsync(long id, CancellationToken cancellation) =>
        await logos.FindAsync(id, cancellation) is { } logo
            ? new PageFileResult(logo.MediaType, logo.Content)
            : NotFound();

    public Task<IActionResult> OnPostApproveAsync(long id, string? stamp, CancellationToken cancellation) =>
        DecideAsync(
            id, application => approval.ApproveAsync(application.ApiKey, stamp ?? "", Me, cancellation), "Approved",
            cancellation);

    public Task<IActionResult> OnPostRefuseAsync(
        long id, string? stamp, string? reason, CancellationToken cancellation) =>
        DecideAsync(
            id,
            application => approval.RefuseAsync(
                application.ApiKey, stamp ?? "", ApplicationApproval.Reason(reason), Me, cancellation),
            "Refused", cancellation);

    public Task<IActionResult> OnPostDisableAsync(long id, CancellationToken cancellation) =>
        SetAsync(id, enabled: false, cancellation);

    public Task<IActionResult> OnPostEnableAsync(long id, CancellationToken cancellation) =>
        SetAsync(id, enabled: true, cancellation);

    private ChangedBy Me => new(HttpContext.CallerAddress, Administrator: User.Uid);

    private async Task<IActionResult> DecideAsync(
        long id, Func<Application, Task<IReadOnlyList<string>?>> decide, string done, CancellationToken cancellation)
    {
        if (await administration.FindAsync(id, cancellation) is not { } application)
            return NotFound();
        if (await decide(application) is { } parts)
        {
            Notice = $"{done}: {string.Join(", ", parts)}.";
            return LocalRedirect(Request.Path);
        }

        Problem = "Nothing was decided: the application has changed since you opened this page. Look again.";
        return await OnGetAsync(id, after: null, cancellation);
    }

    private async Task<IActionResult> SetAsync(long id, bool enabled, CancellationToken cancellation)
    {
        if (await administration.FindAsync(id, cancellation) is not { } application)
            return NotFound();
        await administration.SetEnabledAsync(
            application.ApiKey, enabled, cancellation, Me);
        Notice = enabled
            ? "The application is enabled. Its calls are accepted again."
            : "The application is disabled. Its calls and sessions are refused.";
        return LocalRedirect(Request.Path);
    }
}
