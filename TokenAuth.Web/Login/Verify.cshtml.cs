using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Accounts.Factors;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Languages;
using TokenAuth.Kernel.Limits;
using TokenAuth.Kernel.Pages;
using TokenAuth.Kernel.Telemetry;

namespace TokenAuth.Login;

/// <summary>
/// <c>/signin/verify</c>: the second step of a sign-in with the password or through the upstream provider. Takes a code
/// of the authenticator app, a passkey or a recovery code, and opens the browser's session.
/// </summary>
internal sealed class VerifyModel(
    PendingSignIn pending, SecondFactorCheck factors, SecondFactor state, PasskeyCeremony passkeys,
    BrowserSignIn browser, DeviceCookies devices, Texts texts) : PageModel, IRepeatableForm
{
    public const string Path = "/signin/verify";

    [BindProperty(SupportsGet = true)]
    public string? Return { get; set; }

    [BindProperty]
    [FromForm]
    public string? Code { get; set; }

    [BindProperty]
    [FromForm]
    public string? Recovery { get; set; }

    public string Login { get; private set; } = "";

    /// <summary>Tells whether the first step was a sign-in at the upstream provider.</summary>
    public bool IsUpstream => pending.UpstreamOf(HttpContext) is not null;

    public bool HasAuthenticator { get; private set; }

    /// <summary>Null if the account has no passkey.</summary>
    public PasskeyQuestion? Passkey { get; private set; }

    public string? Problem { get; private set; }

    /// <summary>The field that the problem is about; null if it is about none.</summary>
    public string? Wrong { get; private set; }

    /// <summary>The link to the first step, with what this step got from it.</summary>
    public string SignInLink => PageServices.SignInPath + Request.QueryString.ToUriComponent();

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellation)
    {
        HttpContext.AllowAnyFormTarget();
        return await pending.FindAsync(HttpContext) is { } account
            ? await ShowAsync(account, cancellation)
            : StartAgain();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        HttpContext.AllowAnyFormTarget();
        if (await pending.FindAsync(HttpContext) is not { } account)
            return StartAgain();
        var caller = new SignInCaller(HttpContext.CallerAddress, DialectNames.Browser, devices.Read(HttpContext));
        if (PasskeyCeremony.IsAnswered(Request))
        {
            var (proved, problem) = await passkeys.CheckAsync(HttpContext, account.Id, cancellation);
            if (proved is not null)
            {
                await factors.SucceededAsync(account, caller, cancellation);
                return await FinishAsync(account);
            }

            Problem = texts[problem!];
            return await ShowAsync(account, cancellation);
        }

        var isRecovery = !string.IsNullOrWhiteSpace(Recovery);
        var refusal = isRecovery
            ? await factors.CheckRecoveryCodeAsync(account, Recovery!, caller, cancellation)
            : await factors.CheckCodeAsync(account, Code ?? "", caller, cancellation);
        if (refusal is not { } fault)
            return await FinishAsync(account);
        Wrong = isRecovery ? nameof(Recovery) : nameof(Code);
        Response.SetRetryAfter(fault.RetryAfter);
        (Response.StatusCode, Problem) = fault.Kind switch
        {
            FaultKind.SignInThrottled or FaultKind.AddressThrottled =>
                (StatusCodes.Status429TooManyRequests,
                    texts["Too many failed attempts. {0}", RetryAfter.Sentence(fault.RetryAfter.GetValueOrDefault())]),
            FaultKind.Busy =>
                (StatusCodes.Status503ServiceUnavailable,
                    texts["Too many people are signing in right now. Try again in a moment."]),
            _ when isRecovery =>
                (StatusCodes.Status200OK, texts["This recovery code is wrong or was already used."].Value),
            _ =>
                (StatusCodes.Status200OK,
                    texts["This code is wrong or was already used. Wait until the app shows a new one."]),
        };
        return await ShowAsync(account, cancellation);
    }

    /// <summary>Handles a form whose antiforgery token is no longer valid.</summary>
    public async Task<IActionResult> RepeatAsync(CancellationToken cancellation)
    {
        HttpContext.AllowAnyFormTarget();
        if (IsDone)
            return GoOn();
        if (await pending.FindAsync(HttpContext) is not { } account)
            return StartAgain();
        Response.StatusCode = StatusCodes.Status400BadRequest;
        Problem = texts["This form was open for too long. Try again."];
        return await ShowAsync(account, cancellation);
    }

    private async Task<IActionResult> ShowAsync(FoundAccount account, CancellationToken cancellation)
    {
        Login = account.Login;
        HasAuthenticator = (await state.ReadAsync(account.Id, cancellation)).AuthenticatorSince is not null;
        Passkey = await passkeys.AskAsync(HttpContext, account.Id, texts["Use a passkey"], cancellation);
        return Page();
    }

    private async Task<IActionResult> FinishAsync(FoundAccount account)
    {
        await browser.SignInAsync(
            HttpContext, account.Id, account.Stamp, upstream: pending.UpstreamOf(HttpContext));
        PendingSignIn.End(HttpContext);
        return GoOn();
    }

    /// <summary>Goes on if the person has signed in meanwhile, or back to the password.</summary>
    private LocalRedirectResult StartAgain()
    {
        if (IsDone)
            return GoOn();
        TempData[nameof(SignInModel.Notice)] = texts["The second step took too long. Enter your password again."].Value;
        return LocalRedirect(SignInLink);
    }

    /// <summary>True if the person is signed in and was not sent here to sign in again.</summary>
    private bool IsDone => User.Uid is not null && !Request.Query.ContainsKey(PageServices.AgainParameter);

    private LocalRedirectResult GoOn() => LocalRedirect(ReturnPath.Of(Return) ?? LoginFeature.AccountPath);
}
