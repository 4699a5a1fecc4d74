using Microsoft.AspNetCore.Diagnostics;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Hosting;
using TokenAuth.Kernel.Tokens;

namespace TokenAuth.Introspection;

/// <summary>The standard doors: <c>/auth/verify</c> tells a reverse proxy who asks for a page.</summary>
internal static class IntrospectionFeature
{
    public static void MapIntrospection(this IEndpointRouteBuilder routes) => routes.MapGet("/auth/verify", VerifyAsync);

    /// <summary>204 with the person in <c>X-Auth-Login</c> and <c>X-Auth-Uid</c>, or 401.</summary>
    private static async Task<IResult> VerifyAsync(HttpContext context, IEnumerable<IPresentedSession> dialects)
    {
        context.Response.Headers.CacheControl = "no-store";
        var (login, uid) = (context.User.Login, context.User.Uid);
        var caller = Call.Plain(context.Connection.RemoteIpAddress);
        foreach (var dialect in dialects)
        {
            if (uid is null && await dialect.FindAsync(context.Request, caller, context.RequestAborted) is { AccountId: { } owner } session)
                (login, uid) = (session.Login, owner);
        }

        if (uid is null)
        {
            // Read by a program, which has a page of its own for people.
            if (context.Features.Get<IStatusCodePagesFeature>() is { } pages)
                pages.Enabled = false;
            return Results.StatusCode(StatusCodes.Status401Unauthorized);
        }

        context.Response.Headers["X-Auth-Login"] = login;
        context.Response.Headers["X-Auth-Uid"] = uid.ToString();
        return Results.NoContent();
    }
}
