using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Configuration;

namespace TokenAuth.Wetpaint;

/// <summary>
/// The Wetpaint dialect. <c>POST /UserService/login.do</c>, signed by the developer with an HMAC, answers a ticket;
/// <c>changeRole.do</c> changes a user's role. Source: docs/dialects/wetpaint.md.
/// </summary>
internal static class WetpaintFeature
{
    /// <summary>The dialect's name in the store, in metrics and on the account page.</summary>
    public const string Dialect = "wetpaint";

    /// <summary>The dialect's configuration section below <c>TokenAuth</c>.</summary>
    public const string Section = "Wetpaint";

    public static IServiceCollection AddWetpaint(this IServiceCollection services, IConfiguration configuration)
    {
        var options = services.AddFeatureOptions<WetpaintOptions>(configuration, Section);
        if (options.TicketLifetime <= TimeSpan.Zero || options.TicketLifetime > TimeSpan.FromDays(3650))
            throw new SettingsException($"TokenAuth:{Section}:TicketLifetime", "is not between a moment and ten years");
        return services
            .AddSingleton<UserRegistry>()
            .AddSingleton<UserServiceEndpoint>();
    }

    // docs/dialects/wetpaint.md, "Addresses": addresses may be in upper or lower case. Routing ignores case.
    public static void MapWetpaint(this IEndpointRouteBuilder routes)
    {
        routes.MapPostEndpoint<UserServiceEndpoint>(
            "/UserService/login.do", (endpoint, context) => endpoint.LoginAsync(context));
        routes.MapPostEndpoint<UserServiceEndpoint>(
            "/UserService/changeRole.do", (endpoint, context) => endpoint.ChangeRoleAsync(context));
    }
}

internal sealed class WetpaintOptions
{
    /// <summary>The lifetime of a ticket.</summary>
    public TimeSpan TicketLifetime { get; set; } = TimeSpan.FromHours(10);
}
