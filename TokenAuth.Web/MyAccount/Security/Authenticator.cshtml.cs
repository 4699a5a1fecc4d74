using System.Globalization;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using TokenAuth.Kernel.Accounts.Factors;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Languages;
using TokenAuth.Kernel.Pages;

namespace TokenAuth.MyAccount.Security;

/// <summary>
/// <c>/account/authenticator</c>: sets up an authenticator app, or replaces it. Shows a new secret, and stores it once
/// a code proves that the app has it. Until then the form carries it, encrypted.
/// </summary>
[Authorize]
internal sealed class AuthenticatorModel(
    SecondFactor factor, FreshProof proof, ProtectedState state, Texts texts, TokenAuthOptions options,
    TimeProvider clock) : PageModel
{
    /// <summary>The time in which the person must enter a code.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(30);

    public AuthenticatorSecret? Secret { get; private set; }

    /// <summary>The secret, encrypted, for the form.</summary>
    public string State { get; private set; } = "";

    /// <summary>The address in the QR code.</summary>
    public string Link { get; private set; } = "";

    /// <summary>Tells whether the second factor is on already.</summary>
    public bool IsOn { get; private set; }

    /// <summary>The recovery codes that this request has made; null otherwise.</summary>
    public IReadOnlyList<string>? RecoveryCodes { get; private set; }

    public string? Problem { get; private set; }

    private string Purpose =>
        string.Create(CultureInfo.InvariantCulture, $"authenticator of {User.Uid}");

    public IActionResult OnGet() => LocalRedirect(SecurityModel.Path);

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation) =>
        await proof.RequireAsync(this, cancellation) ?? await ShowAsync(AuthenticatorSecret.Make(), cancellation);

    /// <param name="code">The code that the app shows.</param>
    /// <param name="state">The value of <see cref="State"/>.</param>
    public async Task<IActionResult> OnPostConfirmAsync(
        [FromForm] string? code, [FromForm(Name = "state")] string? sent, CancellationToken cancellation)
    {
        if (await proof.RequireAsync(this, cancellation) is { } question)
            return question;
        if (state.Read(Purpose, sent, Lifetime) is not { } digits)
        {
            Problem = texts["This page was open for too long. Remove the entry from the app, and scan this new code."];
            return await ShowAsync(AuthenticatorSecret.Make(), cancellation);
        }

        var secret = new AuthenticatorSecret(Convert.FromHexString(digits));
        if (Totp.FindStep(secret.Bytes, code ?? "", clock.GetUtcNow(), lastStep: 0) is not { } step)
        {
            Problem = texts["This code is wrong. Enter the code that the app shows now. If it stays wrong, check the " +
                "clock of your phone."];
            return await ShowAsync(secret, cancellation);
        }

        RecoveryCodes = await factor.SetAuthenticatorAsync(
            User.Uid!.Value, secret.Bytes, step, HttpContext.CallerAddress, cancellation);
        if (RecoveryCodes is not null)
            return Page();
        TempData[nameof(SecurityModel.Notice)] =
            texts["Your authenticator app is set up. If you had another one, its codes no longer work."].Value;
        return LocalRedirect(SecurityModel.Path);
    }

    private async Task<IActionResult> ShowAsync(AuthenticatorSecret secret, CancellationToken cancellation)
    {
        Secret = secret;
        State = state.Write(Purpose, Convert.ToHexStringLower(secret.Bytes));
        Link = secret.Link(options.Site.Name, User.Login);
        IsOn = (await factor.ReadAsync(User.Uid!.Value, cancellation)).IsOn;
        return Page();
    }
}
