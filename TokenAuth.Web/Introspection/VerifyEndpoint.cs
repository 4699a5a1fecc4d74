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
    DialectPipeline pipeline,
    IEnumerable<ISessionCookie> dialects,
    SessionIntrospection inspection,
    SessionStore sessions)
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

    public Task<IResult> HandleAsync(HttpContext context) => pipeline.RunAsync(
        IntrospectionFeature.Dialect, context,
        async call => Outcome<IResult>.Of(
            await OfBearerAsync(context, call) ?? await OfCookiesAsync(context, call) ?? await OfBrowserAsync(context)
                ?? Unauthorized(context)),
        (_, fault) => Results.StatusCode(fault.Kind switch
        {
            FaultKind.Unavailable => StatusCodes.Status503ServiceUnavailable,
            FaultKind.Internal => StatusCodes.Status500InternalServerError,
            _ => StatusCodes.Status400BadRequest,
        }),
        answersInMaintenance: true);

    private async Task<IResult?> OfBearerAsync(HttpContext context, Call call)
    {
        // Some proxies join several headers with commas.
        var header = context.Request.Headers.Authorization.ToString();
        var credentials = header.Split(',', StringSplitOptions.TrimEntries)
            .Where(credential => credential.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase));
        foreach (var credential in credentials.Take(MaxBearers))
        {
            var text = credential[Scheme.Length..].Trim();
            var found = await inspection.FindAsync(text, context.RequestAborted);
            if (found?.IsGoodFrom(call.Address) != true)
                continue;
            if (found.Role == UserRole.Banned)
                return Results.StatusCode(StatusCodes.Status403Forbidden);
            // docs/introspection.md, "GET /auth/verify": a request that is let through extends the session.
            var used = await sessions.CheckAsync(found.Dialect, found.ApplicationId, text, context.RequestAborted);
            if (used.Succeeded(out _, out _))
                return Verified(context, found.Name, found.AccountId, found.Role);
        }

        return null;
    }

    private async Task<IResult?> OfCookiesAsync(HttpContext context, Call call)
    {
        foreach (var dialect in dialects)
        {
            var session = await dialect.FindAsync(context.Request, call.Address, context.RequestAborted);
            if (session is { AccountId: { } owner })
                return Verified(context, session.Login, owner);
        }

        return null;
    }

    /// <summary>Reads the browser's sign-in, which the middleware for pages has not read for endpoints.</summary>
    private static async Task<IResult?> OfBrowserAsync(HttpContext context)
    {
        var signIn = await context.AuthenticateAsync();
        return signIn.Principal is { Uid: { } uid } person ? Verified(context, person.Login, uid) : null;
    }

    private static NoContent Verified(HttpContext context, string name, long? uid, UserRole? role = null)
    {
        var headers = context.Response.Headers;
        headers["X-Auth-Login"] = name;
        headers["X-Auth-Uid"] = uid?.ToString();
        headers["X-Auth-Role"] = role?.ToString().ToLowerInvariant();
        return TypedResults.NoContent();
    }

    /// <summary>
    /// Answers 401. If a browser requests a page, <c>Location</c> is the sign-in page that leads back.
    /// </summary>
    private static IResult Unauthorized(HttpContext context)
    {
        var headers = context.Request.Headers;
        var isForPage = headers["X-Forwarded-Method"].ToString() is "" or "GET" or "HEAD"
            && headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);
        if (isForPage)
            context.Response.Headers.Location = SignIn(headers["X-Forwarded-Uri"].ToString());
        return Results.StatusCode(StatusCodes.Status401Unauthorized);
    }

    private static string SignIn(string page)
    {
        var link = PageServices.SignInPath + QueryString.Create("return", page).ToUriComponent();
        return RedirectHttpResult.IsLocalUrl(page) && link.Length <= MaxSignInUrlLength
            ? link
            : PageServices.SignInPath;
    }
}
