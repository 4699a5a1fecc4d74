using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace TokenAuth.Reference;

/// <summary><c>/docs</c>: the list of pages, or one of them.</summary>
internal sealed class IndexModel : PageModel
{
    /// <summary>The page; null for the list.</summary>
    public ReferencePage? Shown { get; private set; }

    public IActionResult OnGet(string? topic)
    {
        Shown = topic is null ? null : ReferenceFeature.Find(topic);
        return topic is null || Shown is not null ? Page() : NotFound();
    }
}
