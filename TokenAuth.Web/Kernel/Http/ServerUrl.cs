using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using TokenAuth.Kernel.Configuration;

namespace TokenAuth.Kernel.Http;

/// <summary>
/// What the server calls itself: <c>TokenAuth:PublicUrl</c> where it is set, otherwise the address that the caller
/// used. A request of HTTP/1.0 may not say what it used; then a path without a host must do.
/// </summary>
internal sealed class ServerUrl(TokenAuthOptions options, IServer server)
{
    private readonly Uri? _public = options.PublicUrl is { } text ? new Uri(text) : null;

    /// <summary>
    /// The configured address, such as <c>https://auth.example.org</c>, without a slash at the end; null where none is.
    /// </summary>
    public string? Public => options.PublicUrl;

    /// <summary>Whether <see cref="Public"/> is set and is https.</summary>
    public bool IsPublicHttps => _public?.Scheme == Uri.UriSchemeHttps;

    /// <summary>Whether a request is meant for this server. A request that names no host is.</summary>
    public bool Serves(HttpRequest request) =>
        _public is null || !request.Host.HasValue
        || request.Host.Host.Equals(WebAddress.HostOf(_public), StringComparison.OrdinalIgnoreCase);

    /// <summary>One of our paths as somebody else can use it.</summary>
    /// <param name="path">Escaped, with a slash at the beginning.</param>
    public string Absolute(HttpRequest request, string path) => (Public ?? OriginSeen(request)) + path;

    /// <summary>
    /// One of our paths as the header <c>Location</c> has it: relative unless <see cref="Public"/> is set.
    /// </summary>
    public string Location(string path) => Public + path;

    /// <summary>One of our paths over https, at the port of our own https endpoint where there is one.</summary>
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
    /// The origins that a client may have used, of which a signature that covers the address holds one: the public one,
    /// and the one that the request shows. They differ where a proxy does not say what it was asked for, or where http
    /// is open beside https.
    /// </summary>
    public IReadOnlyList<string> OriginsOf(HttpRequest request)
    {
        var seen = OriginSeen(request) ?? "";
        return Public is null || Public == seen ? [seen] : [Public, seen];
    }

    private static string? OriginSeen(HttpRequest request) =>
        request.Host.HasValue ? $"{(request.IsHttps ? Uri.UriSchemeHttps : Uri.UriSchemeHttp)}://{request.Host}" : null;
}
