using System.Net;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Primitives;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Sessions;

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

    public Task<IActionResult> OnGetAsync(CancellationToken cancellation) => WithRequestAsync(
        async (link, account) =>
        {
            if (await decisions.PassSilentlyAsync(link, NewHandshake(link, keeps: false), account, granted => CoveredBy(link, granted), cancellation) is { } token)
                return Leave(link, token);
            Consent = View(link, ConsentView.Of(link, Caller, OffersRememberMe));
            ViewData["Title"] = $"Allow {link.Application.Name}?";
            return Page();
        },
        cancellation);

    public Task<IActionResult> OnPostAsync(CancellationToken cancellation) => WithRequestAsync(
        async (link, account) =>
        {
            if (Accepts(Request.Form["decision"]))
            {
                var keeps = OffersRememberMe && Request.Form.ContainsKey("keep");
                return await decisions.ConfirmAsync(link, NewHandshake(link, keeps), account, keeps, cancellation) is { } token
                    ? Leave(link, token)
                    : Refuse("This link was used already. Go back to the application.");
            }

            await decisions.DenyAsync(link, NewHandshake(link, keeps: false), account, cancellation);
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
    protected virtual string ReturnUrl => Request.Path + Request.QueryString;

    /// <summary>Whether the person may choose a session without end.</summary>
    protected virtual bool OffersRememberMe => false;

    /// <summary>The link, or why it is not in order.</summary>
    protected abstract Task<(ConsentRequest? Link, string Problem)> ReadAsync(CancellationToken cancellation);

    /// <summary>The handshake for a link that brought none; what it allows counts for one that was brought, too.</summary>
    protected abstract NewHandshake NewHandshake(ConsentRequest link, bool keeps);

    /// <summary>Whether a consent that was given before answers for the person.</summary>
    protected virtual bool CoveredBy(ConsentRequest link, string granted) => true;

    protected virtual ConsentView View(ConsentRequest link, ConsentView view) => view;

    /// <summary>The parameters with which the browser goes back to the application.</summary>
    protected virtual IReadOnlyList<(string Name, string Value)> Answers(ConsentRequest link, string token) =>
        [(link.TokenName, token)];

    /// <param name="decision">What the form says, as often as it says it.</param>
    protected abstract bool Accepts(StringValues decision);

    /// <summary>What a person reads whose browser goes nowhere afterwards.</summary>
    /// <param name="token">What the application can exchange now.</param>
    protected abstract Message Done(ConsentRequest link, string token);

    protected abstract IActionResult LeaveDenied(ConsentRequest link, Message message);

    protected PageResult Show(Message message)
    {
        ViewData["Title"] = message.Title;
        Message = message;
        return Page();
    }

    /// <summary>The link is read anew for every request: it is all that the page knows.</summary>
    private async Task<IActionResult> WithRequestAsync(Func<ConsentRequest, long, Task<IActionResult>> next, CancellationToken cancellation)
    {
        var (link, problem) = await ReadAsync(cancellation);
        if (link is null)
            return Refuse(problem);
        if (link.Callback is not null)
            HttpContext.AllowAnyFormTarget();
        return Person is { } account ? await next(link, account) : Challenge(new AuthenticationProperties { RedirectUri = ReturnUrl });
    }

    private IActionResult Leave(ConsentRequest link, string token) =>
        link.CallbackWith(Answers(link, token)) is { } back ? Redirect(back) : Show(Done(link, token));

    private PageResult Refuse(string problem)
    {
        Response.StatusCode = StatusCodes.Status400BadRequest;
        return Show(new Message("This link does not work", problem));
    }
}
