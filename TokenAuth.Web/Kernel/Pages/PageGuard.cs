using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Languages;

namespace TokenAuth.Kernel.Pages;

/// <summary>
/// A page that shows its form again, with the entered values, if the form's token is no longer valid.
/// </summary>
internal interface IRepeatableForm
{
    /// <summary>Returns the form again, with a note that nothing was changed.</summary>
    Task<IActionResult> RepeatAsync(CancellationToken cancellation);
}

/// <summary>
/// Guards every page. It refuses plain http if <c>TokenAuth:RequireHttpsForPasswords</c> is set, forms of other sites,
/// forms without a valid token, and forms that the page does not have.
/// </summary>
internal sealed class PageGuard(IAntiforgery antiforgery, ServerUrl url, PasswordTransport transport)
    : IAsyncAuthorizationFilter, IAsyncPageFilter
{
    /// <summary>Runs after the framework's antiforgery filter, so that this filter decides.</summary>
    public const int FilterOrder = 1001;

    private static readonly Message Foreign = new(
        new Text("This form came from another site"),
        new Text("Nothing was changed. If you want to do this, open the page here and send its form."));

    private static readonly Message Insecure = new(
        new Text("This page needs https"),
        new Text(
            "Nothing was changed. What you typed was sent unencrypted. If it was a password, sign in over https and "
                + "change it."));

    public Task OnAuthorizationAsync(AuthorizationFilterContext context)
    {
        var (http, request) = (context.HttpContext, context.HttpContext.Request);
        var path = request.PathBase.Add(request.Path).ToUriComponent() + request.QueryString;
        var isRead = IsRead(request);
        if (IsErrorPage(http))
            return Task.CompletedTask;
        if (transport.Refuses(request))
        {
            var secure = url.Https(request, path);
            context.Result = isRead && WebAddress.Read(secure) is not null
                ? new RedirectResult(secure)
                : Refuse(http, Insecure with { Onward = (new Text("Continue over https"), secure) });
        }
        else if (!isRead && !RequestOrigin.IsOurs(request, url))
        {
            context.Result = Refuse(http, Foreign with { Onward = (new Text("Open the page here"), path) });
        }

        return Task.CompletedTask;
    }

    public Task OnPageHandlerSelectionAsync(PageHandlerSelectedContext context) => Task.CompletedTask;

    public async Task OnPageHandlerExecutionAsync(
        PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        if (IsErrorPage(context.HttpContext) || IsRead(context.HttpContext.Request))
            await next();
        else if (!await HasTokenAsync(context.HttpContext))
            context.Result = context.HandlerInstance is IRepeatableForm form
                ? await form.RepeatAsync(context.HttpContext.RequestAborted)
                : new AntiforgeryValidationFailedResult();
        else if (context.HandlerMethod is null) // such as ?handler=Unknown; the page would be drawn without its data
            context.Result = new BadRequestResult();
        else
            await next();
    }

    private static bool IsRead(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);

    /// <summary>Checks the form's token.</summary>
    private async Task<bool> HasTokenAsync(HttpContext context)
    {
        try
        {
            await antiforgery.ValidateRequestAsync(context);
            return true;
        }
        catch (AntiforgeryValidationException)
        {
            return false;
        }
    }

    /// <summary>Refuses a request with a message, which the error page shows instead of its own.</summary>
    private static StatusCodeResult Refuse(HttpContext context, Message message)
    {
        context.Features.Set(message);
        return new StatusCodeResult(StatusCodes.Status403Forbidden);
    }

    /// <summary>Checks whether the error page runs for a failed request.</summary>
    private static bool IsErrorPage(HttpContext context) =>
        context.Features.Get<IStatusCodeReExecuteFeature>() is not null
        || context.Features.Get<IExceptionHandlerFeature>() is not null;
}
