namespace TokenAuth.Kernel.Hosting;

/// <summary>
/// Headers of every answer. Pages may load what is in wwwroot and nothing else, run no inline script or style, and
/// stand in no frame; what is not a static file is stored nowhere.
/// </summary>
internal static class SecurityHeaders
{
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; base-uri 'none'; frame-ancestors 'none'";

    private static readonly object FormTargetsKey = new();

    public static IApplicationBuilder UseSecurityHeaders(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        context.Response.OnStarting(static state =>
        {
            var context = (HttpContext)state;
            var headers = context.Response.Headers;
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "same-origin";
            if (headers.CacheControl.Count == 0)
                headers.CacheControl = "no-store";
            if (context.Response.ContentType?.StartsWith("text/html", StringComparison.Ordinal) == true)
            {
                headers.ContentSecurityPolicy = Policy + FormTargets(context);
                headers["Cross-Origin-Opener-Policy"] = "same-origin";
                headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
            }

            return Task.CompletedTask;
        }, context);
        return next(context);
    });

    /// <summary>
    /// Lets this page's form lead, by way of a redirect, to another origin as well: browsers hold <c>form-action</c> against
    /// the whole chain. Null lifts the limit, for the sign-in page, which does not know where its chain ends.
    /// </summary>
    public static void AllowFormTarget(this HttpContext context, Uri? callback) =>
        context.Items[FormTargetsKey] = callback is null ? "" : $"; form-action 'self' {callback.GetLeftPart(UriPartial.Authority)}";

    private static string FormTargets(HttpContext context) =>
        context.Items[FormTargetsKey] as string ?? "; form-action 'self'";
}
