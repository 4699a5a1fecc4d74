using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc.RazorPages;
using TokenAuth.Kernel.Hosting;
using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Pages;

/// <summary>What a person sees when a page could not be shown: what happened, and what to do.</summary>
internal sealed class ErrorModel : PageModel
{
    public Message Shown { get; private set; } = new("");

    public void OnGet(int? status) => Show(status);

    public void OnPost(int? status) => Show(status);

    private void Show(int? status)
    {
        var storeIsAway = StoreUnavailableException.IsBehind(HttpContext.Features.Get<IExceptionHandlerFeature>()?.Error);
        Response.StatusCode = storeIsAway ? StatusCodes.Status503ServiceUnavailable : status ?? (HttpContext.Features.Get<IExceptionHandlerFeature>() is null
            ? StatusCodes.Status404NotFound : StatusCodes.Status500InternalServerError);
        Shown = HttpContext.Features.Get<Message>() ?? Response.StatusCode switch
        {
            StatusCodes.Status400BadRequest => FormTooOld,
            StatusCodes.Status404NotFound => new("There is no such page", "Check the address, or go to your account page at /account."),
            StatusCodes.Status405MethodNotAllowed => new("This address is for applications", "It cannot be opened in a browser this way."),
            StatusCodes.Status503ServiceUnavailable => new("The service is not available", "Wait a moment and load this page again."),
            _ => new("Something went wrong", "It is our fault, not yours. Go back and try again; if it happens again, tell the people who run this service, and give them the reference below."),
        };
    }

    private Message FormTooOld => new(
        "This form can no longer be used",
        "Nothing was done: it was open for too long, or cookies are blocked. Load the page again and send the form anew.")
    {
        Onward = HttpContext.Features.Get<IStatusCodeReExecuteFeature>() is { } failed
            && ReturnPath.Of(
                new PathString(failed.OriginalPath).ToUriComponent() + failed.OriginalQueryString) is { } page
                ? ("Load the page again", page)
                : null,
    };
}
