using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Accounts.Factors;
using TokenAuth.Kernel.Languages;
using TokenAuth.Kernel.Pages;

namespace TokenAuth.MyAccount.Security;

/// <summary><c>/account/passkey</c>: has the browser make a passkey, and adds it to the account.</summary>
[Authorize]
internal sealed class PasskeyModel(
    PasskeyCeremony ceremony, Passkeys passkeys, AccountDirectory accounts, FreshProof proof, Texts texts) : PageModel
{
    /// <summary>What the browser is asked; null if the account cannot have another passkey.</summary>
    public PasskeyQuestion? Question { get; private set; }

    /// <summary>The name in the form.</summary>
    public string? Name { get; private set; }

    public string? Problem { get; private set; }

    public IActionResult OnGet() => LocalRedirect(SecurityModel.Path);

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation) =>
        await proof.RequireAsync(this, cancellation) ?? await ShowAsync(name: null, cancellation);

    public async Task<IActionResult> OnPostAddAsync([FromForm] string? name, CancellationToken cancellation)
    {
        if (await proof.RequireAsync(this, cancellation) is { } question)
            return question;
        var count = (await passkeys.ListAsync(User.Uid!.Value, cancellation)).Count;

        // A name that cannot be used is no reason to refuse the passkey, which the device already has.
        var label = Passkey.NormalName(name) ?? DefaultName(count);
        if (await ceremony.AddAsync(HttpContext, User.Uid!.Value, label, cancellation) is { } problem)
        {
            Problem = texts[problem];
            return await ShowAsync(name, cancellation);
        }

        TempData[nameof(SecurityModel.Notice)] =
            texts["The passkey was added. You can sign in with it from now on."].Value;
        return LocalRedirect(SecurityModel.Path);
    }

    private string DefaultName(int count) => texts["Passkey {0}", count + 1];

    private async Task<IActionResult> ShowAsync(string? name, CancellationToken cancellation)
    {
        var count = (await passkeys.ListAsync(User.Uid!.Value, cancellation)).Count;
        Name = name ?? DefaultName(count);
        if (count >= Passkeys.MaxPasskeys)
            Problem = texts[PasskeyCeremony.TooMany];
        else if (await accounts.FindAsync(User.Uid!.Value, cancellation) is { } account)
            Question = await ceremony.OfferAsync(HttpContext, account, texts["Create the passkey"], cancellation);
        return Page();
    }
}
