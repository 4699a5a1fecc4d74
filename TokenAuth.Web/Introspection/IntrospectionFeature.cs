using TokenAuth.Kernel.Calls;

namespace TokenAuth.Introspection;

/// <summary>
/// The standard doors: <c>/introspect</c> (RFC 7662) tells a service all about a session, <c>/auth/verify</c> tells a reverse proxy who
/// asks for a page.
/// </summary>
internal static class IntrospectionFeature
{
    /// <summary>Their name in metrics.</summary>
    public const string Dialect = "introspection";

    public static IServiceCollection AddIntrospection(this IServiceCollection services) =>
        services.AddSingleton<IntrospectEndpoint>().AddSingleton<VerifyEndpoint>();

    public static void MapIntrospection(this IEndpointRouteBuilder routes)
    {
        routes.MapPostEndpoint<IntrospectEndpoint>("/introspect", (door, context) => door.HandleAsync(context));
        routes.MapEndpoint<VerifyEndpoint>(
            "/auth/verify", [HttpMethods.Get], (door, context) => door.HandleAsync(context));
    }
}
