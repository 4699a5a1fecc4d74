using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using TokenAuth.Kernel.Pages;

namespace TokenAuth.Admin;

/// <summary>
/// The pages of administrators below <c>/admin</c>: accounts, applications, security events, mail, the state of the
/// store and charts. Owns their forms and charts; what they read and change belongs to the kernel.
/// </summary>
internal static class AdminFeature
{
    public const string Path = "/admin";

    /// <summary>Registers the filter that every page of the folder passes. The pages are in English.</summary>
    public static IServiceCollection AddAdmin(this IServiceCollection services)
    {
        services.AddSingleton<AdminProof>();
        services.AddScoped<AccountActions>();
        return services.Configure<RazorPagesOptions>(pages => pages.Conventions.AddFolderApplicationModelConvention(
            "/Admin",
            page =>
            {
                page.Filters.Add(new ServiceFilterAttribute(typeof(AdminProof))
                {
                    IsReusable = true,
                    Order = PageGuard.FilterOrder + 1, // after the check of the form's token
                });
                page.EndpointMetadata.Add(new EnglishPageAttribute());
            }));
    }

    /// <summary>Adds the gate. It must run after routing and before anything that a stranger can see.</summary>
    public static IApplicationBuilder UseAdmin(this IApplicationBuilder app) => app.UseMiddleware<AdminGate>();
}
