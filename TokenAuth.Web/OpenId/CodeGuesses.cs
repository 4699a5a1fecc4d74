using TokenAuth.Kernel.Limits;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Storage;

namespace TokenAuth.OpenId;

/// <summary>Limits the wrong codes of devices that an account can enter: ten in ten minutes.</summary>
internal sealed class CodeGuesses(Store store, TimeProvider clock)
{
    private static readonly Rule PerAccount = new(Free: 10, TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(10));

    /// <summary>Returns how long the account must wait; zero if it need not.</summary>
    public async ValueTask<TimeSpan> BlockedForAsync(long accountId, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var count = await store.ReadAsync(
            connection => connection.ReadCountAsync(SubjectOf(accountId), now), cancellation);
        return count?.BlockedFor ?? TimeSpan.Zero;
    }

    /// <summary>Counts a wrong code.</summary>
    public async ValueTask CountAsync(long accountId)
    {
        var now = clock.GetUtcNow();
        await store.WriteAsync(
            connection => connection.CountAsync(SubjectOf(accountId), PerAccount, now), CancellationToken.None);
    }

    private static byte[] SubjectOf(long accountId) => TokenHash.Of($"device code\n{accountId}");
}
