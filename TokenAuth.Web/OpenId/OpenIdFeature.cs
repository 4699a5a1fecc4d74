using System.Security.Cryptography;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Schema;
using TokenAuth.Kernel.Sessions;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace TokenAuth.OpenId;

/// <summary>
/// OpenID Connect: <c>/.well-known/openid-configuration</c>, <c>/.well-known/jwks</c>, <c>/connect/...</c> and
/// <c>/device</c>. OpenIddict speaks the protocol; applications, consents and sessions are the kernel's. Source:
/// docs/openid.md.
/// </summary>
internal static class OpenIdFeature
{
    public const string AuthorizePath = "/connect/authorize";

    public const string DevicePath = "/device";

    public const string SignOutPath = "/connect/logout";

    private const string ConfigurationPath = "/.well-known/openid-configuration";

    /// <summary>The address of the same document in RFC 8414.</summary>
    private const string ServerMetadataPath = "/.well-known/oauth-authorization-server";

    /// <summary>The time in which a code must be exchanged.</summary>
    public static readonly TimeSpan CodeLifetime = TimeSpan.FromMinutes(5);

    /// <summary>The time in which a person must enter the code of a device.</summary>
    public static readonly TimeSpan DeviceCodeLifetime = TimeSpan.FromMinutes(10);

    /// <summary>The time in which the browser must follow a pushed request, and the person sign in.</summary>
    public static readonly TimeSpan PushedRequestLifetime = TimeSpan.FromMinutes(10);

    /// <summary>The time since its last use after which a session with refresh tokens ends.</summary>
    public static readonly TimeSpan SessionLifetime = TimeSpan.FromDays(14);

    public static IServiceCollection AddOpenId(
        this IServiceCollection services, TokenAuthOptions options, IReadOnlyList<IDialect> dialects)
    {
        services.AddSingleton<IAuthenticationSchemeProvider, OpenIdSchemes>();
        services.AddSingleton<OpenIdServer>();
        services.AddSingleton<SigningKeys>();
        services.AddSingleton<IConfigureOptions<OpenIddictServerOptions>>(
            provider => provider.GetRequiredService<SigningKeys>());
        services.AddSingleton<IOptionsChangeTokenSource<OpenIddictServerOptions>>(
            provider => provider.GetRequiredService<SigningKeys>());
        services.AddSingleton<ScopeCatalogue>();
        services.AddSingleton<PersonClaims>();
        services.AddSingleton<SignInTime>();
        services.AddSingleton<CodeGuesses>();
        services.AddCors();
        services.AddSingleton<CrossOriginRule>();
        services.AddSingleton<OpenRequestLimit>();
        services.AddSingleton<TokenSessions>();
        services.AddSingleton<ITokenReader, AccessTokenReader>();
        services.AddSingleton<TokenExchange>();
        services.AddSingleton<UserInfo>();
        services.AddScoped<RequestCaller>();
        services.AddScoped(provider => (TokenStore)provider.GetRequiredService<IOpenIddictTokenStore<OpenIdToken>>());
        services.AddScoped<TokenGrants>();

        services.AddOpenIddict()
            .AddCore(core => core
                .SetDefaultApplicationEntity<Application>()
                .SetDefaultTokenEntity<OpenIdToken>()
                .ReplaceApplicationStore<Application, ClientStore>()
                .ReplaceApplicationManager<Application, ClientSecrets>()
                .ReplaceTokenStore<OpenIdToken, TokenStore>()
                .DisableEntityCaching())
            .AddServer(server => Configure(server, options, dialects));
        services.AddOptions<OpenIddictServerOptions>().Configure<ScopeCatalogue>(
            (server, scopes) => server.Scopes.UnionWith(scopes.Names));
        return services;
    }

    /// <summary>Maps the addresses that programs call. Those of people are pages.</summary>
    public static void MapOpenId(this IEndpointRouteBuilder routes)
    {
        (string Path, string[] Verbs, OpenIdAddress Address)[] addresses =
        [
            (ConfigurationPath, EndpointMapping.Get, OpenIdAddress.Metadata),
            (ServerMetadataPath, EndpointMapping.Get, OpenIdAddress.Metadata),
            ("/.well-known/jwks", EndpointMapping.Get, OpenIdAddress.Metadata),
            ("/connect/token", EndpointMapping.Post, OpenIdAddress.Token),
            ("/connect/introspect", EndpointMapping.Post, OpenIdAddress.Client),
            ("/connect/revoke", EndpointMapping.Post, OpenIdAddress.Revocation),
            ("/connect/par", EndpointMapping.Post, OpenIdAddress.Opening),
            ("/connect/device", EndpointMapping.Post, OpenIdAddress.Opening),
            ("/connect/userinfo", EndpointMapping.GetAndPost, OpenIdAddress.UserInfo),
        ];
        foreach (var (path, verbs, address) in addresses)
        {
            string[] served = OpenIdEndpoint.IsForScripts(address) ? [.. verbs, HttpMethods.Options] : verbs;
            routes.MapEndpoint<OpenIdEndpoint>(path, served, address);
        }
    }

