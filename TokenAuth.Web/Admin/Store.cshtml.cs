using Microsoft.AspNetCore.Mvc.RazorPages;
using TokenAuth.Kernel.Operations;

namespace TokenAuth.Admin;

/// <summary><c>/admin/store</c>: the state of the store and of the nodes.</summary>
internal sealed class StoreModel(StoreState state, TimeProvider clock) : PageModel
{
    public DescribedStore Store { get; private set; } = null!;

    /// <summary>Checks whether a node has missed two reports.</summary>
    public bool IsLate(ReportedNode node) => clock.GetUtcNow() - node.SeenAt > 3 * NodeReport.Interval;

    public async Task OnGetAsync(CancellationToken cancellation) => Store = await state.DescribeAsync(cancellation);
}
