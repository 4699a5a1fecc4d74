using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Pages;

namespace TokenAuth.MyAccount;

/// <summary><c>/account/activity</c>: the person's security events, as far back as the store has them.</summary>
[Authorize]
internal sealed class ActivityModel(SecurityEvents events) : PageModel
{
    public const int PageSize = 30;

    public IReadOnlyList<ListedEvent> Events { get; private set; } = [];

    /// <summary>The id with which the link to the next page is made; null on the last page.</summary>
    public long? Older { get; private set; }

    public bool IsNewest { get; private set; }

    /// <param name="before">The id of an event; only older events are shown. Null shows the newest.</param>
    public async Task OnGetAsync(long? before, CancellationToken cancellation)
    {
        IsNewest = before is null;
        var found = await events.ListAsync(User.Uid!.Value, since: null, before, PageSize + 1, cancellation);
        Events = [.. found.Take(PageSize)];
        Older = found.Count > PageSize ? Events[^1].Id : null;
    }
}
