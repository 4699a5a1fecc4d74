using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Operations;

namespace TokenAuth.Admin;

/// <summary><c>/admin/events</c>: the security event log with filters.</summary>
internal sealed class EventsModel(
    EventSearch search, AccountDirectory accounts, ApplicationAdministration administration, HourlyCountStore counts)
    : PageModel
{
    public const int PageSize = 50;

    public static IEnumerable<string> Kinds =>
        Enum.GetValues<EventKind>().Select(SecurityLog.NameOf).Order(StringComparer.Ordinal);

    [BindProperty(SupportsGet = true, Name = "")]
    public EventQuery Query { get; set; } = new();

    public IReadOnlyList<Application> Applications { get; private set; } = [];

    public IReadOnlyList<string> Dialects { get; private set; } = [];

    public EventPage Found { get; private set; } = new([], null, IsCut: false);

    public string? Problem { get; private set; }

    public bool IsNewest { get; private set; }

    /// <param name="before">The number of an event; only older events are shown. Null shows the newest.</param>
    public async Task OnGetAsync(long? before, CancellationToken cancellation)
    {
        IsNewest = before is null;
        Applications = await administration.ListAsync(cancellation);
        Dialects = await counts.DialectsAsync(cancellation);
        (var filter, Problem) = await Query.ReadAsync(accounts, cancellation);
        if (filter is not null)
            Found = await search.FindAsync(filter, before, PageSize, cancellation);
    }

    public string LinkTo(long? before) => Request.Path + Query.ToQuery(
        before is null ? [] : [new KeyValuePair<string, string?>("before", $"{before}")]);
}
