using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Hosting;
using TokenAuth.Kernel.Tokens;

namespace TokenAuth.AccountPages;

[Authorize]
internal sealed class IndexModel(Consents consents, Sessions sessions) : PageModel
{
    public IReadOnlyList<AllowedApplication> Applications { get; private set; } = [];

    public IReadOnlyList<ListedSession> Sessions { get; private set; } = [];

    /// <summary>What the person's last click did.</summary>
    [TempData]
    public string? Said { get; set; }

    public async Task OnGetAsync(CancellationToken cancellation)
    {
        var account = User.Uid!.Value;
        Applications = await consents.AllowedAsync(account, cancellation);
        Sessions = await consents.SessionsAsync(account, cancellation);
    }

    public async Task<IActionResult> OnPostRemoveAsync(long id, CancellationToken cancellation)
    {
        Said = await consents.RevokeAsync(User.Uid!.Value, id, HttpContext.CallerAddress, cancellation)
            ? "The application was removed, and its sessions have ended."
            : "That application had been removed already.";
        return LocalRedirect("/account");
    }

    public async Task<IActionResult> OnPostEndAsync(long id, CancellationToken cancellation)
    {
        Said = await sessions.EndAsync(id, User.Uid!.Value, HttpContext.CallerAddress, cancellation) ? "The session has ended." : "That session had ended already.";
        return LocalRedirect("/account");
    }

    public static string Shown(DateTimeOffset instant) => instant.ToString("d MMM yyyy HH:mm 'UTC'");
}
