using System.Threading.RateLimiting;
using TokenAuth.Ipernity.OAuth;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Limits;
using TokenAuth.Kernel.XmlRpc;

namespace TokenAuth.Ipernity;

/// <summary>
/// The ipernity dialect: frob, authorize page, token, checkToken, signed with MD5; OAuth 1.0; SOAP and XML-RPC doors. Owns
/// <c>/api/{method}</c>, <c>/api/soap</c> and <c>/apps/...</c>. Source: docs/dialects/ipernity.md.
/// </summary>
internal static class IpernityFeature
{
    /// <summary>The dialect's name in the store, in metrics and on the account page. Frobs and tokens carry it.</summary>
    public const string Dialect = "ipernity";

    /// <summary>OAuth's request tokens: another kind of handshake that leads to the same kind of session.</summary>
    public const string RequestTokens = "ipernity.oauth";

    /// <summary>Its section below <c>TokenAuth</c>.</summary>
    public const string Section = "Ipernity";

    private static readonly string[] Verbs = [HttpMethods.Get, HttpMethods.Post];

    public static IServiceCollection AddIpernity(this IServiceCollection services, IConfiguration configuration)
    {
        var options = services.AddFeatureOptions<IpernityOptions>(configuration, Section);
        if (options.CallsPerAddressAndMinute < 0)
            throw new SettingsException("TokenAuth:Ipernity:CallsPerAddressAndMinute", "is negative");
        return services.AddSingleton<AddressLimit>()
            .AddSingleton<IpernityEndpoint>().AddSingleton<IpernityMethods>()
            .AddSingleton<OAuthCheck>().AddSingleton<OAuthEndpoints>().AddSingleton<IXmlRpcDialect, IpernityXmlRpcEndpoint>();
    }

    public static void MapIpernity(this IEndpointRouteBuilder routes)
    {
        foreach (var path in new[] { "/api", "/api/{method}", "/api/{method}/{format}" })
        {
            routes.MapEndpoint<IpernityEndpoint>(path, Verbs, (api, context) => api.HandleAsync(Binding.Rest, context, context.RouteValue("method"), context.RouteValue("format")));
        }

        // XML-RPC without a format is shared with others.
        foreach (var (path, door) in new[] { ("/api/soap", Binding.Soap), ("/api/soap/{format}", Binding.Soap), ("/api/xmlrpc/{format}", Binding.XmlRpc) })
        {
            routes.MapEndpoint<IpernityEndpoint>(path, Verbs, (api, context) => api.HandleAsync(door, context, methodName: null, context.RouteValue("format")));
        }

        routes.MapEndpoint<OAuthEndpoints>("/apps/oauth/request", Verbs, (doors, context) => doors.RequestAsync(context));
        routes.MapEndpoint<OAuthEndpoints>("/apps/oauth/access", Verbs, (doors, context) => doors.AccessAsync(context));
    }
}

internal sealed class IpernityOptions
{
    /// <summary>Error 113 beyond this many calls a minute from one address to one node; 0: no limit.</summary>
    public int CallsPerAddressAndMinute { get; set; }
}

/// <summary>Calls per address and minute on this node, where the operator wants a limit.</summary>
internal sealed class AddressLimit(IpernityOptions options) : IDisposable
{
    private readonly PartitionedRateLimiter<string> _limiter = PartitionedRateLimiter.Create<string, string>(
        network => RateLimitPartition.GetFixedWindowLimiter(network, _ => new FixedWindowRateLimiterOptions
        {
            PermitLimit = options.CallsPerAddressAndMinute,
            Window = TimeSpan.FromMinutes(1),
        }));

    public bool Allows(System.Net.IPAddress address)
    {
        if (options.CallsPerAddressAndMinute == 0)
            return true;
        using var lease = _limiter.AttemptAcquire(ClientNetwork.Of(address));
        return lease.IsAcquired;
    }

    public void Dispose() => _limiter.Dispose();
}
