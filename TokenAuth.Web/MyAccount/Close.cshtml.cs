using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Languages;
using TokenAuth.Kernel.Pages;

namespace TokenAuth.MyAccount;

/// <summary><c>/account/close</c>: says what goes when the person leaves, and closes the account.</summary>
[Authorize]
internal sealed class CloseModel(
    AccountClosing closing, FreshProof proof, BrowserSignIn browser, PersonalSettings personal, Texts texts,
    OwnedApplications applications, TimeProvider clock) : PageModel
{
    /// <summary>The time of the erasure if the person closes the account now.</summary>
    public DateTimeOffset EraseAt => clock.GetUtcNow() + AccountClosing.Grace;

    /// <summary>Tells whether the person has applications in the console.</summary>
    public bool OwnsApplications { get; private set; }

    public string? Problem { get; private set; }

    /// <summary>The outcome, for the sign-in page.</summary>
    [TempData]
    public string? Notice { get; set; }

    public async Task OnGetAsync(CancellationToken cancellation) =>
        OwnsApplications = (await applications.ListAsync(User.Uid!.Value, cancellation)).Count > 0;

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        await OnGetAsync(cancellation);
        if (await proof.RequireAsync(this, cancellation, texts["To close your account, confirm that it is you."])
            is { } question)
            return question;
        var eraseAt = EraseAt;
        switch (await closing.CloseAsync(
            User.Uid!.Value, User.SessionId!.Value, HttpContext.CallerAddress, cancellation))
        {
            case CloseResult.LastAdministrator:
                Problem = texts["You are the last administrator. Make another account an administrator first, so that "
                    + "someone can run this service."];
                return Page();
            case CloseResult.NoLonger:
                return Challenge();
            default:
                await browser.SignOutAsync(HttpContext);
                Notice = texts["Your account is closed. It will be erased on {0}. To keep it, sign in before then.",
                    personal.Time.WriteDate(eraseAt)];
                return LocalRedirect(PageServices.SignInPath);
        }
    }
}
