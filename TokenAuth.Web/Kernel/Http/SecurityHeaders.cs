namespace TokenAuth.Kernel.Http;

/// <summary>
/// Headers of every answer but the doors' (<c>EndpointMapping</c>), which set theirs at once. Pages may load what is in wwwroot and nothing else, run no inline script or style, and
/// stand in no frame; what is not a static file is stored nowhere.
/// </summary>
internal static class SecurityHeaders
{
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; base-uri 'none'; frame-ancestors 'none'";

    private static readonly object AnyFormTargetKey = new();

    public static IApplicationBuilder UseSecurityHeaders(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        context.Response.OnStarting(static state =>
        {
            var context = (HttpContext)state;
            var headers = context.Response.Headers;
            SetFor(headers);
            if (context.Response.ContentType?.StartsWith("text/html", StringComparison.Ordinal) == true)
            {
                headers.ContentSecurityPolicy = context.Items.ContainsKey(AnyFormTargetKey) ? Policy : Policy + "; form-action 'self'";
                headers["Cross-Origin-Opener-Policy"] = "same-origin";
                headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
            }

            return Task.CompletedTask;
        }, context);
        return next(context);
    });

    /// <summary>What an answer of any kind has.</summary>
    public static void SetFor(IHeaderDictionary headers)
    {
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        if (headers.CacheControl.Count == 0)
            headers.CacheControl = "no-store";
    }

    /// <summary>
    /// Lets the answer to this page's form lead elsewhere. Browsers hold <c>form-action</c> against every redirect that
    /// follows, those of an application's own server included: a callback on http that leads on to https would not be reached.
    /// </summary>
    public static void AllowAnyFormTarget(this HttpContext context) => context.Items[AnyFormTargetKey] = true;
}
