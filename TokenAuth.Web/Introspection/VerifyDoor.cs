using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Hosting;
using TokenAuth.Kernel.Tokens;

namespace TokenAuth.Introspection;

/// <summary>
/// <c>GET /auth/verify</c>: 204 with <c>X-Auth-Login</c> and <c>X-Auth-Uid</c>, or 401; 403 for a user who is banned. Looks for a session in
/// the Authorization header (<c>Bearer</c>), in the dialects' cookies, and in the browser's sign-in, in this order.
/// </summary>
internal sealed class VerifyDoor(IEnumerable<IPresentedSession> dialects, SessionInspection sessions)
{
    private const string Scheme = "Bearer ";

    public async Task<IResult> HandleAsync(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        context.AnswerWithoutPage();
        var caller = Call.Plain(context.Connection.RemoteIpAddress);
        if (context.Request.Headers.Authorization.ToString() is { } header && header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            var found = await sessions.FindAsync(header[Scheme.Length..].Trim(), context.RequestAborted);
            return found?.IsGoodFrom(caller) == true ? Known(context, found) : Results.StatusCode(StatusCodes.Status401Unauthorized);
        }

        foreach (var dialect in dialects)
        {
            if (await dialect.FindAsync(context.Request, caller, context.RequestAborted) is { AccountId: { } owner } session)
                return Person(context, session.Login, owner);
        }

        return context.User.Uid is { } uid ? Person(context, context.User.Login, uid) : Results.StatusCode(StatusCodes.Status401Unauthorized);
    }

    /// <summary>An application's user has the namespace before the name, so that nobody can be taken for the account of that name.</summary>
    private static IResult Known(HttpContext context, InspectedSession session)
    {
        if (session.AccountId is { } account)
            return Person(context, session.Login!, account);
        if (session.Role == UserRole.Banned)
            return Results.StatusCode(StatusCodes.Status403Forbidden);
        context.Response.Headers["X-Auth-Login"] = $"{Uri.EscapeDataString(session.Namespace ?? "")}:{Uri.EscapeDataString(session.UserId ?? "")}";
        context.Response.Headers["X-Auth-Role"] = session.Role?.ToString().ToLowerInvariant();
        return Results.NoContent();
    }

    private static IResult Person(HttpContext context, string login, long uid)
    {
        context.Response.Headers["X-Auth-Login"] = login;
        context.Response.Headers["X-Auth-Uid"] = uid.ToString();
        return Results.NoContent();
    }
}
