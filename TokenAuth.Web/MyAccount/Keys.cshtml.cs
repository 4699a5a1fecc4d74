using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Languages;
using TokenAuth.Kernel.Pages;

namespace TokenAuth.MyAccount;

/// <summary>
/// <c>/account/keys</c>: creates, lists and revokes the person's API keys. A key's text is shown in one answer only and
/// is not stored.
/// </summary>
[Authorize]
internal sealed class KeysModel(AccountKeys keys, FreshProof proof, Texts texts) : PageModel
{
    public IReadOnlyList<ListedKey> Keys { get; private set; } = [];

    /// <summary>The key that this request has created; null otherwise.</summary>
    public (string Name, string Text)? NewKey { get; private set; }

    /// <summary>The typed name of a key that was refused.</summary>
    public string? Name { get; private set; }

    public string? Problem { get; private set; }

    /// <summary>The outcome of the person's last action.</summary>
    [TempData]
    public string? Notice { get; set; }

    public async Task OnGetAsync(CancellationToken cancellation) =>
        Keys = await keys.ListAsync(User.Uid!.Value, cancellation);

    public async Task<IActionResult> OnPostMakeAsync(string? name, CancellationToken cancellation)
    {
        var account = User.Uid!.Value;
        Keys = await keys.ListAsync(account, cancellation);
        if (AccountKeys.NormalName(name) is not { } label)
        {
            Problem = texts["Enter a name of at most {0} characters, so that you can tell your keys apart.",
                AccountKeys.MaxNameLength];
            Name = name;
            return Page();
        }

        if (await proof.RequireAsync(this, cancellation) is { } question)
            return question;
        if (await keys.TryAddAsync(account, label, HttpContext.CallerAddress, cancellation) is { } text)
            NewKey = (label, text);
        else
            (Problem, Name) = (
                texts["You have {0} keys. Revoke one that you no longer use.",
                    AccountKeys.MaxKeys],
                name);
        Keys = await keys.ListAsync(account, cancellation);
        return Page();
    }

    public async Task<IActionResult> OnPostRevokeAsync(long id, CancellationToken cancellation)
    {
        Notice = await keys.RevokeAsync(User.Uid!.Value, id, HttpContext.CallerAddress, cancellation)
            ? texts["The key was revoked. Programs that signed in with it are signed out, and it cannot be used again."]
            : texts["That key was already revoked."];
        return LocalRedirect("/account/keys");
    }
}
