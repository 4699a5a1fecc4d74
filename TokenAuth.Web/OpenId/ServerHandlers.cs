using System.Security.Claims;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Sessions;
using TokenAuth.Kernel.Telemetry;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace TokenAuth.OpenId;

/// <summary>Refuses access and refresh tokens whose session has ended.</summary>
internal sealed class SessionHandler(TokenSessions sessions) : IOpenIddictServerHandler<ValidateTokenContext>
{
    public async ValueTask HandleAsync(ValidateTokenContext context)
    {
        if (context.Principal is not { } principal
            || principal.GetTokenType() is not (TokenTypeIdentifiers.AccessToken or TokenTypeIdentifiers.RefreshToken)
            || await sessions.FindAsync(principal, context.CancellationToken) is not null)
        {
            return;
        }

        context.Reject(Errors.InvalidToken, "The session of the token has ended.");
    }
}

/// <summary>
/// Refuses the later of two requests that use a token at the same time. OpenIddict itself answers both, because it
/// tolerates a refresh token that cannot be marked as used.
/// </summary>
internal sealed class SecondUseHandler(TokenStore tokens) : IOpenIddictServerHandler<ProcessSignInContext>
{
    public ValueTask HandleAsync(ProcessSignInContext context)
    {
        if (tokens.IsSecondUse)
            context.Reject(Errors.InvalidGrant, "The token was used twice.");
        return ValueTask.CompletedTask;
    }
}

/// <summary>Signed tokens are checked by their signature and their session, so they need no row.</summary>
internal sealed class RowlessTokenHandler : IOpenIddictServerHandler<GenerateTokenContext>
{
    public ValueTask HandleAsync(GenerateTokenContext context)
    {
        if (context.TokenType is TokenTypeIdentifiers.AccessToken or TokenTypeIdentifiers.IdentityToken)
            context.CreateTokenEntry = false;
        return ValueTask.CompletedTask;
    }
}

/// <summary>
/// Ends the session of a revoked token: the refresh token and all access tokens end together (RFC 7009, section 2.1).
/// </summary>
internal sealed class RevocationHandler(
    TokenStore tokens, SessionStore sessions, ApplicationDirectory applications)
    : IOpenIddictServerHandler<HandleRevocationRequestContext>
{
    public async ValueTask HandleAsync(HandleRevocationRequestContext context)
    {
        // An exchanged access token has a session of another application, which its holder may not end.
        var cancellation = context.CancellationToken;
        if (context.GenericTokenPrincipal?.GetAuthorizationId() is { } text
            && await applications.FindEnabledAsync(context.Request.ClientId!, cancellation) is { } application
            && (await sessions.FindAsync(DialectNames.OpenId, application.Id, text, cancellation)).Fault is null)
        {
            await tokens.RevokeByAuthorizationIdAsync(text, cancellation);
        }

        if (context.GenericTokenPrincipal?.GetTokenType() == TokenTypeIdentifiers.AccessToken)
            context.HandleRequest();
    }
}

/// <summary>Reads the sessions of dialects that applications present in a token exchange.</summary>
internal sealed class SubjectTokenHandler(
    SessionIntrospection sessions, ApplicationDirectory applications, ScopeCatalogue scopes)
    : IOpenIddictServerHandler<ProcessAuthenticationContext>
{
    public async ValueTask HandleAsync(ProcessAuthenticationContext context)
    {
        if (context.EndpointType != OpenIddictServerEndpointType.Token
            || context.SubjectTokenType?.StartsWith(TokenExchange.TypePrefix, StringComparison.Ordinal) != true)
        {
            return;
        }

        var application = await applications.FindEnabledAsync(context.ClientId!, context.CancellationToken);
        if (application is not { MayExchange: true, IsPublic: false })
        {
            context.Reject(Errors.UnauthorizedClient, "The application may not exchange tokens.");
            return;
        }

        var session = await sessions.FindAsync(context.SubjectToken!, context.CancellationToken);
        var dialect = context.SubjectTokenType[TokenExchange.TypePrefix.Length..];
        if (session is null
            || session.BoundTo is not null
            || session.Role == UserRole.Banned
            || !(context.SubjectTokenType == TokenExchange.AnySession || dialect == session.Dialect)
            || !TokenExchange.MayExchange(application, session))
        {
            context.Reject(Errors.InvalidGrant, "The subject token is not valid, or may not be exchanged.");
            return;
        }

        context.SubjectTokenPrincipal = TokenExchange.PrincipalOf(
            session, context.SubjectTokenType, scopes.OfSession(session.Dialect, session.Permissions));
        context.ValidateSubjectToken = false;
    }
}

/// <summary>
/// Sends the errors of an authorization request back to the application, if its redirect URL is registered (RFC 6749,
/// section 4.1.2.1). OpenIddict shows them to the person instead.
/// </summary>
internal sealed class AuthorizationErrorHandler(IOpenIddictApplicationManager clients)
    : IOpenIddictServerHandler<ApplyAuthorizationResponseContext>
{
    public async ValueTask HandleAsync(ApplyAuthorizationResponseContext context)
    {
        if (context.Error is null or Errors.InvalidClient
            || context.RedirectUri is not null
            || context.Request is not { ClientId: { Length: > 0 } id, RedirectUri: { Length: > 0 } redirect }
            || await clients.FindByClientIdAsync(id, context.CancellationToken) is not { } client
            || !await clients.ValidateRedirectUriAsync(client, redirect, context.CancellationToken))
        {
            return;
        }

        context.RedirectUri = redirect;
        context.ResponseMode = ResponseModes.Query;
    }
}
