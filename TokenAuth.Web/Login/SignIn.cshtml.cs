using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Accounts.Factors;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Languages;
using TokenAuth.Kernel.Limits;
using TokenAuth.Kernel.Pages;
using TokenAuth.Kernel.Pages.Upstream;
using TokenAuth.Kernel.Telemetry;

namespace TokenAuth.Login;

/// <summary>
/// <c>/signin</c>: checks the password or a passkey and opens the browser's session. If the account has a second
/// factor, a correct password leads to <c>/signin/verify</c>; a passkey counts as both.
/// </summary>
internal sealed class SignInModel(
    PasswordCheck passwords, PasskeyCeremony passkeys, SecondFactorCheck factors, PendingSignIn pending,
    BrowserSignIn browser, DeviceCookies devices, SecurityLog events, Texts texts, TokenAuthOptions options)
    : PageModel, IRepeatableForm
{
    [BindProperty(SupportsGet = true)]
    public string? Return { get; set; }

    [BindProperty]
    [FromForm]
    public string? Login { get; set; }

    [BindProperty]
    [FromForm]
    public string? Password { get; set; }

    public string? Problem { get; private set; }

    /// <summary>Tells whether the problem is one of the login name and password.</summary>
    public bool IsPasswordStep { get; private set; } = true;

    /// <summary>What another page has done before it sent the person here.</summary>
    [TempData]
    public string? Notice { get; set; }

    public PasskeyQuestion Passkey { get; private set; } = null!;

    public bool OffersSignUp => options.SignUp;

    /// <summary>The button of the upstream provider; null if there is none.</summary>
    public UpstreamButton? Upstream => options.Upstream.IsOn
        ? new(UpstreamPurpose.SignIn, texts["Sign in with {0}", options.Upstream.Name], Return, IsAgain)
        : null;

    public string SignUpLink => PageServices.SignInLink("/signup", Return);

    private SignInCaller Caller =>
        new(HttpContext.CallerAddress, DialectNames.Browser, devices.Read(HttpContext));

    public override async Task OnPageHandlerExecutionAsync(
        PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        HttpContext.AllowAnyFormTarget();
        Passkey = await passkeys.AskAnyoneAsync(HttpContext, texts["Sign in with a passkey"]);
        await next();
    }

    public IActionResult OnGet() => IsDone ? GoOn() : Page();

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        if (PasskeyCeremony.IsAnswered(Request))
            return await WithPasskeyAsync(cancellation);
        var check = await passwords.CheckAsync(Login?.Trim() ?? "", Password ?? "", Caller, cancellation);
        if (check.Succeeded(out var account, out var fault))
        {
            if (account.HasSecondFactor)
            {
                pending.Begin(HttpContext, account);
                return LocalRedirect(PageServices.SignInLink(VerifyModel.Path, Return, IsAgain));
            }

            await browser.SignInAsync(HttpContext, account.Id, account.Stamp);
            return GoOn();
        }

        Response.SetRetryAfter(fault.RetryAfter);
        (Response.StatusCode, Problem) = fault.Kind switch
        {
            FaultKind.SignInThrottled or FaultKind.AddressThrottled =>
                (StatusCodes.Status429TooManyRequests,
                    texts["Too many failed attempts. {0}", RetryAfter.Sentence(fault.RetryAfter.GetValueOrDefault())]),
            FaultKind.Busy =>
                (StatusCodes.Status503ServiceUnavailable,
                    texts["Too many people are signing in right now. Try again in a moment."]),
            FaultKind.AccountClosed => Closed,
            _ => (StatusCodes.Status200OK, texts["The login name or password is wrong."].Value),
        };
        return Page();
    }

    /// <summary>
    /// Handles a form whose antiforgery token is no longer valid, for example because the person has signed in in
    /// another tab.
    /// </summary>
    public async Task<IActionResult> RepeatAsync(CancellationToken cancellation)
    {
        HttpContext.AllowAnyFormTarget();
        if (IsDone)
            return GoOn();
        Passkey = await passkeys.AskAnyoneAsync(HttpContext, texts["Sign in with a passkey"]);
        Response.StatusCode = StatusCodes.Status400BadRequest;
        Problem = texts[LoginFeature.FormTooOld];
        return Page();
    }

    private (int Status, string Problem) Closed => (
        StatusCodes.Status403Forbidden, texts["This account is closed. Contact the people who run this service."]);

    /// <summary>True if the person is signed in and was not sent here to sign in again.</summary>
    private bool IsDone => User.Uid is not null && !IsAgain;

    private bool IsAgain => Request.Query.ContainsKey(PageServices.AgainParameter);

    private async Task<IActionResult> WithPasskeyAsync(CancellationToken cancellation)
    {
        IsPasswordStep = false;
        var (account, problem) = await passkeys.CheckAsync(HttpContext, accountId: null, cancellation);
        if (account is null)
        {
            Problem = texts[problem!];
        }
        else if (!account.MayUsePages)
        {
            events.Add(Caller.Failed(account.Id, account.StateName));
            (Response.StatusCode, Problem) = Closed;
        }
        else
        {
            await browser.SignInAsync(HttpContext, account.Id, account.Stamp);
            await factors.SucceededAsync(account, Caller, cancellation);
            PendingSignIn.End(HttpContext);
            return GoOn();
        }

        return Page();
    }

    private LocalRedirectResult GoOn() => LocalRedirect(ReturnPath.Of(Return) ?? LoginFeature.AccountPath);
}
