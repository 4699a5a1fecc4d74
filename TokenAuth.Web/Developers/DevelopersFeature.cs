using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc.RazorPages;
using TokenAuth.Kernel.Pages;

namespace TokenAuth.Developers;

/// <summary>
/// The developers' console below <c>/console</c>, where people manage applications of their own. Owns its forms; what
/// they read and change belongs to the kernel. The pages are in English.
/// </summary>
internal static class DevelopersFeature
{
    public const string Path = "/console";

    /// <summary>Registers the filter that every page of the folder passes.</summary>
    public static IServiceCollection AddDevelopers(this IServiceCollection services) => services
        .AddGuardedFolder<ConsoleAccess>("/Developers")
        .Configure<RazorPagesOptions>(pages => pages.Conventions.AuthorizeFolder("/Developers"));

    extension(HttpContext context)
    {
        /// <summary>The application of a page about one. <see cref="ConsoleAccess"/> has checked its owner.</summary>
        public OwnApplication OwnApplication => context.Features.GetRequiredFeature<OwnApplication>();
    }
}
