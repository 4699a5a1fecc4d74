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

    public async Task<IActionResult> OnPostAsync(
        [FromForm] string? current, [FromForm] string? chosen, CancellationToken cancellation)
    {
        if (chosen is null or { Length: < AccountAdministration.ShortestPassword or > AccountAdministration.LongestPassword })
        {
            ChosenIsWrong = true;
            Problem = $"A password has at least {AccountAdministration.ShortestPassword} characters.";
            return Page();
        }

        var check = await passwords.CheckAsync(User.Login, current ?? "", Call.Plain(HttpContext.Connection.RemoteIpAddress), cancellation);
        if (check.Succeeded(out var account, out var fault)
            && (await accounts.ChangePasswordAsync(account.Id, chosen, User.SessionId, cancellation)).Succeeded(out _, out fault))
        {
            TempData[nameof(IndexModel.Said)] = "Your password was changed, and everything else that had signed in with it was signed out.";
            return LocalRedirect("/account");
        }

        CurrentIsWrong = fault.Kind == FaultKind.CredentialsWrong;
        (Response.StatusCode, Problem) = fault.Kind switch
        {
            FaultKind.CredentialsWrong => (StatusCodes.Status200OK, "The present password is not right."),
            FaultKind.SignInThrottled => (StatusCodes.Status429TooManyRequests, "Too many failed attempts. Wait five minutes and try again."),
            _ => (StatusCodes.Status503ServiceUnavailable, "Your password was not changed. Try again in a moment."),
        };
        return Page();
    }
}
