using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Calls;

namespace TokenAuth.Kernel.Pages;

/// <summary>
/// <c>/logos/{id}</c>: the approved logos of applications, for the pages of people. A logo that nobody has
/// approved has no public address.
/// </summary>
internal static class LogoEndpoint
{
    public static void MapLogos(this IEndpointRouteBuilder routes)
    {
        var logos = routes.ServiceProvider.GetRequiredService<ApplicationLogos>();
        routes.MapEndpoint("/logos/{id:long}", EndpointMapping.Get, async context =>
        {
            var id = long.Parse(
                (string)context.Request.RouteValues["id"]!, System.Globalization.CultureInfo.InvariantCulture);
            return await logos.FindAsync(id, context.RequestAborted) is { IsApproved: true } logo
                ? new PageFile(logo.MediaType, logo.Content, isKept: context.Request.Query["v"] == logo.Hash)
                : TypedResults.NotFound();
        });
    }
}
