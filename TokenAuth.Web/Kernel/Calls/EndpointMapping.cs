using TokenAuth.Kernel.Http;

namespace TokenAuth.Kernel.Calls;

/// <summary>
/// Maps the endpoints that programs call. An endpoint answers in its dialect's own words, before the middleware that
/// only pages need: sign-in cookies, authorization, error pages.
/// </summary>
internal static class EndpointMapping
{
    /// <summary>Maps an endpoint.</summary>
    /// <param name="verbs">The verbs that it serves; empty for GET and POST. HEAD is served wherever GET is.</param>
    /// <param name="handle">Answers a request with the feature's service, which is resolved once.</param>
    public static void MapEndpoint<TService>(
        this IEndpointRouteBuilder routes, string pattern, string[] verbs,
        Func<TService, HttpContext, Task<IResult>> handle)
        where TService : notnull
    {
        var service = routes.ServiceProvider.GetRequiredService<TService>();
        string[] served = verbs.Length == 0 ? Verbs.ReadingAndPost
            : verbs.Contains(HttpMethods.Get, StringComparer.Ordinal)
                ? [.. verbs.Append(HttpMethods.Head).Order(StringComparer.Ordinal)]
                : verbs;

        // The endpoint checks the verb itself. If routing did, another endpoint at the same address could answer other
        // verbs, such as that of static files.
        routes.Map(pattern, async context =>
        {
            SecurityHeaders.SetFor(context.Response.Headers);
            if (Verbs.AreServed(served, context.Request.Method))
                await (await handle(service, context)).ExecuteAsync(context);
            else
                await Verbs.RefuseAsync(context, served);
        }).ShortCircuit();
    }

    /// <summary>Maps an endpoint that serves POST only.</summary>
    public static void MapPostEndpoint<TService>(
        this IEndpointRouteBuilder routes, string pattern, Func<TService, HttpContext, Task<IResult>> handle)
        where TService : notnull => routes.MapEndpoint(pattern, [HttpMethods.Post], handle);

    /// <summary>Returns a part of the address by its name in the pattern, or null if it is missing.</summary>
    public static string? RouteValue(this HttpContext context, string name) =>
        context.Request.RouteValues[name] as string;
}
