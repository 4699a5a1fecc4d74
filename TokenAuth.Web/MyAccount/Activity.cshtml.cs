using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Pages;

namespace TokenAuth.MyAccount;

/// <summary>A person's own events, as far back as they are kept.</summary>
[Authorize]
internal sealed class ActivityModel(SecurityEvents events) : PageModel
{
    public const int PageSize = 50;

    public IReadOnlyList<ListedEvent> Events { get; private set; } = [];

    /// <summary>Where the next page begins; null on the last one.</summary>
    public long? Older { get; private set; }

    public bool IsNewest { get; private set; }

    /// <param name="before">Events older than the one of this number.</param>
    public async Task OnGetAsync(long? before, CancellationToken cancellation)
    {
        IsNewest = before is null;
        var found = await events.ListAsync(User.Uid!.Value, since: null, before, PageSize + 1, cancellation);
        Events = [.. found.Take(PageSize)];
        Older = found.Count > PageSize ? Events[^1].Id : null;
    }
}
