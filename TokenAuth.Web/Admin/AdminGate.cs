using Microsoft.AspNetCore.Authentication;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Pages;

namespace TokenAuth.Admin;

/// <summary>
/// Lets only administrators pass to <c>/admin</c>. For everybody else these addresses do not exist: the gate removes
/// what routing has found, so that the answer to every verb is that of any unknown address.
/// </summary>
internal sealed class AdminGate(RequestDelegate next, Administrators administrators)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (context.Request.Path.StartsWithSegments(AdminFeature.Path, StringComparison.OrdinalIgnoreCase))
        {
            if (await ProvedAtAsync(context) is { } provedAt)
            {
                context.Features.Set(new AdminAccess(provedAt));
            }
            else
            {
                context.SetEndpoint(null);
                context.Request.RouteValues.Clear();
            }
        }

        await next(context);
    }

    /// <summary>
    /// Returns when the administrator last proved who they are in this browser; null for everybody else.
    /// </summary>
    private async Task<DateTimeOffset?> ProvedAtAsync(HttpContext context)
    {
        var person = (await context.AuthenticateAsync()).Principal;
        return person is { Uid: { } uid, SessionId: { } session }
            ? await administrators.ProvedAtAsync(uid, session, context.RequestAborted)
            : null;
    }
}

/// <summary>Tells a page that the gate has let an administrator pass.</summary>
internal sealed record AdminAccess(DateTimeOffset ProvedAt);
