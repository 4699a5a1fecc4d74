using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using TokenAuth.Kernel.Configuration;

namespace TokenAuth.Kernel.Pages.Upstream;

/// <summary>
/// Registers the sign-in through an upstream OpenID Connect provider. ASP.NET Core's handler speaks the protocol (ADR
/// 27); it runs on the page <c>/signin/upstream</c> only, and signs nobody in by itself.
/// </summary>
internal static class UpstreamServices
{
    public const string Scheme = "Upstream";

    /// <summary>The path that the provider sends the browser back to.</summary>
    public const string Path = "/signin/upstream";

    /// <summary>The largest answer of the provider that is read.</summary>
    private const int MaxAnswer = 256 * 1024;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <summary>The difference between the provider's clock and ours that is accepted.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(1);

    /// <summary>The algorithms of signatures: those with a public key.</summary>
    private static readonly string[] Algorithms =
        ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"];

    public static void AddUpstream(this IServiceCollection services, UpstreamOptions upstream)
    {
        services.AddSingleton<UpstreamSignIn>();
        services.AddSingleton<UpstreamFlows>();
        services.AddSingleton<PendingIdentity>();
        if (!upstream.IsOn)
            return;
        services.AddSingleton<UpstreamEvents>();
        services.AddAuthentication().AddOpenIdConnect(Scheme, upstream.Name, handler => Configure(handler, upstream));
        services.AddOptions<OpenIdConnectOptions>(Scheme).Configure<TimeProvider>((handler, clock) =>
        {
            handler.TokenValidationParameters.LifetimeValidator = (from, until, _, _) =>
                IsNow(clock.GetUtcNow().UtcDateTime, from, until);

            // The library dates its cookies and nonces, which browsers compare with the time of day.
            handler.TimeProvider = TimeProvider.System;
        });
    }

    private static void Configure(OpenIdConnectOptions handler, UpstreamOptions upstream)
    {
        var needsHttps = upstream.Issuer!.StartsWith("https:", StringComparison.OrdinalIgnoreCase);
        handler.EventsType = typeof(UpstreamEvents);
        handler.Authority = upstream.Issuer;
        handler.ClientId = upstream.ClientId;
        handler.ClientSecret = upstream.ClientSecret;
        handler.CallbackPath = Path;
        handler.RemoteSignOutPath = default;
        handler.SignedOutCallbackPath = default;
        handler.ResponseType = OpenIdConnectResponseType.Code;
        handler.ResponseMode = OpenIdConnectResponseMode.Query;
        handler.UsePkce = true;
        handler.RequireHttpsMetadata = needsHttps;
        handler.MapInboundClaims = false;
        handler.GetClaimsFromUserInfoEndpoint = true;
        handler.ClaimActions.MapUniqueJsonKey("preferred_username", "preferred_username");
        handler.DisableTelemetry = true;
        handler.Scope.Clear();
        foreach (var scope in upstream.Scopes.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            handler.Scope.Add(scope);
        foreach (var cookie in (CookieBuilder[])[handler.CorrelationCookie, handler.NonceCookie])
        {
            cookie.SameSite = SameSiteMode.Lax;
            cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        }

        handler.CorrelationCookie.Name = "TokenAuth.Upstream.State.";
        handler.NonceCookie.Name = "TokenAuth.Upstream.Nonce.";
        handler.Backchannel = Backchannel();
        handler.ConfigurationManager = new ConfigurationManager<OpenIdConnectConfiguration>(
            upstream.Issuer.TrimEnd('/') + "/.well-known/openid-configuration",
            new UpstreamMetadata(upstream.Issuer),
            new HttpDocumentRetriever(handler.Backchannel) { RequireHttps = needsHttps })
        {
            UseLastKnownGoodConfiguration = false,
        };
        handler.TokenValidationParameters = new TokenValidationParameters
        {
            ValidIssuer = upstream.Issuer,
            ValidAudience = upstream.ClientId,
            ValidAlgorithms = Algorithms,
            TypeValidator = (type, _, _) => type is null or "" or "JWT"
                ? type : throw new SecurityTokenInvalidTypeException("It is no identity token."),
            ClockSkew = Skew,
        };
    }

    /// <summary>
    /// Follows no redirects, so that every request goes to an address in the issuer's own metadata.
    /// </summary>
    private static HttpClient Backchannel() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = Timeout / 2,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    })
    {
        Timeout = Timeout,
        MaxResponseContentBufferSize = MaxAnswer,
    };

    private static bool IsNow(DateTime now, DateTime? from, DateTime? until) =>
        until is { } end && now - Skew < end && !(from > now + Skew);
}
