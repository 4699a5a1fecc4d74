using System.Collections.Frozen;
using Microsoft.AspNetCore.Cors.Infrastructure;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Storage.Caching;

namespace TokenAuth.OpenId;

/// <summary>
/// Lets the scripts of public applications read answers (CORS), if their page is on the origin of a registered redirect
/// URL. Cookies are not accepted. Source: https://fetch.spec.whatwg.org/#http-cors-protocol.
/// </summary>
internal sealed class CrossOriginRule(
    ICorsService cors, ApplicationAdministration administration, CacheInvalidator invalidator)
{
    private volatile Known? _known;

    /// <summary>Sets the headers of the answer.</summary>
    /// <param name="client">
    /// The application that calls, whose origins alone count; null if the request does not say, as before a call.
    /// </param>
    public async ValueTask ApplyAsync(HttpContext context, string? client, CancellationToken cancellation)
    {
        if (context.Request.Headers.Origin.Count == 0)
            return;
        var origins = await OriginsAsync(cancellation);
        var policy = new CorsPolicyBuilder()
            .SetIsOriginAllowed(origin => Sender(origin) is { } sender
                && (client is null
                    ? origins.Values.Any(own => own.Contains(sender))
                    : origins.GetValueOrDefault(client)?.Contains(sender) == true))
            .WithMethods(HttpMethods.Get, HttpMethods.Post)
            .WithHeaders("Authorization", "Content-Type")
            .WithExposedHeaders("WWW-Authenticate", "Retry-After")
            .SetPreflightMaxAge(TimeSpan.FromMinutes(10))
            .Build();
        cors.ApplyResult(cors.EvaluatePolicy(context, policy), context.Response);
    }

    /// <summary>Returns the origins of each public application, by its API key.</summary>
    private async ValueTask<FrozenDictionary<string, FrozenSet<string>>> OriginsAsync(CancellationToken cancellation)
    {
        if (_known is { } known && invalidator.IsCurrent(known.Count))
            return known.Origins;
        var count = invalidator.Count;
        var applications = await administration.ListAsync(cancellation);
        var origins = applications
            .Where(application => application.IsPublic && ClientStore.IsClient(application))
            .ToFrozenDictionary(
                application => application.ApiKey,
                application => application.Redirects.Select(Sender).OfType<string>()
                    .ToFrozenSet(StringComparer.Ordinal),
                StringComparer.Ordinal);
        _known = new Known(origins, count);
        return origins;
    }

    /// <summary>
    /// Returns the origin of an address; null if it is not http or https. On the loopback address the port does not
    /// count, as for redirects (RFC 8252, section 7.3).
    /// </summary>
    private static string? Sender(string address) => WebAddress.Read(address) is not { } url ? null
        : url.IsLoopback ? $"{url.Scheme}://{WebAddress.HostOf(url)}"
        : WebAddress.OriginOf(url);

    private sealed record Known(FrozenDictionary<string, FrozenSet<string>> Origins, long Count);
}
