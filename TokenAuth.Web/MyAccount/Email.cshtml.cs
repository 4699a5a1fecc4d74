using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Accounts.Messages;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Languages;
using TokenAuth.Kernel.Pages;

namespace TokenAuth.MyAccount;

/// <summary>
/// <c>/account/email</c>: confirms and changes the e-mail address. A new address counts once its link was opened. If no
/// mail can be sent, it counts at once.
/// </summary>
[Authorize]
internal sealed class EmailModel(
    EmailConfirmations confirmations, AccountChanges changes, FreshProof proof, Texts texts) : PageModel
{
    public AccountEmail Email { get; private set; } = new(null, EmailConfirmed: false);

    /// <summary>Tells whether mail can be sent.</summary>
    public bool IsOn => confirmations.IsOn;

    /// <summary>The address that the person typed.</summary>
    public string? Typed { get; private set; }

    public string? Problem { get; private set; }

    /// <summary>The outcome of the person's last action.</summary>
    [TempData]
    public string? Notice { get; set; }

    private long Me => User.Uid!.Value;

    public override async Task OnPageHandlerExecutionAsync(
        PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        if (await confirmations.ReadAsync(Me, HttpContext.RequestAborted) is { } email)
        {
            Email = email;
            await next();
        }
        else
        {
            context.Result = Challenge();
        }
    }

    public async Task<IActionResult> OnPostAsync([FromForm] string? email, CancellationToken cancellation)
    {
        Typed = email?.Trim();
        if (!Account.IsMailbox(Typed))
            return Refuse(texts["Enter an e-mail address, such as name@example.org."]);
        if (Typed == Email.Email)
            return Refuse(texts["This is already your address. Enter another one."]);
        if (await proof.RequireAsync(this, cancellation) is { } question)
            return question;
        if (!IsOn)
        {
            await changes.SetEmailAsync(Me, Typed!, HttpContext.CallerAddress, cancellation);
            return Done(texts["Your e-mail address was changed."]);
        }

        return await SendAsync(
            Typed, texts["We sent a link to {0}. Open it to finish the change.", Typed!], cancellation);
    }

    public async Task<IActionResult> OnPostSendAsync(CancellationToken cancellation) =>
        IsOn && Email is { Email: { } own, EmailConfirmed: false }
            ? await SendAsync(null, texts["We sent a link to {0}.", own], cancellation)
            : LocalRedirect(Request.Path);

    public async Task<IActionResult> OnPostCancelAsync(CancellationToken cancellation)
    {
        await confirmations.CancelAsync(Me, cancellation);
        return Done(texts["Your e-mail address stays as it is."]);
    }

    private async Task<IActionResult> SendAsync(string? replacement, string notice, CancellationToken cancellation)
    {
        var wait = await confirmations.SendAsync(Me, replacement, HttpContext.CallerAddress, cancellation);
        if (wait is null)
            return Done(notice);
        Response.StatusCode = StatusCodes.Status429TooManyRequests;
        Response.SetRetryAfter(wait);
        return Refuse(texts["Too many links were sent to this address. Use the latest one, or try again later."]);
    }

    private LocalRedirectResult Done(string notice)
    {
        Notice = notice;
        return LocalRedirect(Request.Path);
    }

    private PageResult Refuse(string problem)
    {
        Problem = problem;
        return Page();
    }
}
