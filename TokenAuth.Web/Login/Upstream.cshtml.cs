using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Accounts.Factors;
using TokenAuth.Kernel.Accounts.Identities;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Languages;
using TokenAuth.Kernel.Limits;
using TokenAuth.Kernel.Pages;
using TokenAuth.Kernel.Pages.Upstream;
using TokenAuth.Kernel.Telemetry;

namespace TokenAuth.Login;

/// <summary>
/// <c>/signin/upstream</c>: sends people to the upstream provider (POST), and takes them back (GET). An account with a
/// second factor still asks for it; an unknown identity leads to <c>/signin/link</c>.
/// </summary>
internal sealed class UpstreamModel(
    UpstreamSignIn upstream, AccountIdentities identities, PendingIdentity unlinked, PendingSignIn pending,
    BrowserSignIn browser, SecondFactorCheck factors, FreshProof proof, DeviceCookies devices, SecurityLog events,
    Texts texts, TokenAuthOptions options) : PageModel, IRepeatableForm
{
    private const string SecurityPath = "/account/security";

    [BindProperty]
    [FromForm]
    public UpstreamPurpose Purpose { get; set; }

    [BindProperty]
    [FromForm]
    public string? Return { get; set; }

    [BindProperty]
    [FromForm]
    public string? Again { get; set; }

    public bool IsAgain => Again is not null;

    public string Provider => options.Upstream.Name ?? "";

    public string? Problem { get; private set; }

    public string BackLink => Purpose == UpstreamPurpose.SignIn
        ? PageServices.SignInLink(PageServices.SignInPath, Return, IsAgain)
        : ReturnPath.Of(Return) ?? LoginFeature.AccountPath;

    public async Task<IActionResult> OnPostAsync()
    {
        if (!options.Upstream.IsOn)
            return NotFound();
        if (Purpose != UpstreamPurpose.SignIn && User.Uid is null)
            return Challenge();
        return await upstream.BeginAsync(HttpContext, Purpose, Return, IsAgain) is { } problem
            ? Show(problem) : new EmptyResult();
    }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellation)
    {
        HttpContext.HideAddress();
        if (!options.Upstream.IsOn)
            return NotFound();
        if (!Request.Query.ContainsKey("state"))
            return LocalRedirect(PageServices.SignInPath);
        var answer = await upstream.FinishAsync(HttpContext);
        if (answer is not { Flow: { } flow, Identity: { } identity })
            return Show(answer);
        (Purpose, Return, Again) = (flow.Purpose, flow.Return, flow.IsAgain ? "1" : null);
        var account = await identities.FindAsync(identity.Issuer, identity.Subject, cancellation);
        return flow.Purpose switch
        {
            UpstreamPurpose.Prove => await ProveAsync(account, cancellation),
            UpstreamPurpose.Link when account is not null => Linked(account),
            _ when account is null => Unknown(identity, flow),
            _ => await SignInAsync(account, identity, cancellation),
        };
    }

    /// <summary>Handles a form whose antiforgery token is no longer valid.</summary>
    public Task<IActionResult> RepeatAsync(CancellationToken cancellation)
    {
        Response.StatusCode = StatusCodes.Status400BadRequest;
        HttpContext.AllowAnyFormTarget();
        Problem = texts["This form was open for too long. Try again."];
        return Task.FromResult<IActionResult>(options.Upstream.IsOn ? Page() : NotFound());
    }

    private async Task<IActionResult> SignInAsync(
        FoundAccount account, UpstreamIdentity identity, CancellationToken cancellation)
    {
        var caller = new SignInCaller(HttpContext.CallerAddress, DialectNames.Browser, devices.Read(HttpContext));
        if (!account.MayUsePages)
        {
            events.Add(caller.Failed(account.Id, account.StateName));
            return Show(
                StatusCodes.Status403Forbidden,
                texts["This account is closed. Contact the people who run this service."]);
        }

        await identities.UsedAsync(identity.Issuer, identity.Subject, cancellation);
        var provedAt = upstream.ProvedAt(identity, isAsked: IsAgain);
        if (account.HasSecondFactor)
        {
            pending.Begin(HttpContext, account, provedAt);
            return LocalRedirect(PageServices.SignInLink(VerifyModel.Path, Return, IsAgain));
        }

        await browser.SignInAsync(
            HttpContext, account.Id, account.Stamp, upstream: new UpstreamProof(Provider, provedAt));
        await factors.SucceededAsync(account, caller, cancellation);
        PendingSignIn.End(HttpContext);
        return LocalRedirect(ReturnPath.Of(Return) ?? LoginFeature.AccountPath);
    }

    private async Task<IActionResult> ProveAsync(FoundAccount? account, CancellationToken cancellation)
    {
        if (account is null || account.Id != User.Uid)
        {
            return Show(
                StatusCodes.Status400BadRequest,
                texts["At {0}, you signed in with an account that is not linked to yours here.", Provider]);
        }

        await proof.RecordAsync(User, cancellation);
        TempData[nameof(SignInModel.Notice)] = texts["Thank you. Now make the change again."].Value;
        return LocalRedirect(ReturnPath.Of(Return) ?? LoginFeature.AccountPath);
    }

    private IActionResult Linked(FoundAccount account)
    {
        if (account.Id != User.Uid)
            return Show(StatusCodes.Status400BadRequest, texts[LinkModel.Taken]);
        TempData[nameof(SignInModel.Notice)] = texts["You can already sign in with {0}.", Provider].Value;
        return LocalRedirect(SecurityPath);
    }

    private LocalRedirectResult Unknown(UpstreamIdentity identity, UpstreamFlow flow)
    {
        unlinked.Begin(HttpContext, new UnlinkedIdentity(identity, flow.Return));
        return LocalRedirect(LinkModel.Path);
    }

    private PageResult Show(UpstreamAnswer answer)
    {
        if (answer.Flow is { } flow)
            (Purpose, Return, Again) = (flow.Purpose, flow.Return, flow.IsAgain ? "1" : null);
        if (answer.Problem == UpstreamProblem.Failed)
        {
            events.Add(new SignInCaller(HttpContext.CallerAddress, DialectNames.Browser)
                .Failed(accountId: null, SignInCaller.Upstream));
        }

        Response.SetRetryAfter(answer.Wait);
        return answer.Problem switch
        {
            UpstreamProblem.Unavailable => Show(
                StatusCodes.Status503ServiceUnavailable,
                texts["{0} does not answer at the moment. Try again later, or sign in another way.", Provider]),
            UpstreamProblem.Cancelled => Show(StatusCodes.Status200OK, texts["You did not sign in at {0}.", Provider]),
            UpstreamProblem.NotFresh => Show(
                StatusCodes.Status200OK,
                texts["{0} did not ask you to prove who you are. Use your password or a passkey instead.", Provider]),
            UpstreamProblem.Throttled => Show(
                StatusCodes.Status429TooManyRequests,
                texts["Too many failed attempts. {0}", RetryAfter.Sentence(answer.Wait.GetValueOrDefault())]),
            _ => Show(
                StatusCodes.Status400BadRequest, texts["Signing in with {0} did not work. Try again.", Provider]),
        };
    }

    private PageResult Show(int status, string problem)
    {
        HttpContext.AllowAnyFormTarget();
        (Response.StatusCode, Problem) = (status, problem);
        return Page();
    }
}