    private static void Configure(
        OpenIddictServerBuilder server, TokenAuthOptions options, IReadOnlyList<IDialect> dialects)
    {
        if (options.PublicUrl is { } issuer)
            server.SetIssuer(issuer);
        server
            .SetConfigurationEndpointUris(ConfigurationPath, ServerMetadataPath)
            .SetJsonWebKeySetEndpointUris("/.well-known/jwks")
            .SetAuthorizationEndpointUris(AuthorizePath)
            .SetTokenEndpointUris("/connect/token")
            .SetUserInfoEndpointUris("/connect/userinfo")
            .SetIntrospectionEndpointUris("/connect/introspect")
            .SetRevocationEndpointUris("/connect/revoke")
            .SetPushedAuthorizationEndpointUris("/connect/par")
            .SetDeviceAuthorizationEndpointUris("/connect/device")
            .SetEndUserVerificationEndpointUris(DevicePath)
            .SetEndSessionEndpointUris(SignOutPath);
        server
            .AllowAuthorizationCodeFlow()
            .AllowClientCredentialsFlow()
            .AllowDeviceAuthorizationFlow()
            .AllowRefreshTokenFlow()
            .AllowTokenExchangeFlow();

        // A session stands for OpenIddict's authorization. Scopes and audiences are checked where they are granted.
        server
            .DisableAuthorizationStorage()
            .DisableScopeValidation()
            .DisableAudienceValidation()
            .IgnoreScopePermissions()
            .IgnoreAudiencePermissions();

        server
            .DisableAccessTokenEncryption()
            .UseReferenceRefreshTokens()
            .SetAccessTokenLifetime(TokenExchange.MaxLifetime)
            .SetIssuedTokenLifetime(TokenExchange.MaxLifetime)
            .SetIdentityTokenLifetime(TokenExchange.MaxLifetime)
            .SetAuthorizationCodeLifetime(CodeLifetime)
            .SetDeviceCodeLifetime(DeviceCodeLifetime)
            .SetUserCodeLifetime(DeviceCodeLifetime)
            .SetRefreshTokenLifetime(SessionLifetime)
            .SetRefreshTokenReuseLeeway(null)
            // Required, but unused: Data Protection encrypts what is not signed. An RSA key takes long to generate.
            .AddEncryptionKey(new SymmetricSecurityKey(RandomNumberGenerator.GetBytes(32)))
            .UseDataProtection(protection => protection.PreferDefaultAccessTokenFormat());
        server.Configure(o =>
        {
            o.CodeChallengeMethods.Remove(CodeChallengeMethods.Plain);
            o.RequestTokenLifetime = PushedRequestLifetime;
            // Applications have no keys of their own.
            o.ClientAuthenticationMethods.Remove(ClientAuthenticationMethods.PrivateKeyJwt);
            o.ClientAssertionTypes.Clear();
            // The pages' Content-Security-Policy forbids the script of form_post.
            o.ResponseModes.Remove(ResponseModes.FormPost);
            o.ResponseModes.Remove(ResponseModes.Fragment);
            o.SubjectTokenTypes.Add(TokenExchange.AnySession);
            foreach (var dialect in dialects)
            {
                o.SubjectTokenTypes.Add(TokenExchange.TypePrefix + dialect.Name);
                o.RequestedTokenTypes.Add(TokenExchange.TypePrefix + dialect.Name);
            }

            o.SubjectTypes.Add("pairwise");
            o.Claims.UnionWith(
            [
                Claims.AuthenticationTime, Claims.Email, Claims.EmailVerified, Claims.Locale, Claims.Name,
                Claims.PreferredUsername, Claims.Zoneinfo,
            ]);
        });
        server.UseAspNetCore()
            .DisableTransportSecurityRequirement() // TokenAuth:RequireHttpsForPasswords decides
            .EnableAuthorizationEndpointPassthrough()
            .EnableTokenEndpointPassthrough()
            .EnableUserInfoEndpointPassthrough()
            .EnableEndUserVerificationEndpointPassthrough()
            .EnableEndSessionEndpointPassthrough()
            .EnableErrorPassthrough();
        AddHandlers(server);
    }

    private static void AddHandlers(OpenIddictServerBuilder server)
    {
        server.AddEventHandler<ValidateTokenContext>(handler => handler
            .UseSingletonHandler<SessionHandler>()
            .SetOrder(OpenIddictServerHandlers.Protection.ValidateTokenEntry.Descriptor.Order + 500));
        server.AddEventHandler<GenerateTokenContext>(handler => handler
            .UseSingletonHandler<RowlessTokenHandler>()
            .SetOrder(OpenIddictServerHandlers.Protection.CreateTokenEntry.Descriptor.Order - 500));
        server.AddEventHandler<HandleRevocationRequestContext>(handler => handler
            .UseScopedHandler<RevocationHandler>()
            .SetOrder(OpenIddictServerHandlers.Revocation.RevokeToken.Descriptor.Order - 500));
        server.AddEventHandler<ProcessAuthenticationContext>(handler => handler
            .UseSingletonHandler<MalformedRequestHandler>()
            .SetOrder(int.MinValue + 1000));
        server.AddEventHandler<ProcessSignInContext>(handler => handler
            .UseSingletonHandler<NarrowedScopeHandler>()
            .SetOrder(OpenIddictServerHandlers.PrepareAccessTokenPrincipal.Descriptor.Order + 500));
        server.AddEventHandler<ProcessSignInContext>(handler => handler
            .UseScopedHandler<SecondUseHandler>()
            .SetOrder(OpenIddictServerHandlers.RedeemTokenEntry.Descriptor.Order + 500));
        server.AddEventHandler<HandleConfigurationRequestContext>(handler => handler
            .UseSingletonHandler<MetadataHandler>()
            .SetOrder(OpenIddictServerHandlers.Discovery.AttachAdditionalMetadata.Descriptor.Order + 500));
        server.AddEventHandler<ProcessAuthenticationContext>(handler => handler
            .UseSingletonHandler<SubjectTokenHandler>()
            .SetOrder(OpenIddictServerHandlers.ValidateSubjectToken.Descriptor.Order - 500));
        server.AddEventHandler<ApplyAuthorizationResponseContext>(handler => handler
            .UseScopedHandler<AuthorizationErrorHandler>()
            .SetOrder(OpenIddictServerHandlers.Authentication.InferResponseMode.Descriptor.Order + 500));
    }
}
