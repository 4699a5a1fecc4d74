using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using TokenAuth.Kernel.Accounts.Messages;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Languages;
using TokenAuth.Kernel.Pages;

namespace TokenAuth.Login;

/// <summary>
/// <c>/confirm</c>: confirms an e-mail address with a link (<see cref="EmailConfirmations"/>), signed in or not.
/// Opening the page does not use the link up, because mail scanners and previews open links.
/// </summary>
internal sealed class ConfirmModel(EmailConfirmations confirmations, Texts texts) : PageModel, IRepeatableForm
{
    [BindProperty(SupportsGet = true)]
    public string? Token { get; set; }

    /// <summary>What the link confirms; null if it does not work.</summary>
    public FoundConfirmation? Found { get; private set; }

    public bool IsDone { get; private set; }

    public string? Problem { get; private set; }

    public Task<IActionResult> OnGetAsync(CancellationToken cancellation) => ShowAsync(cancellation);

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        IsDone = await confirmations.UseAsync(Token, HttpContext.CallerAddress, cancellation);
        if (!IsDone)
            return await ShowAsync(cancellation);
        HttpContext.HideAddress();
        return Page();
    }

    /// <summary>Handles a form whose antiforgery token is no longer valid.</summary>
    public Task<IActionResult> RepeatAsync(CancellationToken cancellation)
    {
        Response.StatusCode = StatusCodes.Status400BadRequest;
        Problem = texts[
            "This form was open for too long. Send it again. If this keeps happening, allow cookies for this site."];
        return ShowAsync(cancellation);
    }

    private async Task<IActionResult> ShowAsync(CancellationToken cancellation)
    {
        HttpContext.HideAddress();
        Found = await confirmations.FindAsync(Token, cancellation);
        if (Found is null)
            Response.StatusCode = StatusCodes.Status404NotFound;
        return Page();
    }
}
