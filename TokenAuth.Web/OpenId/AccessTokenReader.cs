using System.Security.Claims;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Sessions;
using TokenAuth.Kernel.Telemetry;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace TokenAuth.OpenId;

/// <summary>
/// Reads access tokens for <c>/introspect</c> and <c>/auth/verify</c>: signature, lifetime, application and session,
/// all from memory if they are cached.
/// </summary>
internal sealed class AccessTokenReader(
    SigningKeys keys, TokenSessions behind, SessionStore sessions, ApplicationDirectory applications, ServerUrl url,
    TimeProvider clock) : ITokenReader
{
    private readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false };

    public async ValueTask<IntrospectedSession?> FindAsync(string text, CancellationToken cancellation)
    {
        if (await ReadAsync(text, cancellation) is not var (token, principal)
            || await applications.FindEnabledAsync(token.GetClaim(Claims.ClientId).Value, cancellation)
                is not { } application)
        {
            return null;
        }

        if (await behind.FindAsync(principal, cancellation) is not { } session)
            return null;
        return new IntrospectedSession(
            DialectNames.OpenId, application.Id, application.ApiKey, session.AccountId, session.Login, UserId: null,
            session.DisplayName, Namespace: null, Role: null, principal.GetClaim(Claims.Scope) ?? "",
            Instant(token.IssuedAt), Instant(token.ValidTo), BoundTo: null)
        {
            TokenSubject = token.Subject,
            Audiences = [.. token.Audiences],
            SessionId = session.Id,
        };
    }

    public async ValueTask<bool> UseAsync(string text, CancellationToken cancellation)
    {
        if (await ReadAsync(text, cancellation) is not var (_, principal))
            return false;
        if (principal.GetAuthorizationId() is not { } session)
            return await behind.FindAsync(principal, cancellation) is not null;
        var check = await sessions.CheckAsync(DialectNames.OpenId, applicationId: null, session, cancellation);
        return check.Succeeded(out _, out _);
    }

    private async ValueTask<(JsonWebToken Token, ClaimsPrincipal Principal)?> ReadAsync(
        string text, CancellationToken cancellation)
    {
        // The texts of all dialects' sessions are shorter, and have no two dots.
        if (text.Length is < 100 or > 8000 || text.AsSpan().Count('.') != 2)
            return null;
        await keys.RefreshAsync(cancellation);
        var result = await _handler.ValidateTokenAsync(text, new TokenValidationParameters
        {
            IssuerSigningKeys = keys.Published,
            ValidAlgorithms = [SecurityAlgorithms.RsaSha256],
            ValidTypes = ["at+jwt"],
            ValidIssuer = url.Public + "/",
            ValidateIssuer = url.Public is not null,
            ValidateAudience = false,
            ValidateLifetime = false,
        });
        if (!result.IsValid || result.SecurityToken is not JsonWebToken token)
            return null;
        return Instant(token.ValidTo) > clock.GetUtcNow() ? (token, new ClaimsPrincipal(result.ClaimsIdentity)) : null;
    }

    private static DateTimeOffset Instant(DateTime utc) => new(utc, TimeSpan.Zero);
}
