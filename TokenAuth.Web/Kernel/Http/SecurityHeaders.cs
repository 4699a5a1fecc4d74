namespace TokenAuth.Kernel.Http;

/// <summary>
/// Sets the security headers of all answers except those of endpoints, which set their own (<c>EndpointMapping</c>).
/// Pages load nothing from other sites, run no inline script or style, and cannot be framed. Only static files may be
/// cached.
/// </summary>
internal static class SecurityHeaders
{
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; base-uri 'none'; "
        + "frame-ancestors 'none'";

    private static readonly object AnyFormTargetKey = new();

    private static readonly object HiddenAddressKey = new();

    public static IApplicationBuilder UseSecurityHeaders(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        context.Response.OnStarting(static state =>
        {
            var context = (HttpContext)state;
            var headers = context.Response.Headers;
            SetFor(headers);
            if (context.Items.ContainsKey(HiddenAddressKey))
                headers["Referrer-Policy"] = "strict-origin";
            if (context.Response.ContentType?.StartsWith("text/html", StringComparison.Ordinal) == true)
            {
                headers.ContentSecurityPolicy = context.Items.ContainsKey(AnyFormTargetKey)
                    ? Policy
                    : Policy + "; form-action 'self'";
                headers["Cross-Origin-Opener-Policy"] = "same-origin";
                headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
            }

            return Task.CompletedTask;
        }, context);
        return next(context);
    });

    /// <summary>Sets the headers that every answer has.</summary>
    public static void SetFor(IHeaderDictionary headers)
    {
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        if (headers.CacheControl.Count == 0)
            headers.CacheControl = "no-store";
    }

    /// <summary>
    /// Allows the answer to this page's form to redirect to other sites. Browsers apply <c>form-action</c> to every
    /// following redirect, even to those of the application's server. So naming the callback would not be enough: a
    /// callback on http that redirects to https would be blocked.
    /// </summary>
    public static void AllowAnyFormTarget(this HttpContext context) => context.Items[AnyFormTargetKey] = true;

    /// <summary>
    /// Keeps this page's address, which contains a token, out of the header <c>Referer</c> of every following request.
    /// <c>no-referrer</c> would also make browsers send the form with <c>Origin: null</c>, which is refused.
    /// </summary>
    public static void HideAddress(this HttpContext context) => context.Items[HiddenAddressKey] = true;
}
