using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Hosting;
using TokenAuth.Kernel.Limits;

namespace TokenAuth.Login;

internal sealed class SignInModel(
    PasswordCheck passwords, BrowserSignIn browser, DeviceCookies devices, TokenAuthOptions options) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public string? Return { get; set; }

    [BindProperty]
    public string? Login { get; set; }

    [BindProperty]
    public string? Password { get; set; }

    public string? Problem { get; private set; }

    public bool OffersSignUp => options.SignUp;

    public string SignUpLink => Return is null ? "/signup" : QueryString.Create("return", Return).ToUriComponent().Insert(0, "/signup");

    public IActionResult OnGet()
    {
        HttpContext.AllowAnyFormTarget();
        return User.Uid is not null && Return is null ? LocalRedirect(LoginFeature.AccountPath) : Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        HttpContext.AllowAnyFormTarget();
        var caller = new SignInCaller(HttpContext.CallerAddress, BrowserSignIn.Dialect, devices.Read(HttpContext));
        var check = await passwords.CheckAsync(Login?.Trim() ?? "", Password ?? "", caller, cancellation);
        if (check.Succeeded(out var account, out var fault))
        {
            await browser.SignInAsync(HttpContext, account.Id);
            return LocalRedirect(Url.IsLocalUrl(Return) ? Return : LoginFeature.AccountPath);
        }

        Response.SetRetryAfter(fault.RetryAfter);
        (Response.StatusCode, Problem) = fault.Kind switch
        {
            FaultKind.SignInThrottled or FaultKind.AddressThrottled => (
                StatusCodes.Status429TooManyRequests,
                "Too many failed attempts. " + RetryAfter.Sentence(fault.RetryAfter.GetValueOrDefault())),
            FaultKind.Busy => (StatusCodes.Status503ServiceUnavailable, "Too many people are signing in right now. Try again in a moment."),
            FaultKind.AccountClosed => (StatusCodes.Status403Forbidden, "This account is closed. Ask the people who run this service."),
            _ => (StatusCodes.Status200OK, "The login name or the password is not right."),
        };
        return Page();
    }
}
