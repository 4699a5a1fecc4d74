using System.Data.Common;
using Microsoft.AspNetCore.Mvc.RazorPages;
using TokenAuth.Kernel.Applications;

namespace TokenAuth.Developers;

/// <summary><c>/console/{id}/faults</c>: lists the last refused calls of an application.</summary>
internal sealed class FaultsModel(ApplicationFaults faults) : PageModel
{
    public OwnApplication Own => HttpContext.OwnApplication;

    /// <summary>The faults of calls whose signature or secret was right.</summary>
    public IReadOnlyList<ApplicationFaultRow> Proven { get; private set; } = [];

    public IReadOnlyList<ApplicationFaultRow> Unproven { get; private set; } = [];

    public async Task OnGetAsync(CancellationToken cancellation)
    {
        try
        {
            await faults.FlushAsync(cancellation);
        }
        catch (DbException)
        {
            // The store cannot be written: it is read-only or full. What it has is still shown.
        }

        var (id, max) = (Own.Application.Id, ApplicationFaults.MaxRows);
        Proven = await faults.ListAsync(id, isProven: true, max, cancellation);
        Unproven = await faults.ListAsync(id, isProven: false, max, cancellation);
    }
}
