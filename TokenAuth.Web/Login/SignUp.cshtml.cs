using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Accounts.Messages;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Languages;
using TokenAuth.Kernel.Pages;
using TokenAuth.Kernel.Pages.Upstream;

namespace TokenAuth.Login;

/// <summary>
/// <c>/signup</c>: creates an account and signs it in, if the operator allows it. With <c>upstream</c>, the account has
/// the identity that the person has just proved at the upstream provider, and no password. What the provider says of
/// the person is typed into the form for them; the address counts as unconfirmed.
/// </summary>
internal sealed class SignUpModel(
    AccountAdministration accounts, EmailConfirmations confirmations, BrowserSignIn browser, PendingIdentity unlinked,
    UpstreamSignIn upstream, Texts texts, TokenAuthOptions options) : PageModel, IRepeatableForm
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

    /// <summary>Asks for an account of the identity that the person has proved.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Upstream { get; set; }

    public string Provider => options.Upstream.Name ?? "";

    /// <summary>The identity at the upstream provider; null for an account with a password.</summary>
    public UpstreamIdentity? Identity => Unlinked?.Identity;

    private UnlinkedIdentity? Unlinked =>
        Upstream is not null && options.Upstream.IsOn ? unlinked.Read(HttpContext) : null;

    public IReadOnlyList<InputError> Errors { get; private set; } = [];

    public string SignInLink =>
        PageServices.SignInPath
        + (Return is null ? "" : QueryString.Create("return", Return).ToUriComponent());

    public IActionResult OnGet()
    {
        HttpContext.AllowAnyFormTarget();
        if (options.SignUp && Identity is { } identity)
        {
            (Login, Email, Name) = (
                Account.IsLogin(identity.Login) ? identity.Login : null,
                Account.IsMailbox(identity.Email) ? identity.Email : null,
                identity.DisplayName);
        }

        return !options.SignUp ? NotFound()
            : User.Uid is not null ? GoOn()
            : IsTooLate ? StartAgain()
            : Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        HttpContext.AllowAnyFormTarget();
        if (!options.SignUp)
            return NotFound();
        if (IsTooLate)
            return StartAgain();
        var identity = Unlinked;
        var (account, errors) = await accounts.AddAsync(
            new NewAccount(
                Login?.Trim() ?? "",
                Email?.Trim() ?? "",
                Name,
                Password ?? "",
                MinPasswordLength: PasswordRules.MinLength,
                From: HttpContext.CallerAddress,
                Identity: identity?.New),
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
        await browser.SignInAsync(
            HttpContext, account.Id, account.SecurityStamp, isFirst: true,
            identity is null ? null : new UpstreamProof(Provider, upstream.ProvedAt(identity.Identity)));
        if (identity is null)
            return GoOn();
        PendingIdentity.End(HttpContext);
        return LocalRedirect(ReturnPath.Of(identity.Return) ?? LoginFeature.AccountPath);
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

    private bool IsTooLate => Upstream is not null && Identity is null;

    private LocalRedirectResult StartAgain()
    {
        TempData[nameof(SignInModel.Notice)] = texts["That took too long. Sign in with {0} again.", Provider].Value;
        return LocalRedirect(PageServices.SignInPath);
    }

    private LocalRedirectResult GoOn() => LocalRedirect(ReturnPath.Of(Return) ?? LoginFeature.AccountPath);
}
