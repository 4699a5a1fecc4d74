using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Languages;
using TokenAuth.Kernel.Pages;

namespace TokenAuth.MyAccount;

/// <summary>
/// <c>/account/keep</c>: asks the owner of a closing account, who has just proved who they are
/// (<see cref="ReturningOwners"/>), whether to keep it.
/// </summary>
internal sealed class KeepModel(
    ReturningOwners owners, AccountClosing closing, BrowserSignIn browser, Texts texts) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public string? Return { get; set; }

    public DateTimeOffset EraseAt { get; private set; }

    /// <summary>The outcome, for the next page.</summary>
    [TempData]
    public string? Notice { get; set; }

    /// <summary>Sends everybody else to the sign-in page, such as an owner whose proof is too old.</summary>
    public override async Task OnPageHandlerExecutionAsync(
        PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        HttpContext.AllowAnyFormTarget();
        if (owners.Read(HttpContext) is not { } owner
            || await closing.ErasedAtAsync(owner.AccountId, owner.Stamp, HttpContext.RequestAborted) != owner.EraseAt)
        {
            ReturningOwners.Forget(HttpContext);
            context.Result = LocalRedirect(PageServices.SignInPath);
            return;
        }

        EraseAt = owner.EraseAt;
        await next();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        var owner = owners.Read(HttpContext)!;
        ReturningOwners.Forget(HttpContext);
        if (!await closing.KeepAsync(
            owner.AccountId, owner.Stamp, owner.EraseAt, HttpContext.CallerAddress, cancellation))
            return LocalRedirect(PageServices.SignInPath);
        await browser.SignInAsync(HttpContext, owner.AccountId, owner.Stamp);
        Notice = texts["Welcome back. Your account is active again."];
        return LocalRedirect(ReturnPath.Of(Return) ?? "/account");
    }

    public IActionResult OnPostLeave()
    {
        ReturningOwners.Forget(HttpContext);
        Notice = texts["Your account stays closed."];
        return LocalRedirect(PageServices.SignInPath);
    }
}
