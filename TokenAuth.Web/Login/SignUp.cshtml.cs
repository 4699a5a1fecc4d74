using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Hosting;

namespace TokenAuth.Login;

internal sealed class SignUpModel(AccountAdministration accounts, BrowserSignIn browser, TokenAuthOptions options) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public string? Return { get; set; }

    [BindProperty]
    public string? Login { get; set; }

    [BindProperty]
    public string? Email { get; set; }

    [BindProperty]
    public string? Name { get; set; }

    [BindProperty]
    public string? Password { get; set; }

    public IReadOnlyList<InputError> Errors { get; private set; } = [];

    public string SignInLink => PagesFeature.SignInPath + (Return is null ? "" : QueryString.Create("return", Return).ToUriComponent());

    public IActionResult OnGet()
    {
        HttpContext.AllowAnyFormTarget();
        return options.SignUp ? Page() : NotFound();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        HttpContext.AllowAnyFormTarget();
        if (!options.SignUp)
            return NotFound();

        var (account, errors) = await accounts.AddAsync(
            new NewAccount(
                Login?.Trim() ?? "", Email?.Trim() ?? "", Name, Password ?? "", ShortestPassword: AccountAdministration.ShortestPassword,
                From: HttpContext.CallerAddress),
            cancellation);
        if (account is null)
        {
            Errors = errors;
            if (errors is [{ RetryAfter: { } wait }])
            {
                Response.StatusCode = errors.Contains(InputError.Busy)
                    ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status429TooManyRequests;
                Response.SetRetryAfter(wait);
            }

            return Page();
        }

        await browser.SignInAsync(HttpContext, account.Id);
        return LocalRedirect(Url.IsLocalUrl(Return) ? Return : LoginFeature.AccountPath);
    }
}
