using System.Net;
using System.Text;
using TokenAuth.Kernel.Limits;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Storage;

namespace TokenAuth.OpenId;

/// <summary>
/// Limits the requests that are stored for public applications, whose key anyone knows: codes of devices and pushed
/// requests, a hundred from one network in ten minutes, on all nodes together.
/// </summary>
internal sealed class OpenRequestLimit(Store store, TimeProvider clock)
{
    private static readonly Rule PerNetwork = new(Free: 100, TimeSpan.FromMinutes(10), TimeSpan.Zero);

    /// <summary>Counts a request. Returns the time to wait if the limit is exceeded; otherwise null.</summary>
    public async ValueTask<TimeSpan?> TakeAsync(IPAddress from, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var subject = TokenHash.Of($"open request\n{ClientNetwork.Of(from)}");
        var count = await store.WriteAsync(
            connection => connection.CountAsync(subject, PerNetwork, now), cancellation);
        return count.Times > PerNetwork.Free ? count.WindowStartedAt + PerNetwork.Window - now : null;
    }
}
