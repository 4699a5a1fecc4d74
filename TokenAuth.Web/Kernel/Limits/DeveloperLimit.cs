using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Limits;

/// <summary>What developers do on the pages for them, and what is counted apart.</summary>
internal enum DeveloperWork
{
    /// <summary>A call of a method, for trial.</summary>
    Trial,

    /// <summary>A look into a signature.</summary>
    Signature,
}

/// <summary>
/// Limits the work that one account can cause on the pages for developers, on all nodes together. The counts are in the
/// store (see docs/sign-in-limits.md).
/// </summary>
internal sealed class DeveloperLimit(Store store, TimeProvider clock)
{
    public const int PerWindow = 60;

    private static readonly Rule Limit = new(PerWindow, TimeSpan.FromMinutes(10), TimeSpan.Zero);

    /// <summary>Counts an attempt. Returns the time to wait if it is one too many; otherwise null.</summary>
    public async Task<TimeSpan?> TakeAsync(DeveloperWork work, long accountId, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var subject = SHA256.HashData(
            Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"developer\n{work}\n{accountId}")));
        var count = await store.WriteAsync(
            connection => connection.CountAsync(subject, Limit, now), cancellation);
        return count.Times > Limit.Free ? count.WindowStartedAt + Limit.Window - now : null;
    }
}
