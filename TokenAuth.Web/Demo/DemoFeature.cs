using Microsoft.AspNetCore.Mvc.RazorPages;

namespace TokenAuth.Demo;

/// <summary>
/// <c>/demo</c>, in the environment Development only: walks a newcomer through the handshake of an application, and
/// shows each request and answer. Owns the application's side of the handshake; it calls the server as any client does.
/// </summary>
internal static class DemoFeature
{
    public const string Path = "/demo";

    /// <summary>Registers the walk in Development. Elsewhere its address does not exist.</summary>
    public static IServiceCollection AddDemo(this IServiceCollection services, IHostEnvironment environment)
    {
        if (!environment.IsDevelopment())
        {
            return services.Configure<RazorPagesOptions>(pages => pages.Conventions.AddFolderRouteModelConvention(
                "/Demo", page => page.Selectors.Clear()));
        }

        services.AddSingleton<DemoApplication>();
        services.AddSingleton<DemoClient>();
        return services.AddHostedService<DemoAnnouncement>();
    }
}
