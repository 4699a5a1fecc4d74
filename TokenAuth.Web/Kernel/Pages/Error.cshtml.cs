using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Pages;

/// <summary>What a person sees when a page could not be shown: what happened, and what to do.</summary>
[IgnoreAntiforgeryToken]
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
        Shown = Response.StatusCode switch
        {
            _ when HttpContext.Features.Get<IAntiforgeryValidationFeature>() is { IsValid: false } => FormTooOld,
            StatusCodes.Status400BadRequest => FormTooOld,
            StatusCodes.Status404NotFound => new("There is no such page", "Check the address, or go to your account page at /account."),
            StatusCodes.Status405MethodNotAllowed => new("This address is for applications", "It cannot be opened in a browser this way."),
            StatusCodes.Status503ServiceUnavailable => new("The service is not available", "Wait a moment and load this page again."),
            _ => new("Something went wrong", "It is our fault, not yours. Go back and try again; if it happens again, tell the people who run this service, and give them the reference below."),
        };
    }

    private static Message FormTooOld => new(
        "This form can no longer be used", "It was open for too long, or cookies are blocked. Go back, load the page again, and send the form once more.");
}
