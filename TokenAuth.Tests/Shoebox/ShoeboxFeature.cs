using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.XmlRpc;

namespace TokenAuth.Tests.Shoebox;

/// <summary>
/// A sixth dialect that the product does not have. It measures what a dialect costs: this folder, and one line in
/// <see cref="World.TestDialect.All"/>. It resembles Flickr's: frob and token, MD5 of the secret and the joined
/// parameters, XML and XML-RPC, and error numbers of its own.
/// </summary>
internal sealed class ShoeboxFeature : IDialect
{
    public const string Dialect = "shoebox";

    public string Name => Dialect;

    public string Section => "Shoebox";

    public void Add(IServiceCollection services, IConfiguration configuration)
    {
        services.AddFeatureOptions<ShoeboxOptions>(configuration, Section);
        services.AddSingleton<ShoeboxMethods>();
        services.AddSingleton<ShoeboxCheck>();
        services.AddSingleton<ShoeboxXmlRpc>();
    }

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapEndpoint<RestEndpoint>("/services/rest", EndpointMapping.GetAndPost);
        routes.MapXmlRpc(
            "/services/xmlrpc", EndpointMapping.Post, routes.ServiceProvider.GetRequiredService<ShoeboxXmlRpc>());
    }
}

internal sealed class ShoeboxOptions
{
    /// <summary>The number of minutes in which a frob must be confirmed and exchanged.</summary>
    public int FrobMinutes { get; set; } = 10;
}
