using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using TokenAuth.Kernel.Http;

namespace TokenAuth.Admin;

/// <summary>
/// <c>/admin/confirm</c>: takes the proof that <see cref="AdminProof"/> asks for before a page is read, and goes on
/// to that page. The filter has checked it before.
/// </summary>
internal sealed class ConfirmModel : PageModel
{
    /// <summary>Returns the address that the form is sent to, with that of the page that was requested.</summary>
    public static string LinkTo(HttpRequest page) =>
        $"{AdminFeature.Path}/confirm"
        + QueryString.Create("return", page.PathBase.Add(page.Path).ToUriComponent() + page.QueryString);

    public IActionResult OnGet() => LocalRedirect(AdminFeature.Path);

    public IActionResult OnPost(string? @return) => LocalRedirect(ReturnPath.Of(@return) ?? AdminFeature.Path);
}
