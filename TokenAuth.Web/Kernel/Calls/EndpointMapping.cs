using TokenAuth.Kernel.Http;

namespace TokenAuth.Kernel.Calls;

/// <summary>
/// The addresses that programs call. They answer for themselves, in a dialect's own words, and go past everything that only
/// pages need: sign-in cookies, authorization, error pages.
/// </summary>
internal static class EndpointMapping
{
    /// <param name="verbs">Which verbs the door serves; empty: GET and POST. HEAD is served wherever GET is.</param>
    /// <param name="handle">Gets the feature's own service, which is looked for once.</param>
    public static void MapEndpoint<TService>(this IEndpointRouteBuilder routes, string pattern, string[] verbs, Func<TService, HttpContext, Task<IResult>> handle)
        where TService : notnull
    {
        var service = routes.ServiceProvider.GetRequiredService<TService>();
        string[] served = verbs.Length == 0 ? Verbs.ReadingAndPost
            : verbs.Contains(HttpMethods.Get, StringComparer.Ordinal)
                ? [.. verbs.Append(HttpMethods.Head).Order(StringComparer.Ordinal)]
                : verbs;

        // The door itself looks at the verb. Routing would let another endpoint of the same address answer, such as that
        // of static files.
        routes.Map(pattern, async context =>
        {
            SecurityHeaders.SetFor(context.Response.Headers);
            if (Verbs.AreServed(served, context.Request.Method))
                await (await handle(service, context)).ExecuteAsync(context);
            else
                await Verbs.RefuseAsync(context, served);
        }).ShortCircuit();
    }

    /// <summary>A door that takes nothing but POST.</summary>
    public static void MapPostEndpoint<TService>(this IEndpointRouteBuilder routes, string pattern, Func<TService, HttpContext, Task<IResult>> handle)
        where TService : notnull => routes.MapEndpoint(pattern, [HttpMethods.Post], handle);

    /// <summary>The part of the address that the pattern calls so; null where it is not there.</summary>
    public static string? RouteValue(this HttpContext context, string name) => context.Request.RouteValues[name] as string;
}
