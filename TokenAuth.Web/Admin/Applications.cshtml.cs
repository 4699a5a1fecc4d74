using Microsoft.AspNetCore.Mvc.RazorPages;
using TokenAuth.Kernel.Applications;

namespace TokenAuth.Admin;

/// <summary><c>/admin/applications</c>: lists the applications.</summary>
internal sealed class ApplicationsModel(ApplicationAdministration administration) : PageModel
{
    public IReadOnlyList<Application> Applications { get; private set; } = [];

    public async Task OnGetAsync(CancellationToken cancellation) =>
        Applications = await administration.ListAsync(cancellation);
}
