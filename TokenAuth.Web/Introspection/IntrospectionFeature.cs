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

    public static void MapIntrospection(this IEndpointRouteBuilder routes)
    {
        routes.MapEndpoint<IntrospectEndpoint>("/introspect", EndpointMapping.Post);
        routes.MapEndpoint<VerifyEndpoint>("/auth/verify", EndpointMapping.Get);
    }
}
