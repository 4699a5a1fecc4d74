using System.Net;
using TokenAuth.Kernel.Storage;
using TokenAuth.Kernel.Telemetry;

namespace TokenAuth.Kernel.Limits;

/// <summary>Failed sign-ins of a login name that count now.</summary>
/// <param name="Kind">The kind of callers, which are counted apart.</param>
/// <param name="From">The network; null if the failures count from anywhere.</param>
/// <param name="BlockedFor">The remaining time of the block; zero if there is none.</param>
internal sealed record CountedFailures(SignInKind Kind, string? From, int Failures, TimeSpan BlockedFor);

/// <summary>
/// Reads and removes what the throttle counts for one login name. The store has hashes of the subjects only, so the
/// caller names the networks to look for.
/// </summary>
internal sealed class AccountThrottle(Store store, TimeProvider clock)
{
    /// <summary>Returns the failures that count now.</summary>
    /// <param name="login">The account's login name.</param>
    /// <param name="from">Addresses from which sign-ins have failed lately.</param>
    public async Task<IReadOnlyList<CountedFailures>> ReadAsync(
        string login, IReadOnlyCollection<IPAddress> from, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        return await store.ReadAsync(
            async connection =>
            {
                var counted = new List<CountedFailures>();
                foreach (var (subject, kind, network) in Subjects(login, from))
                {
                    if (await connection.ReadCountAsync(subject, now) is { } count && count.ExpiresAt > now)
                        counted.Add(new CountedFailures(kind, network, count.Times, count.BlockedFor));
                }

                return counted;
            },
            cancellation);
    }

    /// <summary>Removes what <see cref="ReadAsync"/> returns, within the caller's transaction.</summary>
    public static async ValueTask<int> ClearAsync(
        StoreConnection connection, string login, IReadOnlyCollection<IPAddress> from)
    {
        var removed = 0;
        foreach (var (subject, _, _) in Subjects(login, from))
        {
            removed += await connection.ExecuteAsync(
                "DELETE FROM throttles WHERE subject_hash = @subject", ("@subject", subject));
        }

        return removed;
    }

    private static IEnumerable<(byte[] Subject, SignInKind Kind, string? Network)> Subjects(
        string login, IReadOnlyCollection<IPAddress> from)
    {
        foreach (var kind in Enum.GetValues<SignInKind>())
        {
            var anywhere = new SignInCaller(IPAddress.None, DialectNames.Browser) { Kind = kind }
                .Subjects(login, accountId: null, stamp: null);
            yield return (anywhere.Login, kind, null);
            foreach (var address in from.DistinctBy(ClientNetwork.Of, StringComparer.Ordinal))
            {
                var subjects = new SignInCaller(address, DialectNames.Browser) { Kind = kind }
                    .Subjects(login, accountId: null, stamp: null);
                yield return (subjects.Pair, kind, ClientNetwork.Of(address));
            }
        }
    }
}
