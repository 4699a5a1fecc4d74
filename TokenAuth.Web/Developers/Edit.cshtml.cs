using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Pages;

namespace TokenAuth.Developers;

/// <summary>
/// <c>/console/{id}/edit</c>: changes an application and its logo. If registrations need an approval, the approved name
/// and namespaces stay.
/// </summary>
internal sealed class EditModel(
    ApplicationOwners owners, ApplicationLogos logos, FreshProof proof, TokenAuthOptions options) : PageModel
{
    public const string NameTaken = "Another application has this name. Choose another one.";

    public const string NamespaceTaken = "Another application has one of these namespaces.";

    public OwnApplication Own => HttpContext.OwnApplication;

    public ApplicationForm Form { get; private set; } = ApplicationForm.Empty;

    public ApplicationLogo? Logo { get; private set; }

    public string? Problem { get; private set; }

    /// <summary>The outcome, for the page of the application.</summary>
    [TempData]
    public string? Notice { get; set; }

    private bool IsFixed => options.Console.Registration == ConsoleRegistration.Approval
        && (Own.Application.Enabled || Own.Application.DisabledFor <= DisabledReason.Owner);

    public async Task OnGetAsync(CancellationToken cancellation)
    {
        Form = ApplicationForm.Of(Own.Application, IsFixed);
        Logo = await logos.FindAsync(Own.Application.Id, cancellation);
    }

    /// <summary>Shows the logo to its owner, approved or not.</summary>
    public async Task<IActionResult> OnGetLogoAsync(CancellationToken cancellation) =>
        await logos.FindAsync(Own.Application.Id, cancellation) is { } logo
            ? new PageFileResult(logo.MediaType, logo.Content)
            : NotFound();

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        Form = ApplicationForm.Of(Request.Form, Own.Application, IsFixed);
        Logo = await logos.FindAsync(Own.Application.Id, cancellation);
        if (Form.ReadChange(Own.Application) is not { } change)
            return Page();
        if (await proof.RequireAsync(this, cancellation) is { } question)
            return question;
        switch (await owners.ChangeAsync(Own.Application, change, Own.By, cancellation))
        {
            case OwnerResult.Done:
                Notice = change.AsksAgain
                    ? "The application was changed. An administrator looks at it again."
                    : "The application was changed.";
                return LocalRedirect(Own.Path);
            case OwnerResult.NameTaken:
                Form.AddProblem("name", NameTaken);
                return Page();
            case OwnerResult.NamespaceTaken:
                Form.AddProblem("namespaces", NamespaceTaken);
                return Page();
            default:
                return NotFound();
        }
    }

    public async Task<IActionResult> OnPostLogoAsync(IFormFile? logo, CancellationToken cancellation)
    {
        if (logo is null
            || !await logos.SetAsync(
                Own.Application.ApiKey, await LogoUpload.ReadAsync(logo, cancellation), Own.By, cancellation))
        {
            await OnGetAsync(cancellation);
            Problem = LogoUpload.Problem;
            return Page();
        }

        Notice = "The logo was stored. People see it once an administrator has approved it.";
        return LocalRedirect(Own.Path);
    }

    public async Task<IActionResult> OnPostRemoveLogoAsync(CancellationToken cancellation)
    {
        await logos.RemoveAsync(Own.Application.ApiKey, Own.By, cancellation);
        Notice = "The logo was removed.";
        return LocalRedirect(Own.Path);
    }
}
