using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
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
    Texts texts) : PageModel
{
    public string? Problem { get; private set; }

    public bool CurrentIsWrong { get; private set; }

    public bool ChosenIsWrong { get; private set; }

    public async Task<IActionResult> OnPostAsync(
        [FromForm] string? current, [FromForm] string? chosen, CancellationToken cancellation)
    {
        // Read before the old password is checked, so that a concurrent change can be detected.
        if (await accounts.FindAsync(User.Login) is not { } account)
            return Challenge();
        if (rules.Check(account, chosen ?? "") is { } wrong)
        {
            ChosenIsWrong = true;
            return Refuse(StatusCodes.Status200OK, texts[wrong.Message]);
        }

        var check = await passwords.CheckAsync(User.Login, current ?? "", HttpContext.SignedInCaller, cancellation);
        if (check.Succeeded(out _, out var fault))
        {
            var problem = await accounts.ChangePasswordAsync(
                account, chosen!, User.SessionId, HttpContext.CallerAddress, cancellation);
            if (problem is not null)
            {
                return problem == InputError.Busy
                    ? RefuseForNow()
                    : Refuse(StatusCodes.Status200OK, texts[problem.Message]);
            }

            if (await directory.FindAsync(account.Login, cancellation) is { } changed)
                await browser.TrustAsync(HttpContext, changed);
            TempData[nameof(IndexModel.Notice)] =
                texts["Your password was changed, and everything else that had signed in with it was signed out."]
                    .Value;
            return LocalRedirect("/account");
        }

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

    private PageResult RefuseForNow() =>
        Refuse(
            StatusCodes.Status503ServiceUnavailable, texts["Your password was not changed. Try again in a moment."]);

    private PageResult Refuse(int status, string problem)
    {
        (Response.StatusCode, Problem) = (status, problem);
        return Page();
    }
}
