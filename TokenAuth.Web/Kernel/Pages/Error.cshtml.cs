using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Languages;
using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Pages;

/// <summary>
/// The error page, which tells a person what happened and what to do. The pipeline runs it for a failed request of any
/// verb. A direct request for its address gets 404.
/// </summary>
[IgnoreAntiforgeryToken]
internal sealed class ErrorModel : PageModel
{
    private static readonly Text SendAgain = new Text("Go back, load the page again, and send the form again.");

    public Message Message { get; private set; } = new(SendAgain);

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
                new Text("This form cannot be read"),
                new Text("It was sent compressed, or in an encoding that this service does not know."),
                SendAgain,
                new Text("If it happens again, use another browser.")),
            StatusCodes.Status413PayloadTooLarge => new(
                new Text("This form is too large"),
                new Text("Go back, shorten what you have entered, and send the form again.")),
            StatusCodes.Status400BadRequest when PageForms.IsUnreadable(HttpContext) => new(
                new Text("This form cannot be read"),
                new Text("It arrived incomplete or damaged, or it has too many fields."),
                SendAgain),
            StatusCodes.Status400BadRequest => FormTooOld,
            StatusCodes.Status404NotFound => new(
                new Text("Page not found"), new Text("Check the address for typing errors."))
            {
                Onward = (new Text("Go to your account"), "/account"),
            },
            StatusCodes.Status503ServiceUnavailable => new(
                new Text("The service is temporarily unavailable"),
                new Text("Wait a moment, then load this page again.")),
            < StatusCodes.Status500InternalServerError => new(
                new Text("This request was refused"),
                new Text("Go back and try again. If it happens again, contact the people who run this service.")),
            _ => new(
                new Text("Something went wrong"),
                new Text(
                    "This is our fault, not yours. Go back and try again. If it happens again, contact the people who "
                        + "run this service and give them the reference below.")),
        };
        context.Result = Page(); // Without a result, the framework would answer an OPTIONS request with 200.
    }

    private Message FormTooOld => new(
        new Text("This form has expired"),
        new Text(
            "Nothing was changed. The form was open for too long, or cookies are blocked. Load the page again and "
                + "send the form again."))
    {
        Onward = HttpContext.Features.Get<IStatusCodeReExecuteFeature>() is { } failed
            && ReturnPath.Of(
                new PathString(failed.OriginalPath).ToUriComponent() + failed.OriginalQueryString) is { } page
                ? (new Text("Load the page again"), page)
                : null,
    };
}
