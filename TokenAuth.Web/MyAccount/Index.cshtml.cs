using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Pages;
using TokenAuth.Kernel.Sessions;

namespace TokenAuth.MyAccount;

/// <summary><c>/account</c>: the person's applications, sessions and latest events.</summary>
[Authorize]
internal sealed class IndexModel(
    ConsentStore consents, SessionStore sessions, AccountSessions all, SecurityEvents events,
    Administrators administrators) : PageModel
{
    /// <summary>The number of events on this page. The page of activity has all of them.</summary>
    private const int MaxEvents = 5;

    public IReadOnlyList<AllowedApplication> Applications { get; private set; } = [];

    public SessionPage Sessions { get; private set; } = new([], 0, 1, 1);

    public IReadOnlyList<ListedEvent> Events { get; private set; } = [];

    /// <summary>Whether the page links to those of administrators.</summary>
    public bool IsAdministrator { get; private set; }

    /// <summary>The outcome of the person's last action.</summary>
    [TempData]
    public string? Notice { get; set; }

    /// <param name="p">The number of the page of sessions, beginning with 1.</param>
    public async Task OnGetAsync(CancellationToken cancellation, int p = 1)
    {
        var account = User.Uid!.Value;
        Applications = await consents.AllowedAsync(account, cancellation);
        Sessions = await all.ListAsync(account, User.SessionId, p, cancellation);
        IsAdministrator = await administrators.IncludesAsync(account, cancellation);
        Events = await events.ListAsync(account, since: null, before: null, MaxEvents, cancellation);
    }

    public async Task<IActionResult> OnPostRemoveAsync(long id, CancellationToken cancellation)
    {
        Notice = await consents.RevokeAsync(User.Uid!.Value, id, HttpContext.CallerAddress, cancellation)
            ? "The application was removed, and its sessions have ended."
            : "That application had been removed already.";
        return LocalRedirect("/account");
    }

    public async Task<IActionResult> OnPostEndAsync(long id, CancellationToken cancellation, int p = 1)
    {
        Notice = await sessions.EndAsync(id, User.Uid!.Value, HttpContext.CallerAddress, cancellation)
            ? "The session has ended." : "That session had ended already.";
        return LocalRedirect(PageLink(p));
    }

    public async Task<IActionResult> OnPostEndOthersAsync(CancellationToken cancellation)
    {
        var ended = await all.EndOthersAsync(
            User.Uid!.Value, User.SessionId!.Value, HttpContext.CallerAddress, cancellation);
        Notice = ended switch
        {
            0 => "There was no other session.",
            1 => "The other session has ended.",
            _ => $"The other {ended} sessions have ended.",
        };
        return LocalRedirect("/account");
    }

    public static string PageLink(int p) => p > 1 ? $"/account?p={p}" : "/account";

    public static string Format(DateTimeOffset instant) => instant.ToString("d MMM yyyy HH:mm 'UTC'");
}
