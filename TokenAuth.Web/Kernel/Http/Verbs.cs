using TokenAuth.Kernel.Calls;

namespace TokenAuth.Kernel.Http;

/// <summary>
/// The HTTP verbs that an address serves. Every other verb is answered with 405, <c>Allow</c> and one line of text, at
/// doors and pages alike: no program wants a page, and no browser sends such a verb by itself.
/// </summary>
internal static class Verbs
{
    /// <summary>For what is only read.</summary>
    public static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>For what is read or sent to.</summary>
    public static readonly string[] ReadingAndPost = [.. Reading, HttpMethods.Post];

    /// <summary>An address that answers GET, and HEAD with it.</summary>
    public static void MapReading(this IEndpointRouteBuilder routes, string pattern, Delegate handler) =>
        routes.MapMethods(pattern, Reading, handler);

    /// <summary>Lets routing pick endpoints by these verbs.</summary>
    public static void Serve(this IEndpointConventionBuilder endpoints, string[] verbs) =>
        endpoints.WithMetadata(new HttpMethodMetadata(verbs));

    public static bool AreServed(string[] served, string verb)
    {
        foreach (var one in served)
        {
            if (HttpMethods.Equals(one, verb))
                return true;
        }

        return false;
    }

    public static Task RefuseAsync(HttpContext context, string[] served)
    {
        context.Response.Headers.Allow = string.Join(", ", served);
        return AnswerAsync(context);
    }

    /// <summary>Routing refuses verbs with <c>Allow</c>, but without a body; such an answer gets the same text.</summary>
    public static IApplicationBuilder UseVerbRefusals(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        await next(context);
        if (context.Response is { StatusCode: StatusCodes.Status405MethodNotAllowed, HasStarted: false })
            await AnswerAsync(context);
    });

    private static Task AnswerAsync(HttpContext context) => new TextResult(
        "text/plain; charset=utf-8",
        $"This address serves {context.Response.Headers.Allow} only.\n",
        StatusCodes.Status405MethodNotAllowed).ExecuteAsync(context);
}
