namespace TokenAuth.Kernel.Http;

/// <summary>
/// Refuses requests for other hosts if <c>TokenAuth:PublicUrl</c> is set. Sends Strict-Transport-Security (RFC 6797) if
/// https has a certificate that browsers accept.
/// </summary>
internal static class PublicHost
{
    /// <summary>
    /// Paths that are served for every host. Load balancers request <c>/health</c> at a node's own address, and a proxy
    /// requests <c>/auth/verify</c> with the host of the site that it protects. Neither answer contains an absolute
    /// URL.
    /// </summary>
    private static readonly PathString[] AnyHost = ["/health", "/auth/verify"];

    /// <summary>One year, without subdomains, which may use plain http.</summary>
    private const string StrictTransport = "max-age=31536000";

    /// <summary>Adds the middleware. It must run after forwarded headers and before anything that answers.</summary>
    public static IApplicationBuilder UsePublicHost(this IApplicationBuilder app)
    {
        var url = app.ApplicationServices.GetRequiredService<ServerUrl>();
        var isStrict = url.Public is null
            ? IsCertificateConfigured(app.ApplicationServices.GetRequiredService<IConfiguration>())
            : url.IsPublicHttps;
        if (isStrict)
            app.Use((context, next) => HoldToHttps(context, next, url));
        return url.Public is null ? app : app.Use((context, next) => RefuseOtherHosts(context, next, url));
    }

    private static Task HoldToHttps(HttpContext context, RequestDelegate next, ServerUrl url)
    {
        if (context.Request.IsHttps && HasName(context.Request.Host) && url.Serves(context.Request))
        {
            context.Response.OnStarting(
                static response =>
                {
                    ((HttpResponse)response).Headers.StrictTransportSecurity = StrictTransport;
                    return Task.CompletedTask;
                },
                context.Response);
        }

        return next(context);
    }

    private static Task RefuseOtherHosts(HttpContext context, RequestDelegate next, ServerUrl url)
    {
        var path = context.Request.Path;
        if (url.Serves(context.Request)
            || Array.Exists(AnyHost, prefix => path.StartsWithSegments(prefix, StringComparison.OrdinalIgnoreCase)))
            return next(context);
        SecurityHeaders.SetFor(context.Response.Headers);
        return new TextResult(
            "text/plain; charset=utf-8",
            $"This server is {url.Public}. The request is for another host.\n",
            StatusCodes.Status421MisdirectedRequest).ExecuteAsync(context);
    }

    /// <summary>
    /// Checks for a host name other than localhost, which developers use over http as well. Browsers ignore the header
    /// for IP addresses (RFC 6797, section 8.1.1).
    /// </summary>
    private static bool HasName(HostString host) =>
        host.Host is { Length: > 0 } name
        && Uri.CheckHostName(name) == UriHostNameType.Dns
        && !name.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        && !name.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// Checks whether the operator has configured a certificate, for all https endpoints or for some.
    /// </summary>
    private static bool IsCertificateConfigured(IConfiguration configuration) =>
        configuration.GetSection("Kestrel:Certificates:Default").Exists()
        || configuration.GetSection("Kestrel:Endpoints").GetChildren()
            .Any(endpoint => endpoint.GetSection("Certificate").Exists() || endpoint.GetSection("Sni").Exists());
}
