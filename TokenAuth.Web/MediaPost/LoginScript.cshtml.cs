using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Hosting;
using TokenAuth.Kernel.Pages;

namespace TokenAuth.MediaPost;

/// <summary>
/// The login script that applications send people to. Flags (<c>skipcookie</c>, <c>hide_checkbox</c>) are on when they are
/// there, whatever they say; <c>v</c>, <c>popup</c> and <c>canvas</c> change nothing here.
/// </summary>
internal sealed class LoginScriptModel(MediaPostLogin login) : PageModel
{
    public ConsentView? Consent { get; private set; }

    /// <summary>Shown in the place of the consent form: the link is not in order, or all is done.</summary>
    public Message? Message { get; private set; }

    private bool OffersKeep => !Request.Query.ContainsKey("hide_checkbox");

    public Task<IActionResult> OnGetAsync(CancellationToken cancellation) => WithLinkAsync(
        async (link, account) =>
        {
            if (await login.PassSilentlyAsync(link, account, Caller, cancellation) is { } token)
                return Leave(link, token);
            Consent = ConsentView.Of(link.Application.Name, Leads(link), link.Started, HttpContext, OffersKeep);
            return Page();
        },
        cancellation);

    public Task<IActionResult> OnPostAsync(string? decision, string? keep, CancellationToken cancellation) => WithLinkAsync(
        async (link, account) =>
        {
            if (decision == "allow")
            {
                return await login.ConfirmAsync(link, account, OffersKeep && keep is not null, Caller, cancellation) is { } token
                    ? Leave(link, token)
                    : Say(StatusCodes.Status400BadRequest, "This link does not work", "This link was used already. Go back to the application.");
            }

            await login.DenyAsync(link, cancellation);
            Message = new Message("Not allowed", $"{link.Application.Name} was not allowed to sign in as you.", "You may close this window.")
            {
                Onward = link.Application.Callback is { } callback ? ($"Back to {new Uri(callback).Authority}", callback) : null,
            };
            return Page();
        },
        cancellation);

    /// <summary>The link is read anew for every request: it is all that the page knows.</summary>
    private async Task<IActionResult> WithLinkAsync(Func<LoginLink, long, Task<IActionResult>> next, CancellationToken cancellation)
    {
        var (link, problem) = await login.ReadAsync(Request.Query, cancellation);
        if (link is null)
            return Say(StatusCodes.Status400BadRequest, "This link does not work", problem);
        if (link.Application.Callback is not null)
            HttpContext.AllowAnyFormTarget();
        return User.Uid is { } account && !Request.Query.ContainsKey("skipcookie")
            ? await next(link, account)
            : Challenge(new AuthenticationProperties { RedirectUri = OwnAddressForLater() });
    }

    private System.Net.IPAddress Caller => Call.Plain(HttpContext.Connection.RemoteIpAddress);

    private IActionResult Leave(LoginLink link, string token) => Leads(link) is { } callback
        ? Redirect(CallbackAddress.With(callback, link.Next, ("auth_token", token)))
        : Say(
            StatusCodes.Status200OK, "You are signed in",
            $"You are signed in to {link.Application.Name}. You may close this window and return to the application.");

    private static string? Leads(LoginLink link) => link.Application.Kind == ApplicationKind.Web ? link.Application.Callback : null;

    /// <summary>The login form was asked for once; coming back from it, the link is used as it stands.</summary>
    private string OwnAddressForLater() => Request.Path + QueryString.Create(Request.Query.Where(parameter => parameter.Key != "skipcookie"));

    private PageResult Say(int status, string title, params IReadOnlyList<string> paragraphs)
    {
        Response.StatusCode = status;
        Message = new Message(title, paragraphs);
        return Page();
    }
}
