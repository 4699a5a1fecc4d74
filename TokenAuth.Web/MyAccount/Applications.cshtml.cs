using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Languages;
using TokenAuth.Kernel.Pages;
using TokenAuth.Kernel.Sessions;

namespace TokenAuth.MyAccount;

/// <summary><c>/account/applications</c>: what the person has allowed, in words, and how it is used.</summary>
[Authorize]
internal sealed class ApplicationsModel(
    AccountApplications applications, PermissionWords permissions, OwnedApplications owned, TokenAuthOptions options)
    : PageModel
{
    public const string Path = "/account/applications";

    public IReadOnlyList<AccountApplication> Applications { get; private set; } = [];

    /// <summary>The outcome of the person's last action.</summary>
    [TempData]
    public string? Notice { get; set; }

    /// <summary>Tells whether the developers' console exists for the person.</summary>
    public bool HasConsole { get; private set; }

    public async Task OnGetAsync(CancellationToken cancellation)
    {
        Applications = await applications.ListAsync(User.Uid!.Value, cancellation);
        HasConsole = options.Console.Registration != ConsoleRegistration.Off
            || await owned.HasAnyAsync(User.Uid!.Value, cancellation);
    }

    /// <summary>
    /// Returns what the application may do in all its dialects. Empty if one of them has no permissions, because then
    /// nothing limits it.
    /// </summary>
    public IReadOnlyList<Text> WordsOf(AccountApplication application)
    {
        var words = application.Consents.Select(
            consent => permissions.Of(consent.Dialect, consent.Permissions)).ToList();
        return words.Any(some => some.Count == 0)
            ? []
            : [.. words.SelectMany(some => some).DistinctBy(text => text.ToString(), StringComparer.Ordinal)];
    }
}
