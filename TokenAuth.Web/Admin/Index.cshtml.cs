using System.Data.Common;
using Microsoft.AspNetCore.Mvc.RazorPages;
using TokenAuth.Kernel.Operations;
using TokenAuth.Kernel.Pages;

namespace TokenAuth.Admin;

/// <summary><c>/admin</c>: charts of sign-ins, failures, checks and refused calls over a day or a month.</summary>
internal sealed class IndexModel(HourlyCountStore counts, TimeProvider clock) : PageModel
{
    public ChartPeriod Period { get; private set; }

    public IReadOnlyList<Chart> Charts { get; private set; } = [];

    public async Task OnGetAsync(ChartPeriod period, CancellationToken cancellation)
    {
        Period = Enum.IsDefined(period) ? period : ChartPeriod.Day;
        try
        {
            await counts.FlushAsync(cancellation);
        }
        catch (DbException)
        {
            // The store cannot be written: it is read-only or full. What it has is still shown.
        }

        var now = clock.GetUtcNow();
        Charts = DialectCharts.Of(await counts.ListAsync(Chart.Since(Period, now), cancellation), Period, now);
    }
}
