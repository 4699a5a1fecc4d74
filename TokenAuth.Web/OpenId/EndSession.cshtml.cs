using System.Security.Claims;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using OpenIddict.Abstractions;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Languages;
using TokenAuth.Kernel.Pages;

namespace TokenAuth.OpenId;

/// <summary>
/// <c>/connect/logout</c>: an application asks the person to sign out here as well. It ends the session of the
/// application's identity token and the browser's, and sends the browser back.
/// </summary>
[OpenIdPage]
internal sealed class EndSessionModel(
    BrowserSignIn browser, TokenStore tokens, ApplicationDirectory applications, Texts texts) : PageModel
{
    /// <summary>The name of the application that asks; null if it does not say who it is.</summary>
    public string? Application { get; private set; }

    /// <summary>The application's request as fields of the form.</summary>
    public IEnumerable<(string Name, string Value)> Fields =>
        from sent in Request.Query
        from value in sent.Value
        select (sent.Key, value ?? "");

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellation)
    {
        if (Refused() is { } refusal)
            return refusal;
        HttpContext.AllowAnyFormTarget();
        var hint = (await HttpContext.AuthenticateAsync(OpenIdServer.Scheme)).Principal;
        if (User.Uid is null)
            return await LeaveAsync(hint, cancellation);
        ViewData["Title"] = texts["Sign out?"].Value;
        var client = HttpContext.GetOpenIddictServerRequest()!.ClientId ?? hint?.GetPresenters().FirstOrDefault();
        Application = client is null ? null : (await applications.FindEnabledAsync(client, cancellation))?.Name;
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        if (Refused() is { } refusal)
            return refusal;
        HttpContext.AllowAnyFormTarget();
        var hint = (await HttpContext.AuthenticateAsync(OpenIdServer.Scheme)).Principal;
        await browser.SignOutAsync(HttpContext);
        return await LeaveAsync(hint, cancellation);
    }

    /// <summary>Ends the session of the identity token, and sends the browser back.</summary>
    private async Task<IActionResult> LeaveAsync(ClaimsPrincipal? hint, CancellationToken cancellation)
    {
        if (hint?.GetAuthorizationId() is { } session)
            await tokens.RevokeByAuthorizationIdAsync(session, cancellation);
        return SignOut(new AuthenticationProperties { RedirectUri = "/signout" }, OpenIdServer.Scheme);
    }

    /// <summary>Returns the error page if OpenIddict has refused the request.</summary>
    private StatusCodeResult? Refused()
    {
        if (HttpContext.GetOpenIddictServerResponse() is not { Error: not null } refused)
            return null;
        HttpContext.Features.Set(new Message(new Text("This link does not work"), OpenIdServer.Problem(refused)));
        return new StatusCodeResult(StatusCodes.Status400BadRequest);
    }
}
