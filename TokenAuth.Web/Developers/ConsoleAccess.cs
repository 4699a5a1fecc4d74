using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Pages;

namespace TokenAuth.Developers;

/// <summary>The application that a page of the console is about, which belongs to the signed-in person.</summary>
/// <param name="By">The owner, for changes.</param>
internal sealed record OwnApplication(Application Application, ChangedBy By)
{
    public string Path => $"{DevelopersFeature.Path}/{Application.Id}";
}

/// <summary>
/// Lets a page about an application run for its owner only; for everybody else there is no such page. If people cannot
/// register applications, the whole console exists for those only who own one or are offered one.
/// </summary>
internal sealed class ConsoleAccess(OwnedApplications applications, TokenAuthOptions options) : IAsyncPageFilter
{
    public Task OnPageHandlerSelectionAsync(PageHandlerSelectedContext context) => Task.CompletedTask;

    public async Task OnPageHandlerExecutionAsync(
        PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        var (http, account) = (context.HttpContext, context.HttpContext.User.Uid!.Value);
        if (context.RouteData.Values["id"] is string text)
        {
            if (!long.TryParse(text, out var id)
                || await applications.FindAsync(account, id, http.RequestAborted) is not { } application)
            {
                context.Result = new NotFoundResult();
                return;
            }

            http.Features.Set(new OwnApplication(application, new ChangedBy(http.CallerAddress, account)));
        }
        else if (options.Console.Registration == ConsoleRegistration.Off
            && !await applications.HasAnyAsync(account, http.RequestAborted))
        {
            context.Result = new NotFoundResult();
            return;
        }

        await next();
    }
}
