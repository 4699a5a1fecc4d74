using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.HttpResults;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Pages;
using TokenAuth.Kernel.Sessions;

namespace TokenAuth.Introspection;

/// <summary>
/// <c>GET /auth/verify</c>. Answers 204 with <c>X-Auth-Login</c> and <c>X-Auth-Uid</c> (or <c>X-Auth-Role</c>); 401
/// without a valid session; 403 for a banned user; 503 if the store is unreachable. No answer has a body. The first
/// valid session counts: of the Authorization header (<c>Bearer</c>), then of the dialects' cookies, then the browser's
/// sign-in. Invalid and foreign credentials are skipped. Source: docs/introspection.md, "GET /auth/verify".
/// </summary>
internal sealed class VerifyEndpoint(
    IEnumerable<ISessionCookie> dialects,
    SessionIntrospection inspection,
    IEnumerable<ITokenReader> tokens,
    SessionStore sessions) : IDialectEndpoint
{
    private const string Scheme = "Bearer ";

    /// <summary>
    /// The maximum number of credentials to look up. A client sends one, and a proxy may add its own.
    /// </summary>
    private const int MaxBearers = 8;

    /// <summary>
    /// The maximum length of the <c>Location</c>. Proxies reject long headers: nginx at 4 KiB of headers.
    /// </summary>
    private const int MaxSignInUrlLength = 2000;

    public string Dialect => IntrospectionFeature.Dialect;

    public bool AnswersInMaintenance => true;

    public async ValueTask<Outcome<IResult>> AnswerAsync(Call call, CancellationToken cancellation) =>
        await OfBearerAsync(call, cancellation)
        ?? await OfCookiesAsync(call, cancellation)
        ?? await OfBrowserAsync(call)
        ?? Unauthorized(call);

    public IResult Refuse(Call call, Fault fault) => TypedResults.StatusCode(fault.Kind switch
    {
        FaultKind.Unavailable => StatusCodes.Status503ServiceUnavailable,
        FaultKind.Internal => StatusCodes.Status500InternalServerError,
        _ => StatusCodes.Status400BadRequest,
    });

    private async ValueTask<StatusCodeHttpResult?> OfBearerAsync(Call call, CancellationToken cancellation)
    {
        // Some proxies join several headers with commas.
        var header = call.Request.Headers.Authorization.ToString();
        var credentials = header.Split(',', StringSplitOptions.TrimEntries)
            .Where(credential => credential.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase));
        foreach (var credential in credentials.Take(MaxBearers))
        {
            var text = credential[Scheme.Length..].Trim();
            var found = await inspection.FindAsync(text, cancellation);
            if (found is null && await OfTokenAsync(call, text, cancellation) is { } ofToken)
                return ofToken;
            if (found?.IsGoodFrom(call.Address) != true)
                continue;
            if (found.Role == UserRole.Banned)
                return TypedResults.StatusCode(StatusCodes.Status403Forbidden);
            // docs/introspection.md, "GET /auth/verify": a request that is let through extends the session.
            var used = await sessions.CheckAsync(found.Dialect, found.ApplicationId, text, cancellation);
            if (used.Succeeded(out _, out _))
                return Verified(call, found.Name, found.AccountId, found.Role);
        }

        return null;
    }

    /// <summary>
    /// Checks an access token. One that belongs to no account, but to an application, is skipped, as is one for none of
    /// the audiences that the proxy names.
    /// </summary>
    private async ValueTask<StatusCodeHttpResult?> OfTokenAsync(
        Call call, string text, CancellationToken cancellation)
    {
        var audiences = call.Request.Query["audience"];
        foreach (var reader in tokens)
        {
            if (await reader.FindAsync(text, cancellation) is { AccountId: not null } found
                && (audiences.Count == 0 || found.Audiences.Intersect(audiences, StringComparer.Ordinal).Any())
                && await reader.UseAsync(text, cancellation))
                return Verified(call, found.Name, found.AccountId);
        }

        return null;
    }

    private async ValueTask<StatusCodeHttpResult?> OfCookiesAsync(Call call, CancellationToken cancellation)
    {
        foreach (var dialect in dialects)
        {
            var session = await dialect.FindAsync(call.Request, call.Address, cancellation);
            if (session is { AccountId: { } owner })
                return Verified(call, session.Login, owner);
        }

        return null;
    }

    /// <summary>Reads the browser's sign-in, which the middleware for pages has not read for endpoints.</summary>
    private static async ValueTask<StatusCodeHttpResult?> OfBrowserAsync(Call call)
    {
        var signIn = await call.Request.HttpContext.AuthenticateAsync();
        return signIn.Principal is { Uid: { } uid } person ? Verified(call, person.Login, uid) : null;
    }

    private static StatusCodeHttpResult Verified(Call call, string name, long? uid, UserRole? role = null)
    {
        var headers = call.Response.Headers;
        headers["X-Auth-Login"] = name;
        headers["X-Auth-Uid"] = uid?.ToString();
        headers["X-Auth-Role"] = role?.ToString().ToLowerInvariant();
        return TypedResults.StatusCode(StatusCodes.Status204NoContent);
    }

    /// <summary>
    /// Answers 401. If a browser requests a page, <c>Location</c> is the sign-in page that leads back.
    /// </summary>
    private static StatusCodeHttpResult Unauthorized(Call call)
    {
        var headers = call.Request.Headers;
        var isForPage = headers["X-Forwarded-Method"].ToString() is "" or "GET" or "HEAD"
            && headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);
        if (isForPage)
            call.Response.Headers.Location = SignIn(headers["X-Forwarded-Uri"].ToString());
        return TypedResults.StatusCode(StatusCodes.Status401Unauthorized);
    }

    private static string SignIn(string page)
    {
        var link = PageServices.SignInPath + QueryString.Create("return", page).ToUriComponent();
        return RedirectHttpResult.IsLocalUrl(page) && link.Length <= MaxSignInUrlLength
            ? link
            : PageServices.SignInPath;
    }
}
