using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;
using TokenAuth.Kernel.Accounts.Identities;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Languages;
using TokenAuth.Kernel.Pages;
using TokenAuth.Kernel.Pages.Upstream;

namespace TokenAuth.Login;

/// <summary>
/// <c>/signin/link</c>: what happens to an identity at the upstream provider that no account is linked to. The owner of
/// an account signs in and links it, with a fresh proof; others may sign up. No name and no address is compared.
/// </summary>
internal sealed class LinkModel(
    PendingIdentity unlinked, AccountIdentities identities, FreshProof proof, Texts texts, TokenAuthOptions options)
    : PageModel
{
    public const string Path = "/signin/link";

    public static readonly Text Taken =
        new Text("The account at that service is already linked to another account here.");

    private UnlinkedIdentity _identity = null!;

    public string Provider => options.Upstream.Name ?? "";

    public string Name => _identity.Identity.Name;

    public string? Problem { get; private set; }

    /// <summary>What another page has done before it sent the person here.</summary>
    [TempData]
    public string? Notice { get; set; }

    public bool OffersSignUp => options.SignUp;

    public string BackLink => ReturnPath.Of(_identity.Return) ?? LoginFeature.AccountPath;

    public string SignInLink => PageServices.SignInLink(
        PageServices.SignInPath, Path, isAgain: User.Uid is not null);

    public override async Task OnPageHandlerExecutionAsync(
        PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        if (!options.Upstream.IsOn)
        {
            context.Result = NotFound();
        }
        else if (unlinked.Read(HttpContext) is { } identity)
        {
            _identity = identity;
            await next();
        }
        else
        {
            Notice = texts["That took too long. Sign in with {0} again.", Provider];
            context.Result = LocalRedirect(User.Uid is null ? PageServices.SignInPath : "/account/security");
        }
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        if (User.Uid is not { } me)
            return LocalRedirect(Path);
        if (await proof.RequireAsync(this, cancellation) is { } question)
            return question;
        var outcome = await identities.LinkAsync(me, _identity.New, HttpContext.CallerAddress, cancellation);
        if (outcome != IdentityLink.Done)
        {
            Problem = outcome == IdentityLink.Taken
                ? texts[Taken]
                : texts["Your account is already linked to another account at {0}. Remove that link first.", Provider];
            return Page();
        }

        PendingIdentity.End(HttpContext);
        Notice = texts["You can now sign in with {0}.", Provider];
        return LocalRedirect(BackLink);
    }
}
