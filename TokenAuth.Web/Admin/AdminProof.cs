using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;
using TokenAuth.Kernel.Pages;

namespace TokenAuth.Admin;

/// <summary>
/// Asks an administrator for the password or a passkey: for reading if the last proof is fifteen minutes old, and for
/// each form as on the account pages (<see cref="FreshProof"/>). No page can forget it.
/// </summary>
internal sealed class AdminProof(FreshProof proof, TimeProvider clock) : IAsyncPageFilter
{
    /// <summary>The time after a proof during which the pages can be read.</summary>
    public static readonly TimeSpan ReadableFor = TimeSpan.FromMinutes(15);

    private const string ForReading =
        "The administration pages ask every 15 minutes whether it is still you.";

    public Task OnPageHandlerSelectionAsync(PageHandlerSelectedContext context) => Task.CompletedTask;

    public async Task OnPageHandlerExecutionAsync(
        PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        var (http, page) = (context.HttpContext, (PageModel)context.HandlerInstance);
        if (http.Features.Get<AdminAccess>() is not { } access)
            context.Result = new NotFoundResult();
        else if (HttpMethods.IsPost(http.Request.Method))
            context.Result = await proof.RequireAsync(
                page, http.RequestAborted, page is ConfirmModel ? ForReading : null);
        else if ((clock.GetUtcNow() - access.ProvedAt).Duration() >= ReadableFor && page is not ConfirmModel)
            context.Result = await proof.AskAsync(
                page, ForReading, ConfirmModel.LinkTo(http.Request), http.RequestAborted);
        if (context.Result is null)
            await next();
    }
}
