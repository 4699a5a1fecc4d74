using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Accounts.Messages;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Pages;

namespace TokenAuth.Login;

/// <summary><c>/signup</c>: creates an account and signs it in, if the operator allows it.</summary>
internal sealed class SignUpModel(
    AccountAdministration accounts, EmailConfirmations confirmations, BrowserSignIn browser, TokenAuthOptions options)
    : PageModel, IRepeatableForm
{
    [BindProperty(SupportsGet = true)]
    public string? Return { get; set; }

    [BindProperty]
    [FromForm]
    public string? Login { get; set; }

    [BindProperty]
    [FromForm]
    public string? Email { get; set; }

    [BindProperty]
    [FromForm]
    public string? Name { get; set; }

    [BindProperty]
    [FromForm]
    public string? Password { get; set; }

    public IReadOnlyList<InputError> Errors { get; private set; } = [];

    public string SignInLink =>
        PageServices.SignInPath
        + (Return is null ? "" : QueryString.Create("return", Return).ToUriComponent());

    public IActionResult OnGet()
    {
        HttpContext.AllowAnyFormTarget();
        return !options.SignUp ? NotFound() : User.Uid is not null ? GoOn() : Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        HttpContext.AllowAnyFormTarget();
        if (!options.SignUp)
            return NotFound();

        var (account, errors) = await accounts.AddAsync(
            new NewAccount(
                Login?.Trim() ?? "",
                Email?.Trim() ?? "",
                Name,
                Password ?? "",
                MinPasswordLength: PasswordRules.MinLength,
                From: HttpContext.CallerAddress),
            cancellation);
        if (account is null)
        {
            Errors = errors;
            if (errors is [{ RetryAfter: { } wait }])
            {
                Response.StatusCode = errors.Contains(InputError.Busy)
                    ? StatusCodes.Status503ServiceUnavailable
                    : StatusCodes.Status429TooManyRequests;
                Response.SetRetryAfter(wait);
            }

            return Page();
        }

        if (confirmations.IsOn)
            await confirmations.SendAsync(account.Id, replacement: null, HttpContext.CallerAddress, cancellation);
        await browser.SignInAsync(HttpContext, account.Id, account.SecurityStamp, isFirst: true);
        return GoOn();
    }

    /// <summary>
    /// Handles a form whose antiforgery token is no longer valid, for example because it was sent twice and the first
    /// one created the account.
    /// </summary>
    public Task<IActionResult> RepeatAsync(CancellationToken cancellation)
    {
        HttpContext.AllowAnyFormTarget();
        if (User.Uid is not null)
            return Task.FromResult<IActionResult>(GoOn());
        Response.StatusCode = StatusCodes.Status400BadRequest;
        Errors = [new InputError("", LoginFeature.FormTooOld)];
        return Task.FromResult<IActionResult>(options.SignUp ? Page() : NotFound());
    }

    private LocalRedirectResult GoOn() => LocalRedirect(ReturnPath.Of(Return) ?? LoginFeature.AccountPath);
}
