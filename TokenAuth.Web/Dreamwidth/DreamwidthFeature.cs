using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Calls.Methods;
using TokenAuth.Kernel.Calls.Signatures;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Sessions;
using TokenAuth.Kernel.XmlRpc;

namespace TokenAuth.Dreamwidth;

/// <summary>
/// The Dreamwidth dialect: <c>sessiongenerate</c> over XML-RPC and flat, the calls that stock LiveJournal clients make
/// around it, and the web page behind its cookie. Owns <c>/interface/xmlrpc</c>, <c>/interface/flat</c> and
/// <c>/export_comments</c>. Source: docs/dialects/dreamwidth.md.
/// </summary>
internal sealed class DreamwidthFeature : IDialect
{
    /// <summary>The dialect's name in the store, in metrics and on the account page.</summary>
    public const string Dialect = "dreamwidth";

    public string Name => Dialect;

    public string Section => "Dreamwidth";

    public ISigningScheme? Signing { get; } = new DreamwidthSigning();

    public IMethodReference? Reference { get; } = new DreamwidthReference();

    public void Add(IServiceCollection services, IConfiguration configuration)
    {
        var options = services.AddFeatureOptions<DreamwidthOptions>(configuration, Section);
        (string Name, TimeSpan Lifetime)[] lifetimes =
        [
            (nameof(options.ShortLifetime), options.ShortLifetime),
            (nameof(options.LongLifetime), options.LongLifetime),
        ];
        foreach (var (name, lifetime) in lifetimes)
        {
            if (lifetime <= TimeSpan.Zero || lifetime > TimeSpan.FromDays(3650))
                throw new SettingsException($"TokenAuth:{Section}:{name}", "is not between a moment and ten years");
        }

        services.AddSingleton<Challenges>();
        services.AddSingleton<SessionCookie>();
        services.AddSingleton<ISessionCookie>(provider => provider.GetRequiredService<SessionCookie>());
        services.AddSingleton<DreamwidthSignIn>();
        services.AddSingleton<DreamwidthMethods>();
        services.AddSingleton<DreamwidthXmlRpc>();
        services.AddSingleton<ExportEndpoint>();
        services.AddSingleton<ITrialSignIn, DreamwidthTrial>();
    }

    public void Map(IEndpointRouteBuilder routes)
    {
        var xmlRpc = routes.ServiceProvider.GetRequiredService<DreamwidthXmlRpc>();
        foreach (var suffix in new[] { "", ".bml" })
        {
            routes.MapXmlRpc("/interface/xmlrpc" + suffix, EndpointMapping.Post, xmlRpc);
            routes.MapEndpoint<FlatEndpoint>("/interface/flat" + suffix, EndpointMapping.Post);
            routes.MapReading(
                "/export_comments" + suffix,
                (HttpContext context, ExportEndpoint endpoint) => endpoint.HandleAsync(context));
        }
    }
}

internal sealed class DreamwidthOptions
{
    /// <summary>The lifetime of sessions unless <c>expiration</c> is <c>long</c>.</summary>
    public TimeSpan ShortLifetime { get; set; } = TimeSpan.FromHours(24);

    /// <summary>The lifetime of sessions with <c>expiration</c> <c>long</c>.</summary>
    public TimeSpan LongLifetime { get; set; } = TimeSpan.FromDays(30);
}
