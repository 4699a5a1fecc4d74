using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Pages;

namespace TokenAuth.Developers;

/// <summary><c>/console/{id}/delete</c>: deletes an application, after its name was typed.</summary>
internal sealed class DeleteModel(
    ApplicationDeletion deletion, OwnedApplications applications, FreshProof proof, TokenAuthOptions options)
    : PageModel
{
    public OwnApplication Own => HttpContext.OwnApplication;

    public string? Problem { get; private set; }

    /// <summary>The outcome, for the list of applications.</summary>
    [TempData]
    public string? Notice { get; set; }

    public async Task<IActionResult> OnPostAsync(string? name, CancellationToken cancellation)
    {
        if (!string.Equals(name?.Trim(), Own.Application.Name, StringComparison.OrdinalIgnoreCase))
        {
            Problem = "That is not the name of the application. Nothing was deleted.";
            return Page();
        }

        if (await proof.RequireAsync(this, cancellation) is { } question)
            return question;
        await deletion.DeleteAsync(Own.Application.ApiKey, (_, _) => { }, cancellation, Own.By);
        Notice = $"{Own.Application.Name} was deleted.";

        // Without another application, the list may no longer exist for the person.
        return options.Console.Registration == ConsoleRegistration.Off
            && !await applications.HasAnyAsync(User.Uid!.Value, cancellation)
            ? LocalRedirect("/account")
            : LocalRedirect(DevelopersFeature.Path);
    }
}
