using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Calls.Methods;
using TokenAuth.Kernel.Calls.Signatures;
using TokenAuth.Kernel.Configuration;

namespace TokenAuth.Wetpaint;

/// <summary>
/// The Wetpaint dialect. <c>POST /UserService/login.do</c>, signed by the developer with an HMAC, answers a ticket;
/// <c>changeRole.do</c> changes a user's role. Source: docs/dialects/wetpaint.md.
/// </summary>
internal sealed class WetpaintFeature : IDialect
{
    /// <summary>The dialect's name in the store, in metrics and on the account page.</summary>
    public const string Dialect = "wetpaint";

    public string Name => Dialect;

    public string Section => "Wetpaint";

    public ISigningScheme? Signing { get; } = new WetpaintSigning();

    public IMethodReference? Reference { get; } = new WetpaintReference();

    public void Add(IServiceCollection services, IConfiguration configuration)
    {
        var options = services.AddFeatureOptions<WetpaintOptions>(configuration, Section);
        if (options.TicketLifetime <= TimeSpan.Zero || options.TicketLifetime > TimeSpan.FromDays(3650))
            throw new SettingsException($"TokenAuth:{Section}:TicketLifetime", "is not between a moment and ten years");
        services.AddSingleton<UserRegistry>();
    }

    // docs/dialects/wetpaint.md, "Addresses": addresses may be in upper or lower case. Routing ignores case.
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapEndpoint<UserServiceEndpoint>(
            "/UserService/login.do", EndpointMapping.Post, UserOperation.Login);
        routes.MapEndpoint<UserServiceEndpoint>(
            "/UserService/changeRole.do", EndpointMapping.Post, UserOperation.ChangeRole);
    }
}

internal sealed class WetpaintOptions
{
    /// <summary>The lifetime of a ticket.</summary>
    public TimeSpan TicketLifetime { get; set; } = TimeSpan.FromHours(10);
}
