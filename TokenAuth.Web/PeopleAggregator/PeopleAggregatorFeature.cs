using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Calls.Methods;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.XmlRpc;

namespace TokenAuth.PeopleAggregator;

/// <summary>
/// The PeopleAggregator dialect: login and checkToken over REST XML, REST JSON and XML-RPC. Owns <c>/api/xml/...</c>,
/// <c>/api/json/...</c>, their <c>.php</c> spellings, and the part of <c>/api/xmlrpc</c> that is not ipernity's.
/// Source: docs/dialects/peopleaggregator.md.
/// </summary>
internal sealed class PeopleAggregatorFeature : IDialect
{
    /// <summary>The dialect's name in the store, in metrics and on the account page.</summary>
    public const string Dialect = "peopleaggregator";

    public string Name => Dialect;

    public string Section => "PeopleAggregator";

    public IMethodReference? Reference { get; } = new PeopleAggregatorReference();

    public void Add(IServiceCollection services, IConfiguration configuration)
    {
        var options = services.AddFeatureOptions<PeopleAggregatorOptions>(configuration, Section);
        if (options.TokenLifetime < TimeSpan.FromSeconds(1) || options.TokenLifetime > TimeSpan.FromDays(3650))
            throw new SettingsException($"TokenAuth:{Section}:TokenLifetime", "is not between a second and ten years");
        services.AddSingleton<AuthTokens>();
        services.AddSingleton<PeopleAggregatorMethods>();
        services.AddSingleton<PeopleAggregatorXmlRpc>();
        services.AddSingleton<IXmlRpcDialect>(provider => provider.GetRequiredService<PeopleAggregatorXmlRpc>());
        services.AddSingleton<ITrialSignIn, PeopleAggregatorTrial>();
    }

    public void Map(IEndpointRouteBuilder routes)
    {
        // docs/dialects/ipernity.md, "Addresses": /api/xmlrpc is shared, and its formats are ipernity's.
        (string Path, AnswerFormat Format, string Prefix)[] addresses =
        [
            ("/api/xml.php/{**name}", AnswerFormat.Xml, ""),
            ("/api/xml/{**name}", AnswerFormat.Xml, ""),
            ("/api/json.php/{**name}", AnswerFormat.Json, ""),
            ("/api/json/{**name}", AnswerFormat.Json, ""),
            ("/api/xmlrpc.php/{**name}", AnswerFormat.XmlRpc, ""),
            ("/api/xmlrpc/peopleaggregator/{**name}", AnswerFormat.XmlRpc, PeopleAggregatorMethod.Namespace + "."),
        ];
        foreach (var (path, format, prefix) in addresses)
            routes.MapEndpoint<RestEndpoint>(path, EndpointMapping.GetAndPost, format, prefix);
        routes.MapXmlRpc(
            "/api/xmlrpc.php",
            EndpointMapping.GetAndPost,
            routes.ServiceProvider.GetRequiredService<PeopleAggregatorXmlRpc>());
    }
}

internal sealed class PeopleAggregatorOptions
{
    /// <summary>The lifetime of a token.</summary>
    public TimeSpan TokenLifetime { get; set; } = TimeSpan.FromSeconds(86400);
}

/// <summary>The format of an answer.</summary>
internal enum AnswerFormat
{
    Xml,
    Json,
    XmlRpc,
}
