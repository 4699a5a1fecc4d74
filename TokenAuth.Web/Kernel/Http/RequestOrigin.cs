using TokenAuth.Kernel.Configuration;

namespace TokenAuth.Kernel.Http;

/// <summary>
/// Whether the page that sent a form is one of ours, as far as the browser says (Fetch Metadata; RFC 6454, section 7).
/// </summary>
internal static class RequestOrigin
{
    /// <summary>
    /// <c>Sec-Fetch-Site</c> decides where it is sent: the browser knows which address it used, whatever proxies make
    /// of it. Then <c>Origin</c> must be ours; <c>null</c>, which a sandboxed frame sends, is not. Old browsers and
    /// programs send neither, and the form's token alone decides.
    /// </summary>
    public static bool IsOurs(HttpRequest request, ServerUrl url)
    {
        var sites = request.Headers["Sec-Fetch-Site"];
        if (sites.Count > 0)
            return sites.All(site => site is "same-origin" or "none");
        var origins = request.Headers.Origin;
        return origins.Count == 0
            || (origins is [{ } origin] && WebAddress.Read(origin) is { } sender && IsOurs(sender, request, url));
    }

    /// <summary>
    /// The public address, or the one that the request is for. A proxy that speaks https for us may not say so: a page
    /// on https may send to what looks like http here, but no page on http to https.
    /// </summary>
    private static bool IsOurs(Uri sender, HttpRequest request, ServerUrl url)
    {
        var origin = WebAddress.OriginOf(sender);
        return origin == url.Public
            || (WebAddress.Read($"{sender.Scheme}://{request.Host}") is { } seen && WebAddress.OriginOf(seen) == origin
                && (sender.Scheme == Uri.UriSchemeHttps || !request.IsHttps));
    }
}
