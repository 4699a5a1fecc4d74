using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using TokenAuth.Kernel.Configuration;

namespace TokenAuth.Kernel.Http;

/// <summary>
/// Builds the server's own URLs from <c>TokenAuth:PublicUrl</c>, or from the address that the caller used. A request of
/// HTTP/1.0 may name no host; then the URL is a path.
/// </summary>
/// <remarks>
/// The folder <c>Http</c> owns the rules for every request: host, verbs, slashes, content codings, security headers,
/// names of cookies. It must not know calls, dialects or accounts.
/// </remarks>
internal sealed class ServerUrl(TokenAuthOptions options, IServer server)
{
    private readonly Uri? _public = options.PublicUrl is { } text ? new Uri(text) : null;

    /// <summary>
    /// The public address, such as <c>https://auth.example.org</c>, without a slash at the end. Null if none is
    /// configured.
    /// </summary>
    public string? Public => options.PublicUrl;

    /// <summary>The host name of <see cref="Public"/>.</summary>
    public string? PublicHost => _public is null ? null : WebAddress.HostOf(_public);

    /// <summary>Tells whether <see cref="Public"/> is set and uses https.</summary>
    public bool IsPublicHttps => _public?.Scheme == Uri.UriSchemeHttps;

    /// <summary>Checks whether a request is for this server. Requests that name no host are.</summary>
    public bool Serves(HttpRequest request) =>
        _public is null || !request.Host.HasValue
        || request.Host.Host.Equals(WebAddress.HostOf(_public), StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// Tells whether the server knows its address without trusting the request: it is <see cref="Public"/>, or the
    /// request comes from the same machine by a name that no other machine can have. A proxy may name a scheme, and a
    /// client a port, that no address of this server has.
    /// </summary>
    public bool IsKnown(HttpRequest request) =>
        _public is not null
        || (IsThisMachine(request.Host.Host)
            && Uri.TryCreate($"{request.Scheme}://{request.Host}", UriKind.Absolute, out var seen)
            && (seen.Scheme == Uri.UriSchemeHttp || seen.Scheme == Uri.UriSchemeHttps));

    /// <summary>
    /// Runs code that computes addresses from those of the request, as if the request named <see cref="Public"/>.
    /// </summary>
    public async Task<T> AsPublicAsync<T>(HttpRequest request, Func<Task<T>> run)
    {
        var (scheme, host) = (request.Scheme, request.Host);
        try
        {
            if (_public is not null)
                (request.Scheme, request.Host) = (_public.Scheme, new HostString(_public.Authority));
            return await run();
        }
        finally
        {
            (request.Scheme, request.Host) = (scheme, host);
        }
    }

    /// <summary>Returns the absolute URL of a path on this server.</summary>
    /// <param name="path">The path, escaped, with a slash at the beginning.</param>
    public string Absolute(HttpRequest request, string path) => (Public ?? OriginSeen(request)) + path;

    /// <summary>
    /// Returns a path on this server for the header <c>Location</c>. It is relative unless <see cref="Public"/> is set.
    /// </summary>
    public string Location(string path) => Public + path;

    /// <summary>Returns the https URL of a path on this server, with the port of its https endpoint, if any.</summary>
    public string Https(HttpRequest request, string path)
    {
        if (IsPublicHttps)
            return Public + path;
        var host = _public is null ? request.Host.Host : WebAddress.HostOf(_public);
        if (host.Length == 0)
            return path;
        var port = server.Features.Get<IServerAddressesFeature>()?.Addresses
            .Select(BindingAddress.Parse).FirstOrDefault(address => address.Scheme == Uri.UriSchemeHttps)?.Port;
        return $"https://{host}{(port is null or 443 ? "" : $":{port}")}{path}";
    }

    /// <summary>
    /// Returns the origins that the client may have used and signed: the public one, and that of the request. They
    /// differ if a proxy does not forward the host that it was called by, or if http is open beside https.
    /// </summary>
    public IReadOnlyList<string> OriginsOf(HttpRequest request)
    {
        var seen = OriginSeen(request) ?? "";
        return Public is null || Public == seen ? [seen] : [Public, seen];
    }

    /// <summary>The origin that a request names; null if it names no host.</summary>
    public static string? OriginSeen(HttpRequest request) =>
        request.Host.HasValue ? $"{(request.IsHttps ? Uri.UriSchemeHttps : Uri.UriSchemeHttp)}://{request.Host}" : null;

    private static bool IsThisMachine(string host) =>
        host == "localhost" || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}
