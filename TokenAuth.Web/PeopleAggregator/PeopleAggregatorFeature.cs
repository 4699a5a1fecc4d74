using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.XmlRpc;

namespace TokenAuth.PeopleAggregator;

/// <summary>
/// The PeopleAggregator dialect: login and checkToken over REST XML, REST JSON and XML-RPC. Owns <c>/api/xml/...</c>,
/// <c>/api/json/...</c>, their <c>.php</c> spellings, and the part of <c>/api/xmlrpc</c> that is not ipernity's.
/// Source: docs/dialects/peopleaggregator.md.
/// </summary>
internal static class PeopleAggregatorFeature
{
    /// <summary>The dialect's name in the store, in metrics and on the account page.</summary>
    public const string Dialect = "peopleaggregator";

    /// <summary>The dialect's configuration section below <c>TokenAuth</c>.</summary>
    public const string Section = "PeopleAggregator";

    public static IServiceCollection AddPeopleAggregator(this IServiceCollection services, IConfiguration configuration)
    {
        var options = services.AddFeatureOptions<PeopleAggregatorOptions>(configuration, Section);
        if (options.TokenLifetime < TimeSpan.FromSeconds(1) || options.TokenLifetime > TimeSpan.FromDays(3650))
            throw new SettingsException($"TokenAuth:{Section}:TokenLifetime", "is not between a second and ten years");
        return services
            .AddSingleton<AuthTokens>()
            .AddSingleton<PeopleAggregatorMethods>()
            .AddSingleton<PeopleAggregatorEndpoint>()
            .AddSingleton<IXmlRpcDialect>(provider => provider.GetRequiredService<PeopleAggregatorEndpoint>());
    }

    public static void MapPeopleAggregator(this IEndpointRouteBuilder routes)
    {
        (string Path, AnswerFormat Format)[] formats =
        [
            ("xml", AnswerFormat.Xml),
            ("json", AnswerFormat.Json),
            ("xmlrpc", AnswerFormat.XmlRpc),
        ];
        foreach (var (path, format) in formats)
        {
            foreach (var script in new[] { $"/api/{path}.php", $"/api/{path}" })
            {
                // docs/dialects/ipernity.md, "Addresses": /api/xmlrpc is shared, and its formats are ipernity's.
                if (script == "/api/xmlrpc")
                    continue;
                routes.MapEndpoint<PeopleAggregatorEndpoint>(
                    script + "/{**name}",
                    [],
                    (endpoint, context) => endpoint.RestAsync(context, format, context.RouteValue("name")));
            }
        }

        routes.MapEndpoint<PeopleAggregatorEndpoint>(
            "/api/xmlrpc.php", [], (endpoint, context) => endpoint.HandleAsync(context));
        routes.MapEndpoint<PeopleAggregatorEndpoint>(
            "/api/xmlrpc/peopleaggregator/{**name}",
            [],
            (endpoint, context) => endpoint.RestAsync(
                context,
                AnswerFormat.XmlRpc,
                $"{PeopleAggregatorMethod.Namespace}/{context.RouteValue("name")}"));
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
