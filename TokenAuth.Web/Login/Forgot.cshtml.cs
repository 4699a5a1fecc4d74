using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Accounts.Messages;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Languages;
using TokenAuth.Kernel.Mail;
using TokenAuth.Kernel.Pages;

namespace TokenAuth.Login;

/// <summary>
/// <c>/forgot</c>: sends a link with which a person chooses a new password. The answer is the same for every name and
/// address, whether there is an account or not.
/// </summary>
internal sealed class ForgotModel(PasswordResetRequests requests, MailQueue queue, Texts texts)
    : PageModel, IRepeatableForm
{
    [BindProperty]
    [FromForm]
    public string? Who { get; set; }

    public string? Problem { get; private set; }

    /// <summary>Tells whether mail can be sent.</summary>
    public bool IsOn => queue.IsOn;

    public bool IsSent { get; private set; }

    public void OnGet(string? sent) => IsSent = sent is not null;

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        if (!IsOn)
            return Page();
        if (Who?.Trim() is not { Length: > 0 and <= Account.MaxEmailLength } who)
            return Refuse(StatusCodes.Status200OK, texts["Enter your login name or your e-mail address."]);
        if (await requests.AskAsync(who, HttpContext.CallerAddress, cancellation) is not { } wait)
            return LocalRedirect("/forgot?sent=1");
        Response.SetRetryAfter(wait);
        return Refuse(
            StatusCodes.Status429TooManyRequests,
            texts["Too many links were requested from your network. Try again in an hour."]);
    }

    /// <summary>Handles a form whose antiforgery token is no longer valid.</summary>
    public Task<IActionResult> RepeatAsync(CancellationToken cancellation) => Task.FromResult<IActionResult>(Refuse(
        StatusCodes.Status400BadRequest,
        texts[
            "This form was open for too long. Send it again. If this keeps happening, allow cookies for this site."]));

    private PageResult Refuse(int status, string problem)
    {
        (Response.StatusCode, Problem) = (status, problem);
        return Page();
    }
}
