using System.Net;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Limits;

namespace TokenAuth.Kernel.Accounts;

/// <summary>Shows which failed sign-ins of an account count now, and lets the account sign in again at once.</summary>
internal sealed class AccountUnlock(
    AccountThrottle throttle, SecurityEvents events, SecurityLog log, TimeProvider clock)
{
    /// <summary>Longer than the throttle's window for a login name and network. Older networks count no more.</summary>
    private static readonly TimeSpan Window = TimeSpan.FromHours(1);

    /// <summary>
    /// The number of events and of networks that are looked at. A flood from more networks fails without them, too.
    /// </summary>
    private const int MaxEvents = 500;

    private const int MaxNetworks = 50;

    /// <summary>Returns the failures that count now, from anywhere and from the networks in the event log.</summary>
    public async Task<IReadOnlyList<CountedFailures>> ReadAsync(
        long accountId, string login, CancellationToken cancellation) =>
        await throttle.ReadAsync(login, await FailedFromAsync(accountId, cancellation), cancellation);

    /// <summary>Removes those failures with their blocks. False if there were none.</summary>
    /// <param name="from">The caller's address; null for the command line.</param>
    /// <param name="by">The administrator who acts; null for the command line.</param>
    public async Task<bool> UnlockAsync(
        long accountId, string login, IPAddress? from, long? by, CancellationToken cancellation)
    {
        var networks = await FailedFromAsync(accountId, cancellation);
        return await log.WriteAsync(
            async (connection, happened) =>
            {
                if (await AccountThrottle.ClearAsync(connection, login, networks) == 0)
                    return false;
                happened.Add(new SecurityEvent(EventKind.AccountUnlocked, accountId, From: from) { ActorId = by });
                return true;
            },
            cancellation);
    }

    private async Task<IReadOnlyCollection<IPAddress>> FailedFromAsync(long accountId, CancellationToken cancellation)
    {
        string[] kinds = [SecurityLog.NameOf(EventKind.SignInFailed), SecurityLog.NameOf(EventKind.SignInThrottled)];
        var latest = await events.ListAsync(
            accountId, clock.GetUtcNow() - Window, before: null, MaxEvents, cancellation);
        return
        [
            .. latest.Where(one => kinds.Contains(one.Kind, StringComparer.Ordinal))
                .Select(one => one.Address)
                .Distinct(StringComparer.Ordinal)
                .Select(address => IPAddress.TryParse(address, out var parsed) ? parsed : null)
                .OfType<IPAddress>()
                .Take(MaxNetworks),
        ];
    }
}
