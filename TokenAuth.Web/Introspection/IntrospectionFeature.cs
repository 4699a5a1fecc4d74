using TokenAuth.Kernel.Calls;

namespace TokenAuth.Introspection;

/// <summary>
/// The standard endpoints: <c>/introspect</c> (RFC 7662) describes a session to a service, <c>/auth/verify</c> tells a
/// reverse proxy who sends a request. Source: docs/introspection.md.
/// </summary>
internal static class IntrospectionFeature
{
    /// <summary>The endpoints' name in metrics.</summary>
    public const string Dialect = "introspection";

    public static IServiceCollection AddIntrospection(this IServiceCollection services) =>
        services
            .AddSingleton<IntrospectEndpoint>()
            .AddSingleton<VerifyEndpoint>();

    public static void MapIntrospection(this IEndpointRouteBuilder routes)
    {
        routes.MapPostEndpoint<IntrospectEndpoint>(
            "/introspect", (endpoint, context) => endpoint.HandleAsync(context));
        routes.MapEndpoint<VerifyEndpoint>(
            "/auth/verify", [HttpMethods.Get], (endpoint, context) => endpoint.HandleAsync(context));
    }
}
