using TokenAuth.Kernel.Http;

namespace TokenAuth.Kernel.Calls;

/// <summary>
/// Maps the endpoints that programs call. An endpoint answers in its dialect's own words, before the middleware that
/// only pages need: sign-in cookies, authorization, error pages.
/// </summary>
internal static class EndpointMapping
{
    public static readonly string[] Get = [HttpMethods.Get];
    public static readonly string[] Post = [HttpMethods.Post];
    public static readonly string[] GetAndPost = [HttpMethods.Get, HttpMethods.Post];

    /// <summary>Maps a dialect's endpoint, which is created once.</summary>
    /// <param name="verbs">The verbs that it serves. HEAD is served wherever GET is.</param>
    /// <param name="parameters">What the address decides: the endpoint's parameters that are not services.</param>
    public static void MapEndpoint<TEndpoint>(
        this IEndpointRouteBuilder routes, string pattern, string[] verbs, params object[] parameters)
        where TEndpoint : IDialectEndpoint
    {
        var endpoint = ActivatorUtilities.CreateInstance<TEndpoint>(routes.ServiceProvider, parameters);
        var pipeline = routes.ServiceProvider.GetRequiredService<DialectPipeline>();
        routes.MapEndpoint(pattern, verbs, context => pipeline.RunAsync(endpoint, context));
    }

    /// <summary>Maps an address whose endpoint depends on the request.</summary>
    public static void MapEndpoint(
        this IEndpointRouteBuilder routes, string pattern, string[] verbs, Func<HttpContext, Task<IResult>> answer)
    {
        string[] served = verbs.Contains(HttpMethods.Get, StringComparer.Ordinal)
            ? [.. verbs.Append(HttpMethods.Head).Order(StringComparer.Ordinal)]
            : verbs;

        // The endpoint checks the verb itself. If routing did, another endpoint at the same address could answer other
        // verbs, such as that of static files.
        routes.Map(pattern, async context =>
        {
            SecurityHeaders.SetFor(context.Response.Headers);
            if (IsServed(context.Request.Method, served))
                await (await answer(context)).ExecuteAsync(context);
            else
                await Verbs.RefuseAsync(context, served);
        }).ShortCircuit();
    }

    private static bool IsServed(string verb, string[] served)
    {
        foreach (var one in served)
        {
            if (HttpMethods.Equals(one, verb))
                return true;
        }

        return false;
    }
}
