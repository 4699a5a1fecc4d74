using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Pages;

namespace TokenAuth.Developers;

/// <summary><c>/console</c>: lists the person's applications, and those that others offer.</summary>
internal sealed class IndexModel(
    OwnedApplications applications, ApplicationOwners owners, TokenAuthOptions options) : PageModel
{
    public IReadOnlyList<Application> Applications { get; private set; } = [];

    public IReadOnlyList<OfferedApplication> Offers { get; private set; } = [];

    public bool IsFull => Applications.Count >= options.Console.MaxApplications;

    public bool MayRegister => options.Console.Registration != ConsoleRegistration.Off && !IsFull;

    public string? Problem { get; private set; }

    /// <summary>The outcome of the last action.</summary>
    [TempData]
    public string? Notice { get; set; }

    public async Task OnGetAsync(CancellationToken cancellation)
    {
        Applications = await applications.ListAsync(User.Uid!.Value, cancellation);
        Offers = await owners.OffersAsync(User.Uid!.Value, cancellation);
    }

    public async Task<IActionResult> OnPostAcceptAsync(long application, CancellationToken cancellation)
    {
        var result = await owners.AcceptAsync(
            application, options.Console.MaxApplications, new ChangedBy(HttpContext.CallerAddress, User.Uid),
            cancellation);
        switch (result)
        {
            case OwnerResult.Done:
                Notice = "The application is yours. Its former owner knows its secret, so create a new one.";
                return LocalRedirect($"{DevelopersFeature.Path}/{application}");
            case OwnerResult.TooMany:
                Problem = "You have as many applications as an account may have. Delete or transfer one first.";
                break;
            default:
                Problem = "That application is no longer offered to you.";
                break;
        }

        await OnGetAsync(cancellation);
        return Page();
    }

    public async Task<IActionResult> OnPostDeclineAsync(long application, CancellationToken cancellation)
    {
        await owners.DeclineAsync(application, User.Uid!.Value, cancellation);
        Notice = "The offer was declined.";

        // Without another application or offer, this page may no longer exist for the person.
        return options.Console.Registration == ConsoleRegistration.Off
            && !await applications.HasAnyAsync(User.Uid!.Value, cancellation)
            ? LocalRedirect("/account")
            : LocalRedirect(DevelopersFeature.Path);
    }
}
