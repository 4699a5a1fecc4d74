using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Languages;
using TokenAuth.Kernel.Pages;

namespace TokenAuth.Login;

/// <summary>
/// <c>/reset</c>: takes a new password from a person who has a link (<see cref="PasswordResets"/>). Opening the page
/// does not use the link up, because mail scanners and previews open links.
/// </summary>
internal sealed class ResetModel(
    PasswordResets resets, BrowserSignIn browser, AccountDirectory directory, Texts texts)
    : PageModel, IRepeatableForm
{
    [BindProperty(SupportsGet = true)]
    public string? Token { get; set; }

    /// <summary>The account of the link; null if the link does not work.</summary>
    public string? Login { get; private set; }

    public string? Problem { get; private set; }

    public bool ChosenIsWrong { get; private set; }

    public bool AgainIsWrong { get; private set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellation) =>
        await ShowAsync(StatusCodes.Status200OK, problem: null, cancellation);

    public async Task<IActionResult> OnPostAsync(
        [FromForm] string? chosen, [FromForm] string? again, CancellationToken cancellation)
    {
        if (chosen != again)
        {
            AgainIsWrong = true;
            return await ShowAsync(
                StatusCodes.Status200OK, texts["The two passwords are not the same. Enter both again."],
                cancellation);
        }

        var account = await resets.FindAsync(Token, cancellation);
        var (result, problem) = await resets.UseAsync(
            Token, chosen ?? "", HttpContext.CallerAddress, cancellation);
        switch (result)
        {
            case ResetResult.Done:
                // With a second factor, the link alone is no completed sign-in.
                if (await directory.FindAsync(account!.Login, cancellation) is { HasSecondFactor: false } changed)
                    await browser.TrustAsync(HttpContext, changed);
                return await FinishAsync();
            case ResetResult.Busy:
                return await ShowAsync(
                    StatusCodes.Status503ServiceUnavailable,
                    texts["Your password was not changed. Try again in a moment."], cancellation);
            default:
                ChosenIsWrong = result == ResetResult.PasswordRefused;
                return await ShowAsync(
                    StatusCodes.Status200OK, problem is null ? null : texts[problem], cancellation);
        }
    }

    /// <summary>Handles a form whose antiforgery token is no longer valid.</summary>
    public Task<IActionResult> RepeatAsync(CancellationToken cancellation) =>
        ShowAsync(StatusCodes.Status400BadRequest, texts[LoginFeature.FormTooOld], cancellation);

    /// <summary>
    /// Signs out whoever was signed in here, because their next step is to sign in with the new password.
    /// </summary>
    private async Task<IActionResult> FinishAsync()
    {
        await browser.SignOutAsync(HttpContext);
        TempData[nameof(SignInModel.Notice)] = texts["Your password was changed. Sign in with the new one."].Value;
        return LocalRedirect(PageServices.SignInPath);
    }

    private async Task<IActionResult> ShowAsync(int status, string? problem, CancellationToken cancellation)
    {
        HttpContext.HideAddress();
        (Response.StatusCode, Problem) = (status, problem);
        Login = (await resets.FindAsync(Token, cancellation))?.Login;
        if (Login is null)
            Response.StatusCode = StatusCodes.Status404NotFound;
        return Page();
    }
}
