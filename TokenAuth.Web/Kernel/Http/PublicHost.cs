using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Hosting;

namespace TokenAuth.Kernel.Http;

/// <summary>
/// Refuses requests for other hosts where <c>TokenAuth:PublicUrl</c> is set, and holds browsers to https
/// (RFC 6797) where https has a certificate that they accept.
/// </summary>
internal static class PublicHost
{
    /// <summary>
    /// Answered under any name: balancers ask a node by its own address, and a proxy asks <c>/auth/verify</c> in the
    /// name of the site that it protects. Neither answer holds an address.
    /// </summary>
    private static readonly PathString[] AnyHost = ["/health", "/auth/verify"];

    /// <summary>A year, and this host alone: others below it may be on plain http.</summary>
    private const string StrictTransport = "max-age=31536000";

    /// <summary>To be used once forwarded headers are known, and before anything answers.</summary>
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
            "text/plain; charset=utf-8", $"This server is {url.Public}. The request is for another host.\n",
            StatusCodes.Status421MisdirectedRequest).ExecuteAsync(context);
    }

    /// <summary>
    /// Browsers hold no address to https (RFC 6797, section 8.1.1), and nobody wants localhost held to it.
    /// </summary>
    private static bool HasName(HostString host) =>
        host.Host is { Length: > 0 } name
        && Uri.CheckHostName(name) == UriHostNameType.Dns
        && !name.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        && !name.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether the operator has configured a certificate, for all https endpoints or for some.</summary>
    private static bool IsCertificateConfigured(IConfiguration configuration) =>
        configuration.GetSection("Kestrel:Certificates:Default").Exists()
        || configuration.GetSection("Kestrel:Endpoints").GetChildren()
            .Any(endpoint => endpoint.GetSection("Certificate").Exists() || endpoint.GetSection("Sni").Exists());
}
