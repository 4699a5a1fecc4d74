using TokenAuth.Ipernity.OAuth;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Calls.Methods;
using TokenAuth.Kernel.Calls.Signatures;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Languages;
using TokenAuth.Kernel.Sessions;
using TokenAuth.Kernel.XmlRpc;

namespace TokenAuth.Ipernity;

/// <summary>
/// The ipernity dialect: frob, authorize page, token and checkToken, signed with MD5; OAuth 1.0; SOAP and XML-RPC
/// endpoints. Owns <c>/api/{method}</c>, <c>/api/soap</c> and <c>/apps/...</c>. Source: docs/dialects/ipernity.md.
/// </summary>
internal sealed class IpernityFeature : IDialect
{
    /// <summary>The dialect's name in the store, for frobs and tokens, in metrics and on the account page.</summary>
    public const string Dialect = "ipernity";

    /// <summary>
    /// The store's name for OAuth's request tokens. Their exchange gives a session of <see cref="Dialect"/>.
    /// </summary>
    public const string RequestTokens = "ipernity.oauth";

    public string Name => Dialect;

    public string Section => "Ipernity";

    public ISigningScheme? Signing { get; } = new IpernitySigning();

    public IMethodReference? Reference { get; } = new IpernityReference();

    public void Add(IServiceCollection services, IConfiguration configuration)
    {
        var options = services.AddFeatureOptions<IpernityOptions>(configuration, Section);
        if (options.CallsPerAddressAndMinute < 0)
            throw new SettingsException("TokenAuth:Ipernity:CallsPerAddressAndMinute", "is negative");
        services.AddSingleton<AddressLimit>();
        services.AddSingleton<IpernityCheck>();
        services.AddSingleton<IpernityMethods>();
        services.AddSingleton<OAuthCheck>();
        services.AddSingleton<IXmlRpcDialect, IpernityXmlRpc>();
        services.AddSingleton<PermissionScopes>();
        services.AddSingleton<IPermissionScopes>(provider => provider.GetRequiredService<PermissionScopes>());
        services.AddSingleton<ISessionIssuer>(provider => provider.GetRequiredService<PermissionScopes>());
        services.AddSingleton<ITrialSignIn, IpernityTrial>();
    }

    public IReadOnlyList<Text> InWords(string permissions) =>
        Permissions.FromStored(permissions).InWords();

    // docs/dialects/ipernity.md, "Addresses": without a format, /api/xmlrpc is shared with PeopleAggregator.
    public void Map(IEndpointRouteBuilder routes)
    {
        (string Path, Binding Binding)[] addresses =
        [
            ("/api", Binding.Rest),
            ("/api/{method}", Binding.Rest),
            ("/api/{method}/{format}", Binding.Rest),
            ("/api/soap", Binding.Soap),
            ("/api/soap/{format}", Binding.Soap),
            ("/api/xmlrpc/{format}", Binding.XmlRpc),
        ];
        foreach (var (path, binding) in addresses)
            routes.MapEndpoint<IpernityEndpoint>(path, EndpointMapping.GetAndPost, binding);
        routes.MapEndpoint<OAuthEndpoint>(
            "/apps/oauth/request", EndpointMapping.GetAndPost, OAuthStep.Request);
        routes.MapEndpoint<OAuthEndpoint>(
            "/apps/oauth/access", EndpointMapping.GetAndPost, OAuthStep.Access);
    }
}

internal sealed class IpernityOptions
{
    /// <summary>
    /// Calls per minute from one address to one node, beyond which error 113 is answered; 0 means no limit.
    /// </summary>
    public int CallsPerAddressAndMinute { get; set; }
}
