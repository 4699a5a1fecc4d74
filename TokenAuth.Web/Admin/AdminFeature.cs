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
        services.AddScoped<AccountActions>();
        return services.AddGuardedFolder<AdminProof>("/Admin");
    }

    /// <summary>Adds the gate. It must run after routing and before anything that a stranger can see.</summary>
    public static IApplicationBuilder UseAdmin(this IApplicationBuilder app) => app.UseMiddleware<AdminGate>();
}
