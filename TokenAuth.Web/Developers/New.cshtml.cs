using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Formats;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Pages;

namespace TokenAuth.Developers;

/// <summary>
/// <c>/console/new</c>: registers an application. Its secret is shown in this answer only and is not stored in clear.
/// </summary>
internal sealed class NewModel(ApplicationOwners owners, ApplicationLogos logos, TokenAuthOptions options) : PageModel
{
    public ApplicationForm Form { get; private set; } = ApplicationForm.Empty;

    /// <summary>The application that this request has registered; null otherwise.</summary>
    public Application? Registered { get; private set; }

    public string? Secret { get; private set; }

    public string? Problem { get; private set; }

    public string? LogoProblem { get; private set; }

    /// <summary>What follows a registration, in words.</summary>
    public string Expectation => options.Console.Registration == ConsoleRegistration.Open
        ? "The application works at once. A service, a logo and another quota need the approval of an administrator."
        : "The application works once an administrator has approved it. You get a message then.";

    public IActionResult OnGet() => MayRegister ? Page() : NotFound();

    public async Task<IActionResult> OnPostAsync(IFormFile? logo, CancellationToken cancellation)
    {
        if (!MayRegister)
            return NotFound();
        Form = ApplicationForm.Of(Request.Form, existing: null);
        if (Form.Read() is not { } read)
            return Page();
        var by = new ChangedBy(HttpContext.CallerAddress, User.Uid);
        var (result, application, secret) = await owners.RegisterAsync(
            read with
            {
                Quota = QuotaText.Read(options.Console.DefaultQuota),
                Waits = options.Console.Registration == ConsoleRegistration.Approval
                    || read.Kind == ApplicationKind.Service,
            },
            options.Console.MaxApplications, by, cancellation);
        switch (result)
        {
            case OwnerResult.Done:
                (Registered, Secret) = (application, secret);
                if (logo is { Length: > 0 }
                    && !await logos.SetAsync(
                        application.ApiKey, await LogoUpload.ReadAsync(logo, cancellation), by, cancellation))
                    LogoProblem = LogoUpload.Problem;
                break;
            case OwnerResult.NameTaken:
                Form.AddProblem("name", EditModel.NameTaken);
                break;
            case OwnerResult.NamespaceTaken:
                Form.AddProblem("namespaces", EditModel.NamespaceTaken);
                break;
            default:
                Problem = "You have as many applications as an account may have.";
                break;
        }

        return Page();
    }

    private bool MayRegister => options.Console.Registration != ConsoleRegistration.Off;
}
