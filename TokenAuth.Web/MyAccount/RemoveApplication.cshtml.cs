using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Languages;
using TokenAuth.Kernel.Pages;
using TokenAuth.Kernel.Sessions;

namespace TokenAuth.MyAccount;

/// <summary>
/// <c>/account/applications/{id}</c>: says what follows if an application is removed, and removes it.
/// </summary>
[Authorize]
internal sealed class RemoveApplicationModel(AccountApplications applications, ConsentStore consents, Texts texts)
    : PageModel
{
    public AccountApplication Application { get; private set; } = null!;

    /// <summary>The outcome, for the next page.</summary>
    [TempData]
    public string? Notice { get; set; }

    public async Task<IActionResult> OnGetAsync(long id, CancellationToken cancellation)
    {
        if (await applications.FindAsync(User.Uid!.Value, id, cancellation) is not { } application)
            return AlreadyRemoved();
        Application = application;
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(long id, CancellationToken cancellation)
    {
        if (!await consents.RevokeAsync(User.Uid!.Value, id, HttpContext.CallerAddress, cancellation))
            return AlreadyRemoved();
        Notice = texts["The application was removed, and its sessions have ended."];
        return LocalRedirect(ApplicationsModel.Path);
    }

    private LocalRedirectResult AlreadyRemoved()
    {
        Notice = texts["That application was already removed."];
        return LocalRedirect(ApplicationsModel.Path);
    }
}
