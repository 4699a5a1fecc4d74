using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Pages;

/// <summary>
/// The error page, which tells a person what happened and what to do. The pipeline runs it for a failed request of any
/// verb. A direct request for its address gets 404.
/// </summary>
[IgnoreAntiforgeryToken]
internal sealed class ErrorModel : PageModel
{
    private const string SendAgain = "Go back, load the page again, and send the form again.";

    public Message Message { get; private set; } = new("");

    public override void OnPageHandlerExecuting(PageHandlerExecutingContext context)
    {
        var failure = HttpContext.Features.Get<IExceptionHandlerFeature>()?.Error;
        var refusal = HttpContext.Features.Get<IStatusCodeReExecuteFeature>();
        if (failure is null && refusal is null)
        {
            context.Result = NotFound();
            return;
        }

        Response.StatusCode =
            StoreUnavailableException.IsBehind(failure) ? StatusCodes.Status503ServiceUnavailable
            : failure is not null ? StatusCodes.Status500InternalServerError
            : refusal!.OriginalStatusCode;
        Message = HttpContext.Features.Get<Message>() ?? Response.StatusCode switch
        {
            StatusCodes.Status415UnsupportedMediaType => new(
                "This form cannot be read",
                $"It was sent compressed, or in an encoding that is not known here. {SendAgain} "
                    + "If it happens again, use another browser."),
            StatusCodes.Status413PayloadTooLarge => new(
                "This form is too large", "Go back, shorten what you have entered, and send the form again."),
            StatusCodes.Status400BadRequest when PageForms.IsUnreadable(HttpContext) => new(
                "This form cannot be read",
                $"It arrived incomplete or damaged, or it has too many fields. {SendAgain}"),
            StatusCodes.Status400BadRequest => FormTooOld,
            StatusCodes.Status404NotFound => new(
                "There is no such page", "Check the address, or go to your account page at /account."),
            StatusCodes.Status503ServiceUnavailable => new(
                "The service is not available", "Wait a moment and load this page again."),
            < StatusCodes.Status500InternalServerError => new(
                "This request was refused",
                "Go back and try again; if it happens again, tell the people who run this service."),
            _ => new(
                "Something went wrong",
                "It is our fault, not yours. Go back and try again; if it happens again, tell the people who run this "
                    + "service, and give them the reference below."),
        };
        context.Result = Page(); // Without a result, the framework would answer an OPTIONS request with 200.
    }

    private Message FormTooOld => new(
        "This form can no longer be used",
        "Nothing was changed. The form was open for too long, or cookies are blocked. Load the page again and send the "
            + "form again.")
    {
        Onward = HttpContext.Features.Get<IStatusCodeReExecuteFeature>() is { } failed
            && ReturnPath.Of(
                new PathString(failed.OriginalPath).ToUriComponent() + failed.OriginalQueryString) is { } page
                ? ("Load the page again", page)
                : null,
    };
}
