using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Limits;

/// <summary>
/// Limits the downloads of an account's data, which read many rows: five in an hour, on all nodes together.
/// </summary>
internal sealed class DownloadLimit(Store store, TimeProvider clock)
{
    public const int PerHour = 5;

    private static readonly Rule Limit = new(PerHour, TimeSpan.FromHours(1), TimeSpan.Zero);

    /// <summary>Counts a download. Returns the time to wait if the limit is exceeded; otherwise null.</summary>
    public async Task<TimeSpan?> TakeAsync(long accountId, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var subject = SHA256.HashData(
            Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"download\n{accountId}")));
        var count = await store.WriteAsync(
            connection => connection.CountAsync(subject, Limit, now), cancellation);
        return count.Times > Limit.Free ? count.WindowStartedAt + Limit.Window - now : null;
    }
}
