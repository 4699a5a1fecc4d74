using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using TokenAuth.Kernel.Calls.Methods;
using TokenAuth.Kernel.Pages;

namespace TokenAuth.Reference;

/// <summary><c>/docs/{dialect}/{method}</c>: a method, with an example in each format.</summary>
[EnglishPage]
internal sealed class MethodModel(ServedDialects dialects) : PageModel
{
    public DocumentedDialect Dialect { get; private set; } = null!;

    public MethodPage Method { get; private set; } = null!;

    public IReadOnlyList<MethodError> Errors { get; private set; } = [];

    /// <summary>The formats that have an example, each with it.</summary>
    public IReadOnlyList<(CallFormat Format, MethodExample Example)> Examples { get; private set; } = [];

    /// <summary>The address of the form that calls the method.</summary>
    public string TrialPath => $"{ReferenceFeature.Path}/{Dialect.Name}/{Method.Name}/try";

    public IActionResult OnGet(string dialect, string method)
    {
        if (dialects.Find(dialect) is not { } found || found.Find(method) is not { } page)
            return NotFound();
        (Dialect, Method) = (found, page);
        Errors = MethodError.Of(found.Reference, page);
        Examples =
        [
            .. from format in found.Reference.Formats
               let example = MethodExamples.Of(found.Name, page, format)
               where example is not null
               select (format, example),
        ];
        return Page();
    }
}
