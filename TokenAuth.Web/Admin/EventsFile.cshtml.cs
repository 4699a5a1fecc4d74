using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Pages;

namespace TokenAuth.Admin;

/// <summary>
/// <c>/admin/events.csv</c>: the events that <c>/admin/events</c> shows, as a file for a spreadsheet.
/// </summary>
internal sealed class EventsFileModel(EventSearch search, AccountDirectory accounts, TimeProvider clock) : PageModel
{
    public const int MaxEvents = 100_000;

    private const int PageSize = 1000;

    [BindProperty(SupportsGet = true, Name = "")]
    public EventQuery Query { get; set; } = new();

    /// <summary>Writes the file while the log is read, so that memory does not grow with it.</summary>
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellation)
    {
        if (await Query.ReadAsync(accounts, cancellation) is not (Filter: { } filter, _))
            return NotFound();
        Response.ContentType = "text/csv; charset=utf-8";
        Response.Headers.ContentDisposition = string.Create(
            CultureInfo.InvariantCulture, $"attachment; filename=\"events-{clock.GetUtcNow():yyyyMMdd-HHmm}.csv\"");
        await using var writer = new StreamWriter(
            Response.Body, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
        await writer.WriteAsync(CsvRow.Of(
            "time", "kind", "login", "uid", "application", "dialect", "address", "detail", "count", "administrator"));
        long? before = null;
        var left = MaxEvents;
        do
        {
            var page = await search.FindAsync(filter, before, Math.Min(PageSize, left), cancellation);
            foreach (var entry in page.Events)
                await writer.WriteAsync(RowOf(entry));
            await writer.FlushAsync(cancellation);
            (before, left) = (page.Before, left - page.Events.Count);
        }
        while (before is not null && left > 0);
        return new EmptyResult();
    }

    private static string RowOf(ListedEvent entry) => CsvRow.Of(
        entry.At.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture), entry.Kind, entry.Login,
        entry.Uid?.ToString(CultureInfo.InvariantCulture), entry.Application, entry.Dialect, entry.Address,
        entry.Detail, entry.Count.ToString(CultureInfo.InvariantCulture), Display.Actor(entry));
}
