using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Languages;

namespace TokenAuth.Kernel.Pages;

/// <summary>
/// The page that applications send people to. It has them sign in, asks for their consent, and sends them back. A
/// dialect only reads its links. The partial page <c>_Consent</c> shows it.
/// </summary>
internal abstract class ConsentPage(ConsentDecisions decisions) : PageModel, IRepeatableForm
{
    /// <summary>The link to ask the person about; null if <see cref="Message"/> is shown.</summary>
    public ConsentRequest? Question { get; private set; }

    /// <summary>The hash of the application's approved logo; null if it has none.</summary>
    public string? Logo { get; private set; }

    /// <summary>The time at which the person allowed the application before; null if they have not.</summary>
    public DateTimeOffset? AllowedBefore { get; private set; }

    /// <summary>Tells whether the person must answer again, because the answer could not be accepted.</summary>
    public bool IsRepeated { get; private set; }

    /// <summary>The message that replaces the consent form, if the link is invalid or the decision is done.</summary>
    public Message? Message { get; private set; }

    public Task<IActionResult> OnGetAsync(CancellationToken cancellation) => WithLinkAsync(
        async (link, account) =>
        {
            if (await decisions.PassSilentlyAsync(link, account, cancellation) is { } token)
                return Consented(link, token);
            if (Unasked(link) is { } answer)
                return answer;
            Question = link;
            Logo = await decisions.LogoAsync(link, cancellation);
            AllowedBefore = await decisions.AllowedBeforeAsync(link, account, cancellation);
            ViewData["Title"] = new Text("Allow {0}?", link.Application.Name);
            return Page();
        },
        cancellation);

    public Task<IActionResult> OnPostAsync(CancellationToken cancellation) => WithLinkAsync(
        async (link, account) =>
        {
            if (!link.Accepts(Request.Form["decision"]))
            {
                await decisions.DenyAsync(link, account, cancellation);
                return Denied(link);
            }

            var remembers = link.OffersRememberMe && Request.Form.ContainsKey("keep");
            return await decisions.ConfirmAsync(link, account, remembers, cancellation) is { } token
                ? Consented(link, token)
                : Refuse(new Text("This link was already used. Go back to the application."));
        },
        cancellation);

    /// <summary>Asks again. Nothing that the person typed is lost, because the link has all data.</summary>
    public Task<IActionResult> RepeatAsync(CancellationToken cancellation)
    {
        IsRepeated = true;
        Response.StatusCode = StatusCodes.Status400BadRequest;
        return OnGetAsync(cancellation);
    }

    /// <summary>Reads the link, or returns the problem with it.</summary>
    protected abstract Task<LinkReading> ReadAsync(CancellationToken cancellation);

    /// <summary>The message to show instead of a question, because the person has already answered.</summary>
    protected virtual Message? Answered => null;

    /// <summary>Sends the browser back after a consent.</summary>
    /// <param name="token">The text of the confirmed handshake.</param>
    protected virtual IActionResult Consented(ConsentRequest link, string token) =>
        Leave(link.AddressAfterConsent(token), link.Done);

    /// <summary>Sends the browser back after a denial.</summary>
    protected virtual IActionResult Denied(ConsentRequest link) => Leave(link.AddressAfterDenial, link.Denied);

    /// <summary>Returns the answer to a link that must not be asked about; null if it may be.</summary>
    protected virtual IActionResult? Unasked(ConsentRequest link) => null;

    /// <summary>Reads the link, signs the person in, and runs a function. Each request reads the link again.</summary>
    private async Task<IActionResult> WithLinkAsync(
        Func<ConsentRequest, long, Task<IActionResult>> next, CancellationToken cancellation)
    {
        if (Answered is { } message)
            return Show(message);
        var (link, problem) = await ReadAsync(cancellation);
        if (link is null)
            return Refuse(problem!);
        if (link.Callback is not null)
            HttpContext.AllowAnyFormTarget();
        return link.ForcedSignInReturn is null && User.Uid is { } account
            ? await next(link, account)
            : Challenge(new AuthenticationProperties { RedirectUri = link.ForcedSignInReturn });
    }

    private IActionResult Leave(string? address, Message message) =>
        address is not null ? Redirect(address) : Show(message);

    private PageResult Refuse(Text problem)
    {
        Response.StatusCode = StatusCodes.Status400BadRequest;
        return Show(new Message(new Text("This link does not work"), problem));
    }

    private PageResult Show(Message message)
    {
        ViewData["Title"] = message.Title;
        Message = message;
        return Page();
    }
}
