using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using TokenAuth.Kernel.Calls.Methods;
using TokenAuth.Kernel.Pages;

namespace TokenAuth.Reference;

/// <summary><c>/docs</c>: the list of pages, or one of them.</summary>
[EnglishPage]
internal sealed class IndexModel(ServedDialects dialects) : PageModel
{
    /// <summary>The dialects, for the list.</summary>
    public IReadOnlyList<DocumentedDialect> Dialects => dialects.Documented;

    /// <summary>The dialect that the page is about; null for other pages.</summary>
    public DocumentedDialect? Methods => Shown is null ? null : dialects.Find(Shown.Name);

    /// <summary>The page; null for the list.</summary>
    public ReferencePage? Shown { get; private set; }

    public IActionResult OnGet(string? topic)
    {
        Shown = topic is null ? null : ReferenceFeature.Find(topic);
        return topic is null || Shown is not null ? Page() : NotFound();
    }
}
