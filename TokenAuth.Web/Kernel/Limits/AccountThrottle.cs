using System.Net;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Storage;
using TokenAuth.Kernel.Telemetry;

namespace TokenAuth.Kernel.Limits;

/// <summary>Failed sign-ins of an account that count now.</summary>
/// <param name="Caller"><c>page</c> or <c>program</c>.</param>
/// <param name="Network">The network that they came from; null for those from anywhere together.</param>
/// <param name="BlockedUntil">The time until which further attempts are refused; null if they are not.</param>
internal sealed record CountedFailures(string Caller, string? Network, int Times, DateTimeOffset? BlockedUntil);

/// <summary>
/// Shows and clears the failures of one account (<see cref="Throttle"/>). The counts are keyed by hashes, so the
/// networks come from the security event log. Failures of known browsers are not found; such a browser signs in like
/// any other.
/// </summary>
internal sealed class AccountThrottle(Store store, SecurityLog events, TimeProvider clock)
{
    /// <summary>The maximum number of addresses to look up. The newest failures come first.</summary>
    private const int MaxAddresses = 1000;

    private static readonly string[] Dialects = [DialectNames.Browser, "program"];

    /// <summary>Lists the failures that count now.</summary>
    public async Task<IReadOnlyList<CountedFailures>> ListAsync(
        long accountId, string login, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var subjects = await SubjectsAsync(accountId, login, now, cancellation);
        return await store.ReadAsync(
            async connection =>
            {
                List<CountedFailures> counted = [];
                foreach (var (caller, network, subject, _) in subjects)
                {
                    var found = await connection.ReadCountsAsync(
                        subject, subject, third: null, subject, subject, sixth: null, now);
                    if (found is [var count] && IsCounting(count, network))
                    {
                        counted.Add(new CountedFailures(
                            caller, network, count.Times,
                            count.BlockedFor > TimeSpan.Zero ? count.BlockedUntil : null));
                    }
                }

                return counted;
            },
            cancellation);
    }

    /// <summary>
    /// Clears the failures of the account, from anywhere and from each network. As after a correct password, the name
    /// no longer counts for those networks either.
    /// </summary>
    /// <returns>The number of counts that were cleared.</returns>
    public async Task<int> ClearAsync(long accountId, string login, CancellationToken cancellation)
    {
        var subjects = await SubjectsAsync(accountId, login, clock.GetUtcNow(), cancellation);
        return await events.WriteAsync(
            async (connection, happened) =>
            {
                var cleared = 0;
                foreach (var (_, _, subject, networks) in subjects)
                {
                    if (await connection.ExecuteAsync(
                        "DELETE FROM throttles WHERE subject_hash = @subject", ("@subject", subject)) == 0)
                        continue;
                    cleared++;
                    foreach (var network in networks)
                        await connection.UncountAsync(network);
                }

                if (cleared > 0)
                    happened.Add(new SecurityEvent(EventKind.SignInUnlocked, accountId));
                return cleared;
            },
            cancellation);
    }

    private static bool IsCounting(Count count, string? network) =>
        count.BlockedFor > TimeSpan.Zero
        || count.IsCounting(network is null ? Throttle.PerLogin : Throttle.PerPair);

    /// <summary>Returns the subjects of the account's recent failures, with the subjects of their networks.</summary>
    private async Task<List<(string Caller, string? Network, byte[] Subject, byte[][] Networks)>> SubjectsAsync(
        long accountId, string login, DateTimeOffset now, CancellationToken cancellation)
    {
        // A network's count lasts for its window and a block after that.
        var addresses = await store.QueryAsync<string>(
            """
            SELECT address FROM security_events
            WHERE account_id = @account AND occurred_at >= @since AND kind = @failed AND address IS NOT NULL
            GROUP BY address ORDER BY MAX(id) DESC LIMIT @limit
            """,
            cancellation,
            ("@account", accountId),
            ("@since", now - Throttle.PerPair.Window - Throttle.PerPair.Block - TimeSpan.FromMinutes(1)),
            ("@failed", SecurityLog.NameOf(EventKind.SignInFailed)),
            ("@limit", MaxAddresses));
        List<(string, string?, byte[], byte[][])> subjects = [];
        foreach (var dialect in Dialects)
        {
            var caller = dialect == DialectNames.Browser ? "page" : dialect;
            var anywhere = new SignInCaller(IPAddress.None, dialect).Subjects(login, accountId, stamp: null);
            subjects.Add((caller, null, anywhere.Login, []));
            foreach (var from in addresses.Select(IPAddress.Parse).DistinctBy(ClientNetwork.Of))
            {
                var own = new SignInCaller(from, dialect).Subjects(login, accountId, stamp: null);
                subjects.Add((
                    caller, ClientNetwork.Of(from), own.Pair,
                    own.Site is { } site ? [own.Network, site] : [own.Network]));
            }
        }

        return subjects;
    }
}
