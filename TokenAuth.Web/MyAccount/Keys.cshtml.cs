using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Pages;

namespace TokenAuth.MyAccount;

/// <summary>A person's API keys: made, listed and revoked. A key's text is in one answer only, which is kept nowhere.</summary>
[Authorize]
internal sealed class KeysModel(AccountKeys keys, FreshProof proof) : PageModel
{
    public IReadOnlyList<ListedKey> Keys { get; private set; } = [];

    /// <summary>The key that was made just now.</summary>
    public (string Name, string Text)? Made { get; private set; }

    public string? Problem { get; private set; }

    /// <summary>What the person's last click did.</summary>
    [TempData]
    public string? Said { get; set; }

    public async Task OnGetAsync(CancellationToken cancellation) => Keys = await keys.ListAsync(User.Uid!.Value, cancellation);

    public async Task<IActionResult> OnPostMakeAsync(string? name, CancellationToken cancellation)
    {
        var account = User.Uid!.Value;
        Keys = await keys.ListAsync(account, cancellation);
        if (AccountKeys.NormalName(name) is not { } label)
        {
            Problem = $"Enter a name of at most {AccountKeys.MaxNameLength} characters, so that you can tell your keys apart.";
            return Page();
        }

        if (await proof.RequireAsync(this, cancellation) is { } question)
            return question;
        if (await keys.TryAddAsync(account, label, HttpContext.CallerAddress, cancellation) is { } text)
            Made = (label, text);
        else
            Problem = $"You have {AccountKeys.MaxKeys} keys. Revoke one that is no longer used.";
        Keys = await keys.ListAsync(account, cancellation);
        return Page();
    }

    public async Task<IActionResult> OnPostRevokeAsync(long id, CancellationToken cancellation)
    {
        Said = await keys.RevokeAsync(User.Uid!.Value, id, HttpContext.CallerAddress, cancellation)
            ? "The key was revoked. What had signed in with it is signed out, and nothing can sign in with it any more."
            : "That key had been revoked already.";
        return LocalRedirect("/account/keys");
    }
}
