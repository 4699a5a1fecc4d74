using Microsoft.AspNetCore.Authentication;
using OpenIddict.Abstractions;
using TokenAuth.Kernel.Sessions;
using TokenAuth.Kernel.Telemetry;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace TokenAuth.OpenId;

/// <summary>Answers <c>/connect/userinfo</c> after OpenIddict has checked the access token.</summary>
internal sealed class UserInfo(SessionStore sessions, PersonClaims claims)
{
    private static readonly string[] Shown =
    [
        Claims.Name, Claims.PreferredUsername, Claims.Locale, Claims.Zoneinfo, Claims.Email,
    ];

    public async Task AnswerAsync(HttpContext context)
    {
        var token = (await context.AuthenticateAsync(OpenIdServer.Scheme)).Principal;
        var check = token?.GetAuthorizationId() is { } text
            ? await sessions.CheckAsync(DialectNames.OpenId, applicationId: null, text, context.RequestAborted)
            : Kernel.Faults.FaultKind.SessionUnusable;
        if (!check.Succeeded(out var session, out _) || token?.HasScope(Scopes.OpenId) != true)
        {
            await context.ForbidAsync(
                OpenIdServer.Scheme,
                OpenIdServer.Refusal(
                    check.Succeeded(out _, out _) ? Errors.InsufficientScope : Errors.InvalidToken,
                    "The access token has no person, or its session has ended."));
            return;
        }

        await claims.DescribeAsync(token, session.AccountId!.Value, token.GetScopes(), context.RequestAborted);
        var answer = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            [Claims.Subject] = token.GetClaim(Claims.Subject)!,
        };
        foreach (var name in Shown)
        {
            if (token.GetClaim(name) is { } value)
                answer[name] = value;
        }

        if (token.GetClaim(Claims.EmailVerified) is { } verified)
            answer[Claims.EmailVerified] = bool.Parse(verified);
        await context.Response.WriteAsJsonAsync(answer, context.RequestAborted);
    }
}
