using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore;
using OpenIddict.Abstractions;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Sessions;
using TokenAuth.Kernel.Telemetry;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace TokenAuth.OpenId;

/// <summary>
/// Exchanges tokens (RFC 8693): the session of a dialect for an access token, and an access token for one of another
/// audience or for a dialect's session. Source: docs/openid.md, "Token exchange".
/// </summary>
internal sealed class TokenExchange(
    ApplicationDirectory applications, SessionStore sessions, TokenSessions behind, PersonClaims claims,
    IEnumerable<ISessionIssuer> issuers, TimeProvider clock)
{
    /// <summary>The beginning of the types of tokens that only this server has.</summary>
    public const string TypePrefix = "urn:tokenauth:token-type:";

    /// <summary>The type of a session of any dialect.</summary>
    public const string AnySession = TypePrefix + "session";

    /// <summary>The claim with the number of the session that an access token was exchanged for.</summary>
    public const string SessionClaim = "tokenauth_session";

    /// <summary>The maximum lifetime of an access token.</summary>
    public static readonly TimeSpan MaxLifetime = TimeSpan.FromMinutes(5);

    /// <summary>The claim with the application that exchanged the token, and those before it.</summary>
    public const string ActorClaim = "act";

    private const string NoAudience = "The application may not ask for this audience.";

    /// <summary>Returns the principal of a dialect's session; null if it may not be exchanged.</summary>
    public static ClaimsPrincipal PrincipalOf(IntrospectedSession session, string type, IEnumerable<string> scopes)
    {
        var principal = new ClaimsPrincipal(new ClaimsIdentity("TokenAuth"));
        principal.SetTokenType(type);
        principal.SetClaim(Claims.Subject, session.Subject);
        principal.SetClaim(SessionClaim, session.SessionId!.Value);
        principal.SetScopes(scopes);
        if (session.ExpiresAt is { } end)
            principal.SetExpirationDate(end);
        return principal;
    }

    /// <summary>Checks whether an application may exchange a session of another one.</summary>
    public static bool MayExchange(Application application, IntrospectedSession session) =>
        application.ExchangesFrom is [] || application.ExchangesFrom.Contains(session.ApiKey, StringComparer.Ordinal);

    public async Task AnswerAsync(HttpContext context, Application application, ClaimsPrincipal subject)
    {
        var request = context.GetOpenIddictServerRequest()!;
        string[] audiences = [.. request.GetAudiences()];
        if (audiences.Length == 0)
            audiences = [.. application.Audiences.Where(audience => !IsDialect(audience, out _, out _))];
        if (audiences.Length == 0 || audiences.Except(application.Audiences, StringComparer.Ordinal).Any())
        {
            await TokenGrants.RefuseAsync(context, Errors.InvalidTarget, NoAudience);
            return;
        }

        var granted = subject.GetScopes().Where(scope => scope != Scopes.OfflineAccess).ToArray();
        string[] asked = request.GetScopes() is { Length: > 0 } named ? [.. named] : granted;
        if (asked.Except(granted, StringComparer.Ordinal).Any())
            await TokenGrants.RefuseAsync(context, Errors.InvalidScope, "The subject token does not have this scope.");
        else if (audiences is [var one] && IsDialect(one, out var issuer, out var key))
            await IssueSessionAsync(context, subject, asked, issuer, key);
        else if (audiences.Any(audience => IsDialect(audience, out _, out _)))
            await TokenGrants.RefuseAsync(context, Errors.InvalidTarget, "A dialect is the only audience of a token.");
        else
            await IssueTokenAsync(context, application, subject, asked, audiences);
    }

    private async Task IssueTokenAsync(
        HttpContext context, Application application, ClaimsPrincipal subject, string[] asked, string[] audiences)
    {
        // Clients take expires_in=0 for a token without an end.
        var left = subject.GetExpirationDate() - clock.GetUtcNow();
        if (left < TimeSpan.FromSeconds(1))
        {
            await TokenGrants.RefuseAsync(context, Errors.InvalidGrant, "The subject token has expired.");
            return;
        }

        var principal = new ClaimsPrincipal(new ClaimsIdentity("TokenAuth"));
        var owner = (await behind.FindAsync(subject, context.RequestAborted))?.AccountId;
        principal.SetClaim(
            Claims.Subject,
            owner is { } account ? claims.SubjectOf(application, account) : subject.GetClaim(Claims.Subject));
        principal.SetClaim(SessionClaim, subject.GetClaim(SessionClaim));
        if (subject.GetAuthorizationId() is { } session)
            principal.SetAuthorizationId(session);
        principal.SetScopes(asked);
        principal.SetResources(audiences);
        principal.Identities.First().AddClaim(
            new Claim(ActorClaim, ActorOf(application, subject.GetClaim(ActorClaim)), "JSON"));
        principal.SetAccessTokenLifetime(left < MaxLifetime ? left : MaxLifetime);
        await TokenGrants.SignInAsync(context, principal);
    }

    /// <summary>Issues a dialect's session of another application, for the person of an access token.</summary>
    private async Task IssueSessionAsync(
        HttpContext context, ClaimsPrincipal subject, string[] asked, ISessionIssuer issuer, string apiKey)
    {
        var cancellation = context.RequestAborted;
        var check = subject.GetAuthorizationId() is { } text
            ? await sessions.CheckAsync(DialectNames.OpenId, applicationId: null, text, cancellation)
            : Kernel.Faults.FaultKind.SessionUnusable;
        if (!check.Succeeded(out var session, out _) || session.AccountId is not { } account)
        {
            await TokenGrants.RefuseAsync(
                context, Errors.InvalidGrant, "Only the access token of a person's own sign-in becomes a session.");
            return;
        }

        if (await applications.FindEnabledAsync(apiKey, cancellation)
            is not { Kind: not ApplicationKind.Service } target)
        {
            await TokenGrants.RefuseAsync(context, Errors.InvalidTarget, NoAudience);
            return;
        }

        var issued = await issuer.IssueAsync(
            new SessionRequest(target.Id, account, session.Id, asked, context.CallerAddress), cancellation);
        if (issued is null)
        {
            await TokenGrants.RefuseAsync(context, Errors.InvalidGrant, "The session has ended.");
            return;
        }

        await context.Response.WriteAsJsonAsync(
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["access_token"] = issued,
                ["issued_token_type"] = TypePrefix + issuer.Dialect,
                ["token_type"] = "N_A",
                ["scope"] = ScopeCatalogue.Stored(asked),
            },
            cancellation);
    }

    /// <summary>Reads an audience such as <c>ipernity:APIKEY</c>, which stands for a session of it.</summary>
    private bool IsDialect(string audience, out ISessionIssuer issuer, out string apiKey)
    {
        var parts = audience.Split(':', 2);
        issuer = issuers.FirstOrDefault(one => parts.Length == 2 && one.Dialect == parts[0])!;
        apiKey = parts[^1];
        return issuer is not null;
    }

    /// <summary>Returns the claim <c>act</c>: the application, and who acted before it.</summary>
    private static string ActorOf(Application application, string? before) => before is null
        ? JsonSerializer.Serialize(new { sub = application.ApiKey })
        : JsonSerializer.Serialize(
            new { sub = application.ApiKey, act = JsonSerializer.Deserialize<JsonElement>(before) });
}
