using Microsoft.AspNetCore.Mvc.RazorPages;
using TokenAuth.Kernel.Applications;

namespace TokenAuth.Admin;

/// <summary><c>/admin/applications</c>: lists the applications, and what waits for an approval.</summary>
internal sealed class ApplicationsModel(ApplicationAdministration administration, ApplicationApproval approval)
    : PageModel
{
    public IReadOnlyList<Application> Applications { get; private set; } = [];

    public IReadOnlyList<PendingApplication> Pending { get; private set; } = [];

    public async Task OnGetAsync(CancellationToken cancellation)
    {
        Applications = await administration.ListAsync(cancellation);
        Pending = await approval.ListAsync(cancellation);
    }
}
