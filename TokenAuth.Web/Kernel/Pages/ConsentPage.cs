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
/// The page that applications send people to. It has them sign in, asks for their consent, and sends them back. A
/// dialect reads its links, creates their handshakes, and adds what old clients expect. The partial page
/// <c>_ConsentPage</c> shows it.
/// </summary>
internal abstract class ConsentPage(ConsentDecisions decisions) : PageModel, IRepeatableForm
{
    /// <summary>The question to the person; null if <see cref="Message"/> is shown.</summary>
    public ConsentView? Consent { get; private set; }

    /// <summary>Tells whether the person must answer again, because the answer could not be accepted.</summary>
    public bool IsRepeated { get; private set; }

    /// <summary>The message that replaces the consent form, if the link is invalid or the decision is done.</summary>
    public Message? Message { get; private set; }

    public Task<IActionResult> OnGetAsync(CancellationToken cancellation) => WithRequestAsync(
        async (link, account) =>
        {
            var created = NewHandshake(link, keeps: false);
            var silent = await decisions.PassSilentlyAsync(
                link, created, account, granted => CoveredBy(link, granted), cancellation);
            if (silent is { } token)
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
                var created = NewHandshake(link, keeps);
                return await decisions.ConfirmAsync(link, created, account, keeps, cancellation) is { } token
                    ? Leave(link, token)
                    : Refuse("This link was used already. Go back to the application.");
            }

            await decisions.DenyAsync(link, NewHandshake(link, keeps: false), account, cancellation);
            return LeaveDenied(link, new Message(
                "Not allowed",
                $"{link.Application.Name} was not allowed to sign in as you.",
                "You may close this window."));
        },
        cancellation);

    /// <summary>Asks again. Nothing that the person typed is lost, because the link has all data.</summary>
    public Task<IActionResult> RepeatAsync(CancellationToken cancellation)
    {
        IsRepeated = true;
        Response.StatusCode = StatusCodes.Status400BadRequest;
        return OnGetAsync(cancellation);
    }

    protected IPAddress Caller => HttpContext.CallerAddress;

    /// <summary>The person's account; null if the person must sign in first.</summary>
    protected virtual long? Person => User.Uid;

    /// <summary>The path that the sign-in page redirects back to.</summary>
    protected virtual string ReturnUrl => Request.Path + Request.QueryString;

    /// <summary>Tells whether the person may choose a session without end.</summary>
    protected virtual bool OffersRememberMe => false;

    /// <summary>Reads the link, or returns the problem with it in words for the person.</summary>
    protected abstract Task<(ConsentRequest? Link, string Problem)> ReadAsync(CancellationToken cancellation);

    /// <summary>
    /// Creates the handshake for a link without one. Its permissions and its sliding also count for a handshake in the
    /// link.
    /// </summary>
    /// <param name="keeps">True if the person chose a session without end.</param>
    protected abstract NewHandshake NewHandshake(ConsentRequest link, bool keeps);

    /// <summary>Checks whether an earlier consent covers the link, so that the person need not be asked.</summary>
    protected virtual bool CoveredBy(ConsentRequest link, string granted) => true;

    /// <summary>Adds the dialect's details to the question.</summary>
    protected virtual ConsentView View(ConsentRequest link, ConsentView view) => view;

    /// <summary>Returns the parameters of the callback.</summary>
    protected virtual IReadOnlyList<(string Name, string Value)> Answers(ConsentRequest link, string token) =>
        [(link.TokenName, token)];

    /// <summary>Checks whether the person consents.</summary>
    /// <param name="decision">All values of the form's field <c>decision</c>.</param>
    protected abstract bool Accepts(StringValues decision);

    /// <summary>Returns the message after a consent to a link without a callback.</summary>
    /// <param name="token">The token that the application can exchange now.</param>
    protected abstract Message Done(ConsentRequest link, string token);

    /// <summary>Answers a refusal.</summary>
    /// <param name="message">The message for a person whose browser stays here.</param>
    protected abstract IActionResult LeaveDenied(ConsentRequest link, Message message);

    protected PageResult Show(Message message)
    {
        ViewData["Title"] = message.Title;
        Message = message;
        return Page();
    }

    /// <summary>Reads the link, signs the person in, and runs a function. Each request reads the link again.</summary>
    private async Task<IActionResult> WithRequestAsync(
        Func<ConsentRequest, long, Task<IActionResult>> next, CancellationToken cancellation)
    {
        var (link, problem) = await ReadAsync(cancellation);
        if (link is null)
            return Refuse(problem);
        if (link.Callback is not null)
            HttpContext.AllowAnyFormTarget();
        return Person is { } account
            ? await next(link, account)
            : Challenge(new AuthenticationProperties { RedirectUri = ReturnUrl });
    }

    private IActionResult Leave(ConsentRequest link, string token) =>
        link.CallbackWith(Answers(link, token)) is { } back ? Redirect(back) : Show(Done(link, token));

    private PageResult Refuse(string problem)
    {
        Response.StatusCode = StatusCodes.Status400BadRequest;
        return Show(new Message("This link does not work", problem));
    }
}
