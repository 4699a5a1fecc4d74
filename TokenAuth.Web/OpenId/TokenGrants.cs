using System.Security.Claims;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using OpenIddict.Abstractions;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Sessions;
using TokenAuth.Kernel.Telemetry;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace TokenAuth.OpenId;

/// <summary>
/// Answers <c>/connect/token</c> after OpenIddict has checked the application and what it presents. The code stands for
/// a confirmed handshake, which is exchanged for a session; the refresh token stands for that session.
/// </summary>
internal sealed class TokenGrants(
    ApplicationDirectory applications, HandshakeStore handshakes, SessionStore sessions, PersonClaims claims,
    TokenStore tokens, TokenExchange exchange)
{
    public async Task AnswerAsync(HttpContext context)
    {
        var cancellation = context.RequestAborted;
        var request = context.GetOpenIddictServerRequest()!;
        var presented = (await context.AuthenticateAsync(OpenIdServer.Scheme)).Principal;
        var application = await applications.FindEnabledAsync(request.ClientId!, cancellation);
        if (application is null)
            await RefuseAsync(context, Errors.InvalidClient, "The application has been disabled.");
        else if (request.IsClientCredentialsGrantType())
            await SignInAsync(context, OfItself(application));
        else if (request.IsTokenExchangeGrantType())
            await exchange.AnswerAsync(context, application, presented!);
        else if (request.IsRefreshTokenGrantType())
            await RefreshAsync(context, application, presented!, request);
        else
            await RedeemAsync(context, application, presented!);
    }

    /// <summary>Signs in, so that OpenIddict issues and answers the tokens.</summary>
    public static Task SignInAsync(HttpContext context, ClaimsPrincipal principal)
    {
        principal.SetDestinations(PersonClaims.Destinations);
        return context.SignInAsync(OpenIdServer.Scheme, principal);
    }

    public static Task RefuseAsync(HttpContext context, string error, string description) =>
        context.ForbidAsync(OpenIdServer.Scheme, OpenIdServer.Refusal(error, description));

    /// <summary>Exchanges the handshake of an authorization code or a device code.</summary>
    private async Task RedeemAsync(HttpContext context, Application application, ClaimsPrincipal code)
    {
        var cancellation = context.RequestAborted;
        var session = code.GetClaim(PersonClaims.SessionText)!;
        var exchanged = await handshakes.ExchangeAsync(
            DialectNames.OpenId, application.Id, code.GetClaim(PersonClaims.Handshake)!, session,
            sessionSecret: null, context.CallerAddress, cancellation);
        if (!exchanged.Succeeded(out var opened, out _))
        {
            // A second use that overtook the first one's record of it, a consent that was removed, a closed account.
            await tokens.RevokeByAuthorizationIdAsync(session, cancellation);
            await RefuseAsync(context, Errors.InvalidGrant, "The code was used already, or is not valid any more.");
            return;
        }

        await AnswerAsync(
            context, application, code, session, opened.AccountId, ScopeCatalogue.FromStored(opened.Permissions));
    }

    private async Task RefreshAsync(
        HttpContext context, Application application, ClaimsPrincipal refresh, OpenIddictRequest request)
    {
        var cancellation = context.RequestAborted;
        var check = await sessions.CheckAsync(
            DialectNames.OpenId, application.Id, refresh.GetAuthorizationId()!, cancellation);
        if (!check.Succeeded(out var session, out _))
        {
            await RefuseAsync(context, Errors.InvalidGrant, "The session has ended.");
            return;
        }

        // OpenIddict has checked that the request names no other scopes than the refresh token.
        await AnswerAsync(
            context, application, refresh, refresh.GetAuthorizationId()!, session.AccountId!.Value,
            refresh.GetScopes(), narrowed: request.GetScopes());
    }

    private async Task AnswerAsync(
        HttpContext context, Application application, ClaimsPrincipal presented, string session, long accountId,
        IReadOnlyCollection<string> scopes, IReadOnlyCollection<string>? narrowed = null)
    {
        var principal = claims.Create(application, accountId, session, scopes);
        principal.SetClaim(Claims.AuthenticationTime, AuthenticationTimeOf(presented));
        await claims.DescribeAsync(
            principal, accountId, narrowed is { Count: > 0 } ? narrowed : scopes, context.RequestAborted);
        await SignInAsync(context, principal);
    }

    private static long? AuthenticationTimeOf(ClaimsPrincipal presented) =>
        long.TryParse(presented.GetClaim(Claims.AuthenticationTime), out var seconds) ? seconds : null;

    /// <summary>Returns the principal of an application that acts for itself.</summary>
    private static ClaimsPrincipal OfItself(Application application)
    {
        var principal = new ClaimsPrincipal(new ClaimsIdentity("TokenAuth"));
        principal.SetClaim(Claims.Subject, application.ApiKey);
        principal.SetResources(application.Audiences is [] ? [application.ApiKey] : application.Audiences);
        return principal;
    }
}
