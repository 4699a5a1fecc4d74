using System.Net;

namespace TokenAuth.Kernel.Hosting;

/// <summary>
/// The addresses that programs call. They answer for themselves, in a dialect's own words, and go past everything that only
/// pages need: sign-in cookies, authorization, error pages.
/// </summary>
internal static class Doors
{
    /// <param name="verbs">Empty: any.</param>
    /// <param name="handle">Gets the feature's own service, which is looked for once.</param>
    public static void MapDoor<TService>(this IEndpointRouteBuilder routes, string pattern, string[] verbs, Func<TService, HttpContext, Task<IResult>> handle)
        where TService : notnull
    {
        var service = routes.ServiceProvider.GetRequiredService<TService>();
        RequestDelegate answer = async context =>
        {
            SecurityHeaders.SetFor(context.Response.Headers);
            await (await handle(service, context)).ExecuteAsync(context);
        };
        (verbs.Length == 0 ? routes.Map(pattern, answer) : routes.MapMethods(pattern, verbs, answer)).ShortCircuit();
    }

    /// <summary>A door that takes nothing but POST. Left to the framework, a page of static files may answer a GET before it says 405.</summary>
    public static void MapPostDoor<TService>(this IEndpointRouteBuilder routes, string pattern, Func<TService, HttpContext, Task<IResult>> handle)
        where TService : notnull
    {
        routes.MapDoor(pattern, [HttpMethods.Post], handle);
        routes.MapMethods(pattern, [HttpMethods.Get, HttpMethods.Head], context =>
        {
            SecurityHeaders.SetFor(context.Response.Headers);
            context.Response.Headers.Allow = HttpMethods.Post;
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            return Task.CompletedTask;
        }).ShortCircuit();
    }

    extension(HttpContext context)
    {
        /// <summary>Where the request comes from; behind a configured proxy, as the proxy says.</summary>
        public IPAddress CallerAddress => Call.Plain(context.Connection.RemoteIpAddress);
    }

    /// <summary>The part of the address that the pattern calls so; null where it is not there.</summary>
    public static string? Part(this HttpContext context, string name) => context.Request.RouteValues[name] as string;
}
