using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Languages;
using TokenAuth.Kernel.Pages;

namespace TokenAuth.MyAccount;

/// <summary>
/// <c>/account/password</c>: changes the password and ends the other sessions that were opened with the old one.
/// </summary>
[Authorize]
internal sealed class PasswordModel(
    PasswordCheck passwords,
    PasswordRules rules,
    AccountAdministration accounts,
    AccountDirectory directory,
    BrowserSignIn browser,
    FreshProof proof,
    Texts texts) : PageModel
{
    /// <summary>False if the person signs in through the upstream provider or with a passkey only.</summary>
    public bool HasPassword { get; private set; }

    /// <summary>What another page has done before it sent the person here.</summary>
    [TempData]
    public string? Notice { get; set; }

    public string? Problem { get; private set; }

    public bool CurrentIsWrong { get; private set; }

    public bool ChosenIsWrong { get; private set; }

    public override async Task OnPageHandlerExecutionAsync(
        PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        HasPassword = await directory.HasPasswordAsync(User.Uid!.Value, HttpContext.RequestAborted);
        await next();
    }

    public async Task<IActionResult> OnPostAsync(
        [FromForm] string? current, [FromForm] string? chosen, CancellationToken cancellation)
    {
        // Read before the old password is checked, so that a concurrent change can be detected.
        if (await accounts.FindAsync(User.Login) is not { } account)
            return Challenge();
        if (!HasPassword && await proof.RequireAsync(this, cancellation) is { } question)
            return question;

        // The proof asks for the new password a second time, because it does not repeat it.
        if (!HasPassword && chosen is null)
            return Page();
        if (rules.Check(account, chosen ?? "") is { } wrong)
        {
            ChosenIsWrong = true;
            return Refuse(StatusCodes.Status200OK, texts[wrong.Message]);
        }

        if (!HasPassword)
            return await ChangeAsync(account, chosen!, cancellation);
        var check = await passwords.CheckAsync(User.Login, current ?? "", HttpContext.SignedInCaller, cancellation);
        if (check.Succeeded(out _, out var fault))
            return await ChangeAsync(account, chosen!, cancellation);

        // After a concurrent change the old password is wrong, but the person did not mistype it.
        if (!await directory.HasPasswordOfAsync(account.Id, account.SecurityStamp, User.SessionId, cancellation))
            return Refuse(StatusCodes.Status200OK, texts[InputError.PasswordChangedMeanwhile.Message]);
        CurrentIsWrong = fault.Kind == FaultKind.CredentialsWrong;
        Response.SetRetryAfter(fault.RetryAfter);
        return fault.Kind switch
        {
            FaultKind.CredentialsWrong => Refuse(StatusCodes.Status200OK, texts["The current password is wrong."]),
            FaultKind.SignInThrottled or FaultKind.AddressThrottled =>
                Refuse(
                    StatusCodes.Status429TooManyRequests,
                    texts["Too many failed attempts."] + " "
                    + texts[RetryAfter.Sentence(fault.RetryAfter.GetValueOrDefault())]),
            _ => RefuseForNow(),
        };
    }

    private async Task<IActionResult> ChangeAsync(Account account, string chosen, CancellationToken cancellation)
    {
        var problem = await accounts.ChangePasswordAsync(
            account, chosen, User.SessionId, HttpContext.CallerAddress, cancellation);
        if (problem is not null)
        {
            return problem == InputError.Busy
                ? RefuseForNow()
                : Refuse(StatusCodes.Status200OK, texts[problem.Message]);
        }

        if (await directory.FindAsync(account.Login, cancellation) is { } changed)
            await browser.TrustAsync(HttpContext, changed);
        Notice = HasPassword
            ? texts["Your password was changed, and everything else that had signed in with it was signed out."]
            : texts["Your password was set."];
        return LocalRedirect("/account");
    }

    private PageResult RefuseForNow() =>
        Refuse(
            StatusCodes.Status503ServiceUnavailable, texts["Your password was not changed. Try again in a moment."]);

    private PageResult Refuse(int status, string problem)
    {
        (Response.StatusCode, Problem) = (status, problem);
        return Page();
    }
}
