using System.Net;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Primitives;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Hosting;
using TokenAuth.Kernel.Tokens;

namespace TokenAuth.Kernel.Pages;

/// <summary>
/// A page that applications send people to: signs them in, asks, and sends them back. A dialect says how its links read, what
/// handshake they make, and what old clients expect to see. The partial page <c>_ConsentPage</c> shows it.
/// </summary>
internal abstract class ConsentPage(ConsentDecisions decisions) : PageModel, IRepeatableForm
{
    public ConsentView? Consent { get; private set; }

    /// <summary>Whether the person's answer could not be taken, and is asked for once more.</summary>
    public bool IsRepeated { get; private set; }

    /// <summary>Shown in the place of the consent form: the link is not in order, or all is done.</summary>
    public Message? Message { get; private set; }

    public Task<IActionResult> OnGetAsync(CancellationToken cancellation) => WithLinkAsync(
        async (link, account) =>
        {
            if (await decisions.PassSilentlyAsync(link, Make(link, keeps: false), account, granted => Suffices(link, granted), cancellation) is { } token)
                return Leave(link, token);
            Consent = Shown(link, ConsentView.Of(link, Caller, OffersKeep));
            ViewData["Title"] = $"Allow {link.Application.Name}?";
            return Page();
        },
        cancellation);

    public Task<IActionResult> OnPostAsync(CancellationToken cancellation) => WithLinkAsync(
        async (link, account) =>
        {
            if (Allows(Request.Form["decision"]))
            {
                var keeps = OffersKeep && Request.Form.ContainsKey("keep");
                return await decisions.ConfirmAsync(link, Make(link, keeps), account, keeps, cancellation) is { } token
                    ? Leave(link, token)
                    : Refuse("This link was used already. Go back to the application.");
            }

            await decisions.DenyAsync(link, Make(link, keeps: false), account, cancellation);
            return LeaveDenied(link, new Message("Not allowed", $"{link.Application.Name} was not allowed to sign in as you.", "You may close this window."));
        },
        cancellation);

    /// <summary>All that the page knows is in its link, so it only asks again.</summary>
    public Task<IActionResult> RepeatAsync(CancellationToken cancellation)
    {
        IsRepeated = true;
        Response.StatusCode = StatusCodes.Status400BadRequest;
        return OnGetAsync(cancellation);
    }

    protected IPAddress Caller => HttpContext.CallerAddress;

    /// <summary>Who is in front of the page; null where that must be asked first.</summary>
    protected virtual long? Person => User.Uid;

    /// <summary>Where the sign-in page leads back to.</summary>
    protected virtual string AddressForLater => Request.Path + Request.QueryString;

    /// <summary>Whether the person may choose a session without end.</summary>
    protected virtual bool OffersKeep => false;

    /// <summary>The link, or why it is not in order.</summary>
    protected abstract Task<(ConsentLink? Link, string Problem)> ReadAsync(CancellationToken cancellation);

    /// <summary>The handshake for a link that brought none; what it allows counts for one that was brought, too.</summary>
    protected abstract NewHandshake Make(ConsentLink link, bool keeps);

    /// <summary>Whether a consent that was given before answers for the person.</summary>
    protected virtual bool Suffices(ConsentLink link, string granted) => true;

    protected virtual ConsentView Shown(ConsentLink link, ConsentView view) => view;

    /// <summary>The parameters with which the browser goes back to the application.</summary>
    protected virtual IReadOnlyList<(string Name, string Value)> Answers(ConsentLink link, string token) =>
        [(link.TokenName, token)];

    /// <param name="decision">What the form says, as often as it says it.</param>
    protected abstract bool Allows(StringValues decision);

    /// <summary>What a person reads whose browser goes nowhere afterwards.</summary>
    /// <param name="token">What the application can exchange now.</param>
    protected abstract Message Done(ConsentLink link, string token);

    protected abstract IActionResult LeaveDenied(ConsentLink link, Message message);

    protected PageResult Say(Message message)
    {
        ViewData["Title"] = message.Title;
        Message = message;
        return Page();
    }

    /// <summary>The link is read anew for every request: it is all that the page knows.</summary>
    private async Task<IActionResult> WithLinkAsync(Func<ConsentLink, long, Task<IActionResult>> next, CancellationToken cancellation)
    {
        var (link, problem) = await ReadAsync(cancellation);
        if (link is null)
            return Refuse(problem);
        if (link.Leads is not null)
            HttpContext.AllowAnyFormTarget();
        return Person is { } account ? await next(link, account) : Challenge(new AuthenticationProperties { RedirectUri = AddressForLater });
    }

    private IActionResult Leave(ConsentLink link, string token) =>
        link.CallbackWith(Answers(link, token)) is { } back ? Redirect(back) : Say(Done(link, token));

    private PageResult Refuse(string problem)
    {
        Response.StatusCode = StatusCodes.Status400BadRequest;
        return Say(new Message("This link does not work", problem));
    }
}
