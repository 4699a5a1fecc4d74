using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Hosting;
using TokenAuth.Kernel.Pages;

namespace TokenAuth.Ipernity;

/// <summary>What the two authorize pages have in common: ask, allow, deny, and the markup that old clients read.</summary>
internal abstract class AuthorizePage(IpernityAuthorize authorize) : PageModel
{
    public ConsentView? Consent { get; private set; }

    /// <summary>Shown in the place of the consent form: the link is not in order, or all is done.</summary>
    public Message? Message { get; private set; }

    public string Title => Message?.Title ?? $"Allow {Consent!.ApplicationName}?";

    public Task<IActionResult> OnGetAsync(CancellationToken cancellation) => WithLinkAsync(
        async (call, link, account) =>
        {
            if (await authorize.PassSilentlyAsync(link, account, Caller, cancellation) is { } token)
                return Leave(link, token);
            Consent = ConsentView.Of(link.Application.Name, link.Leads, link.Started, HttpContext, offersKeep: false) with
            {
                Permissions = link.Asked.InWords(),
                FormName = "fa",
                Hidden = [.. call.Parameters.Select(parameter => KeyValuePair.Create(parameter.Name, parameter.Value))],
            };
            return Page();
        },
        cancellation);

    /// <summary>
    /// Old clients send the form's hidden inputs only, no button: that means yes, as it did with the original. The hidden
    /// inputs come from the link, which must not answer in the place of the person: a deny among other decisions is a deny.
    /// </summary>
    public Task<IActionResult> OnPostAsync(CancellationToken cancellation) => WithLinkAsync(
        async (_, link, account) =>
        {
            if (!Request.Form["decision"].Contains("deny", StringComparer.Ordinal))
                return await authorize.ConfirmAsync(link, account, Caller, cancellation) is { } token
                    ? Leave(link, token)
                    : Say(StatusCodes.Status400BadRequest, new Message("This link does not work", "This link was used already. Go back to the application."));
            await authorize.DenyAsync(link, cancellation);
            return link.Denied is { } back
                ? Redirect(back)
                : Say(StatusCodes.Status200OK, new Message("Not allowed", $"{link.Application.Name} was not allowed to sign in as you.", "You may close this window."));
        },
        cancellation);

    protected abstract Task<(AuthorizeLink? Link, string Problem)> ReadAsync(Call call, CancellationToken cancellation);

    private async Task<IActionResult> WithLinkAsync(Func<Call, AuthorizeLink, long, Task<IActionResult>> next, CancellationToken cancellation)
    {
        var call = Call.OfQuery(Request);
        var (link, problem) = await ReadAsync(call, cancellation);
        if (link is null)
            return Say(StatusCodes.Status400BadRequest, new Message("This link does not work", problem));
        if (link.Leads is not null)
            HttpContext.AllowAnyFormTarget();
        return User.Uid is { } account
            ? await next(call, link, account)
            : Challenge(new AuthenticationProperties { RedirectUri = Request.Path + Request.QueryString });
    }

    private System.Net.IPAddress Caller => Call.Plain(HttpContext.Connection.RemoteIpAddress);

    private IActionResult Leave(AuthorizeLink link, string token) => link.CallbackWith((link.TokenName, token)) is { } back
        ? Redirect(back)
        : Say(StatusCodes.Status200OK, new Message(
            "You are signed in", $"{link.Application.Name} can sign in as you now. You may close this window and return to the application.")
        { IsSuccess = true });

    private PageResult Say(int status, Message message)
    {
        Response.StatusCode = status;
        Message = message;
        return Page();
    }
}

/// <summary><c>/apps/authorize</c>.</summary>
internal sealed class AuthorizeModel(IpernityAuthorize authorize) : AuthorizePage(authorize)
{
    private readonly IpernityAuthorize _authorize = authorize;

    protected override Task<(AuthorizeLink? Link, string Problem)> ReadAsync(Call call, CancellationToken cancellation) => _authorize.ReadAsync(call, cancellation);
}

/// <summary><c>/apps/oauth/authorize</c>.</summary>
internal sealed class OAuthAuthorizeModel(IpernityAuthorize authorize) : AuthorizePage(authorize)
{
    private readonly IpernityAuthorize _authorize = authorize;

    protected override Task<(AuthorizeLink? Link, string Problem)> ReadAsync(Call call, CancellationToken cancellation) => _authorize.ReadRequestTokenAsync(call, cancellation);
}
