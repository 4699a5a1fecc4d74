using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using TokenAuth.Kernel.Pages;

namespace TokenAuth.Login;

/// <summary>
/// <c>/signout</c>: asks on GET, so that a link or an image cannot sign a person out, and ends the session on POST.
/// </summary>
internal sealed class SignOutModel(BrowserSignIn browser) : PageModel
{
    public async Task<IActionResult> OnPostAsync()
    {
        await browser.SignOutAsync(HttpContext);
        return LocalRedirect("/signout");
    }
}
