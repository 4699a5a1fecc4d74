namespace TokenAuth.Kernel.Http;

/// <summary>
/// Handles the HTTP verbs that an address serves. Endpoints and pages answer every other verb with 405, <c>Allow</c>
/// and one line of text instead of a page, because browsers do not send such verbs by themselves.
/// </summary>
internal static class Verbs
{
    /// <summary>The verbs of an address that is only read.</summary>
    public static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>The verbs of an address that is read and takes forms.</summary>
    public static readonly string[] ReadingAndPost = [.. Reading, HttpMethods.Post];

    /// <summary>Maps an address that serves GET and HEAD.</summary>
    public static void MapReading(this IEndpointRouteBuilder routes, string pattern, Delegate handler) =>
        routes.MapMethods(pattern, Reading, handler);

    /// <summary>Limits endpoints to these verbs.</summary>
    public static void Serve(this IEndpointConventionBuilder endpoints, string[] verbs) =>
        endpoints.WithMetadata(new HttpMethodMetadata(verbs));

    public static Task RefuseAsync(HttpContext context, string[] served)
    {
        context.Response.Headers.Allow = string.Join(", ", served);
        return AnswerAsync(context);
    }

    /// <summary>
    /// Adds the text to the answers with which routing refuses a verb. They have <c>Allow</c>, but no body.
    /// </summary>
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
