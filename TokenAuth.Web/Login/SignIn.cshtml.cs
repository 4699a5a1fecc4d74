using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Limits;
using TokenAuth.Kernel.Pages;
using TokenAuth.Kernel.Telemetry;

namespace TokenAuth.Login;

/// <summary><c>/signin</c>: checks the password and opens the browser's session.</summary>
internal sealed class SignInModel(
    PasswordCheck passwords, BrowserSignIn browser, DeviceCookies devices, TokenAuthOptions options)
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

    /// <summary>What another page has done before it sent the person here.</summary>
    [TempData]
    public string? Notice { get; set; }

    public bool OffersSignUp => options.SignUp;

    public string SignUpLink =>
        Return is null ? "/signup" : QueryString.Create("return", Return).ToUriComponent().Insert(0, "/signup");

    public IActionResult OnGet()
    {
        HttpContext.AllowAnyFormTarget();
        return IsDone ? GoOn() : Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        HttpContext.AllowAnyFormTarget();
        var caller = new SignInCaller(HttpContext.CallerAddress, DialectNames.Browser, devices.Read(HttpContext));
        var check = await passwords.CheckAsync(Login?.Trim() ?? "", Password ?? "", caller, cancellation);
        if (check.Succeeded(out var account, out var fault))
        {
            await browser.SignInAsync(HttpContext, account.Id, account.Stamp);
            return GoOn();
        }

        Response.SetRetryAfter(fault.RetryAfter);
        (Response.StatusCode, Problem) = fault.Kind switch
        {
            FaultKind.SignInThrottled or FaultKind.AddressThrottled =>
                (StatusCodes.Status429TooManyRequests,
                    $"Too many failed attempts. {RetryAfter.Sentence(fault.RetryAfter.GetValueOrDefault())}"),
            FaultKind.Busy =>
                (StatusCodes.Status503ServiceUnavailable,
                    "Too many people are signing in right now. Try again in a moment."),
            FaultKind.AccountClosed =>
                (StatusCodes.Status403Forbidden, "This account is closed. Ask the people who run this service."),
            _ => (StatusCodes.Status200OK, "The login name or the password is not right."),
        };
        return Page();
    }

    /// <summary>
    /// Handles a form whose antiforgery token is no longer valid, for example because the person has signed in in
    /// another tab.
    /// </summary>
    public Task<IActionResult> RepeatAsync(CancellationToken cancellation)
    {
        HttpContext.AllowAnyFormTarget();
        if (IsDone)
            return Task.FromResult<IActionResult>(GoOn());
        Response.StatusCode = StatusCodes.Status400BadRequest;
        Problem = LoginFeature.FormTooOld.ToString();
        return Task.FromResult<IActionResult>(Page());
    }

    /// <summary>True if the person is signed in and was not sent here to sign in again.</summary>
    private bool IsDone => User.Uid is not null && !Request.Query.ContainsKey(PageServices.AgainParameter);

    private LocalRedirectResult GoOn() => LocalRedirect(ReturnPath.Of(Return) ?? LoginFeature.AccountPath);
}
