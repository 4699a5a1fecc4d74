using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.XmlRpc;

namespace TokenAuth.PeopleAggregator;

/// <summary>
/// The PeopleAggregator dialect: login and checkToken over REST XML, REST JSON and XML-RPC. Owns <c>/api/xml/...</c>,
/// <c>/api/json/...</c>, their <c>.php</c> spellings, and what nobody else owns of <c>/api/xmlrpc</c>. Source:
/// docs/dialects/peopleaggregator.md.
/// </summary>
internal static class PeopleAggregatorFeature
{
    /// <summary>The dialect's name in the store, in metrics and on the account page.</summary>
    public const string Dialect = "peopleaggregator";

    /// <summary>Its section below <c>TokenAuth</c>.</summary>
    public const string Section = "PeopleAggregator";

    public static IServiceCollection AddPeopleAggregator(this IServiceCollection services, IConfiguration configuration)
    {
        var options = services.AddFeatureOptions<PeopleAggregatorOptions>(configuration, Section);
        if (options.TokenLifetime < TimeSpan.FromSeconds(1) || options.TokenLifetime > TimeSpan.FromDays(3650))
            throw new SettingsException($"TokenAuth:{Section}:TokenLifetime", "is not between a second and ten years");
        return services
            .AddSingleton<AuthTokens>().AddSingleton<PeopleAggregatorMethods>().AddSingleton<PeopleAggregatorEndpoint>()
            .AddSingleton<IXmlRpcDialect>(provider => provider.GetRequiredService<PeopleAggregatorEndpoint>());
    }

    public static void MapPeopleAggregator(this IEndpointRouteBuilder routes)
    {
        foreach (var (path, format) in new[] { ("xml", AnswerFormat.Xml), ("json", AnswerFormat.Json), ("xmlrpc", AnswerFormat.XmlRpc) })
        {
            foreach (var script in new[] { $"/api/{path}.php", $"/api/{path}" })
            {
                // The bare address of XML-RPC is shared, and its formats are ipernity's.
                if (script != "/api/xmlrpc")
                    routes.MapEndpoint<PeopleAggregatorEndpoint>(script + "/{**name}", [], (door, context) => door.RestAsync(context, format, context.RouteValue("name")));
            }
        }

        routes.MapEndpoint<PeopleAggregatorEndpoint>("/api/xmlrpc.php", [], (door, context) => door.HandleAsync(context));
        routes.MapEndpoint<PeopleAggregatorEndpoint>("/api/xmlrpc/peopleaggregator/{**name}", [], (door, context) =>
            door.RestAsync(context, AnswerFormat.XmlRpc, $"{PeopleAggregatorMethod.Namespace}/{context.RouteValue("name")}"));
    }
}

internal sealed class PeopleAggregatorOptions
{
    public TimeSpan TokenLifetime { get; set; } = TimeSpan.FromSeconds(86400);
}

/// <summary>How an answer is spelled.</summary>
internal enum AnswerFormat
{
    Xml,
    Json,
    XmlRpc,
}
