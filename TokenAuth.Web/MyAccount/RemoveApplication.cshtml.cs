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
            return NotAllowed();
        Application = application;
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(long id, CancellationToken cancellation)
    {
        if (!await consents.RevokeAsync(User.Uid!.Value, id, HttpContext.CallerAddress, cancellation))
            return NotAllowed();
        Notice = texts["The application was removed, and its sessions have ended."];
        return LocalRedirect(ApplicationsModel.Path);
    }

    private LocalRedirectResult NotAllowed()
    {
        Notice = texts["That application had been removed already."];
        return LocalRedirect(ApplicationsModel.Path);
    }
}
