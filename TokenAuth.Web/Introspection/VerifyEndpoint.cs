using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.HttpResults;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Pages;
using TokenAuth.Kernel.Sessions;

namespace TokenAuth.Introspection;

/// <summary>
/// <c>GET /auth/verify</c>: 204 with <c>X-Auth-Login</c> and <c>X-Auth-Uid</c> (or <c>X-Auth-Role</c>), or 401; 403 for a
/// user who is banned; 503 while the store is out of reach. It looks for a session in the Authorization header
/// (<c>Bearer</c>), in the dialects' cookies, and in the browser's sign-in, in this order. The first good one counts; what
/// is not good, or not ours, is passed over. No answer has a body.
/// </summary>
internal sealed class VerifyEndpoint(
    DialectPipeline boundary, IEnumerable<ISessionCookie> dialects, SessionIntrospection inspection, SessionStore sessions)
{
    private const string Scheme = "Bearer ";

    /// <summary>Each one is looked up; a client has one, and a proxy may add its own.</summary>
    private const int MaxBearers = 8;

    /// <summary>Proxies give up on headers that are much longer: nginx on 4 KiB of them.</summary>
    private const int MaxSignInUrlLength = 2000;

    public Task<IResult> HandleAsync(HttpContext context) => boundary.RunAsync(
        IntrospectionFeature.Dialect, context,
        async call => Outcome<IResult>.Of(
            await OfBearerAsync(context, call) ?? await OfCookiesAsync(context, call) ?? await OfBrowserAsync(context)
                ?? Nobody(context)),
        (_, fault) => Results.StatusCode(fault.Kind switch
        {
            FaultKind.Unavailable => StatusCodes.Status503ServiceUnavailable,
            FaultKind.Internal => StatusCodes.Status500InternalServerError,
            _ => StatusCodes.Status400BadRequest,
        }),
        answersInMaintenance: true);

    private async Task<IResult?> OfBearerAsync(HttpContext context, Call call)
    {
        // Of several headers, some proxies make one with commas.
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
            // A request that is let through uses the session.
            var used = await sessions.CheckAsync(found.Dialect, found.ApplicationId, text, context.RequestAborted);
            if (used.Succeeded(out _, out _))
                return Known(context, found.Name, found.AccountId, found.Role);
        }

        return null;
    }

    private async Task<IResult?> OfCookiesAsync(HttpContext context, Call call)
    {
        foreach (var dialect in dialects)
        {
            var session = await dialect.FindAsync(context.Request, call.Address, context.RequestAborted);
            if (session is { AccountId: { } owner })
                return Known(context, session.Login, owner);
        }

        return null;
    }

    /// <summary>Doors go past what reads the sign-in for pages, so it is read here, where it is needed.</summary>
    private static async Task<IResult?> OfBrowserAsync(HttpContext context)
    {
        var signIn = await context.AuthenticateAsync();
        return signIn.Principal is { Uid: { } uid } person ? Known(context, person.Login, uid) : null;
    }

    private static NoContent Known(HttpContext context, string name, long? uid, UserRole? role = null)
    {
        var headers = context.Response.Headers;
        headers["X-Auth-Login"] = name;
        headers["X-Auth-Uid"] = uid?.ToString();
        headers["X-Auth-Role"] = role?.ToString().ToLowerInvariant();
        return TypedResults.NoContent();
    }

    /// <summary>Where a browser asks for a page, <c>Location</c> says where its person may sign in and come back from.</summary>
    private static IResult Nobody(HttpContext context)
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
        return RedirectHttpResult.IsLocalUrl(page) && link.Length <= MaxSignInUrlLength ? link : PageServices.SignInPath;
    }
}
