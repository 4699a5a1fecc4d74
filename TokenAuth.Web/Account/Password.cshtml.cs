using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Hosting;

namespace TokenAuth.AccountPages;

[Authorize]
internal sealed class PasswordModel(PasswordCheck passwords, AccountAdministration accounts) : PageModel
{
    public string? Problem { get; private set; }

    public bool CurrentIsWrong { get; private set; }

    public bool ChosenIsWrong { get; private set; }

    public async Task<IActionResult> OnPostAsync(string? current, string? chosen, CancellationToken cancellation)
    {
        if (chosen is null or { Length: < AccountAdministration.ShortestPassword or > AccountAdministration.LongestPassword })
        {
            ChosenIsWrong = true;
            Problem = $"A password has at least {AccountAdministration.ShortestPassword} characters.";
            return Page();
        }

        var check = await passwords.CheckAsync(User.Login, current ?? "", HttpContext.SignedInCaller, cancellation);
        if (check.Succeeded(out var account, out var fault)
            && (await accounts.ChangePasswordAsync(account.Id, chosen, User.SessionId, HttpContext.CallerAddress, cancellation)).Succeeded(out _, out fault))
        {
            TempData[nameof(IndexModel.Said)] = "Your password was changed, and everything else that had signed in with it was signed out.";
            return LocalRedirect("/account");
        }

        CurrentIsWrong = fault.Kind == FaultKind.CredentialsWrong;
        Response.SetRetryAfter(fault.RetryAfter);
        (Response.StatusCode, Problem) = fault.Kind switch
        {
            FaultKind.CredentialsWrong => (StatusCodes.Status200OK, "The present password is not right."),
            FaultKind.SignInThrottled or FaultKind.AddressThrottled => (
                StatusCodes.Status429TooManyRequests,
                "Too many failed attempts. " + RetryAfter.Sentence(fault.RetryAfter.GetValueOrDefault())),
            _ => (StatusCodes.Status503ServiceUnavailable, "Your password was not changed. Try again in a moment."),
        };
        return Page();
    }
}
