using TokenAuth.Kernel.Configuration;

namespace TokenAuth.Kernel.Http;

/// <summary>
/// Checks whether one of the server's own pages sent a form, as far as the browser tells (Fetch Metadata; RFC 6454,
/// section 7).
/// </summary>
internal static class RequestOrigin
{
    /// <summary>
    /// Checks <c>Sec-Fetch-Site</c> if it is sent, because the browser knows the address that it used, and proxies
    /// cannot change that. Otherwise <c>Origin</c> must be the server's; <c>null</c>, which a sandboxed frame sends, is
    /// refused. Returns true if both are missing, as in old browsers and programs: then the form's token alone decides.
    /// </summary>
    public static bool IsOurs(HttpRequest request, ServerUrl url)
    {
        var sites = request.Headers["Sec-Fetch-Site"];
        if (sites.Count > 0)
            return sites.All(site => site is "same-origin" or "none");
        var origins = request.Headers.Origin;
        return origins.Count == 0
            || (origins is [{ } origin] && IsOurs(origin, request, url));
    }

    /// <summary>Checks whether an origin, such as <c>https://auth.example.org</c>, is the server's.</summary>
    public static bool IsOurs(string origin, HttpRequest request, ServerUrl url) =>
        WebAddress.Read(origin) is { } sender && IsOurs(sender, request, url);

    /// <summary>
    /// Compares an origin with the public address, and with the host of the request. A proxy may terminate https
    /// without forwarding that. So a page on https may send to what looks like http here, but a page on http may not
    /// send to https.
    /// </summary>
    private static bool IsOurs(Uri sender, HttpRequest request, ServerUrl url)
    {
        var origin = WebAddress.OriginOf(sender);
        return origin == url.Public
            || (WebAddress.Read($"{sender.Scheme}://{request.Host}") is { } seen && WebAddress.OriginOf(seen) == origin
                && (sender.Scheme == Uri.UriSchemeHttps || !request.IsHttps));
    }
}
