using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using TokenAuth.Kernel.Pages;

namespace TokenAuth.Login;

/// <summary>Asks on GET, so that no link or picture can sign a person out; ends the session on POST.</summary>
internal sealed class SignOutModel(BrowserSignIn browser) : PageModel
{
    public async Task<IActionResult> OnPostAsync()
    {
        await browser.SignOutAsync(HttpContext);
        return LocalRedirect("/signout");
    }
}
