using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Limits;

/// <summary>
/// Slows down the guessing of passwords. Failures count per login name and network, per network over all login names,
/// and per login name from anywhere. Failures of a known browser count for that browser only (see
/// docs/sign-in-limits.md). The counts are in the store, so they hold across nodes and restarts. Login names that no
/// account has count as well, so that nothing can be learnt from the counts.
/// The folder <c>Limits</c> owns quota, throttle, replay guard, sign-up limits and the fair queue. It must not know
/// passwords, nor the error numbers of dialects.
/// </summary>
internal sealed class Throttle(Store store, TimeProvider clock)
{
    private static readonly Rule PerPair = new(Free: 3, TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(5));

    /// <summary>Counts login names, not failures: each pair counts once per window.</summary>
    private static readonly Rule PerNetwork = new(Free: 20, TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(1));

    /// <summary>Counts login names of the /48 around an IPv6 network, which may hold many subscribers.</summary>
    private static readonly Rule PerSite = new(Free: 100, TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(1));

    /// <summary>
    /// How many failures of one network within the window of <see cref="PerPair"/> count towards the login name from
    /// anywhere. With more, one network could reach that limit by itself, and lock the owner out elsewhere.
    /// </summary>
    private const int MaxPerNetworkForLogin = 2;

    private static readonly Rule PerLogin = new(Free: 30, TimeSpan.FromHours(1), TimeSpan.FromMinutes(1));

    /// <summary>
    /// The same for codes. One guess in 333,000 is right, so an attacker who knows the password and has any number of
    /// networks needs years. The owner's known browsers and networks are not affected.
    /// </summary>
    private static readonly Rule PerLoginAndCode =
        new(Free: 10, TimeSpan.FromHours(24), TimeSpan.FromHours(1));

    /// <summary>While the block lasts, the caller is not refused, but treated as a browser that is not known.</summary>
    private static readonly Rule PerDevice = new(Free: 10, TimeSpan.FromHours(1), TimeSpan.FromHours(1));

    /// <summary>The time for which a network is trusted with a login name that has signed in there.</summary>
    private static readonly TimeSpan Trust = TimeSpan.FromDays(30);

    /// <summary>The trust is written at most once in this time.</summary>
    private static readonly TimeSpan TrustStep = TimeSpan.FromDays(1);

    /// <summary>Decides whether an attempt may proceed, and which subjects it counts for.</summary>
    /// <param name="login">The account's login name, or the typed text if no account has it.</param>
    /// <param name="accountId">The account; null if no account has this login name.</param>
    /// <param name="stamp">
    /// The account's security stamp. When it changes, the trust in networks and browsers ends.
    /// </param>
    public async ValueTask<SignInStanding> EvaluateAsync(
        string login, long? accountId, SignInCaller caller, CancellationToken cancellation, string? stamp = null)
    {
        var now = clock.GetUtcNow();
        var subjects = caller.Subjects(login, accountId, stamp);
        var counts = await store.ReadAsync(
            connection => connection.ReadCountsAsync(
                subjects.Pair, subjects.Network, subjects.Site, subjects.Login, subjects.Known, subjects.Device, now),
            cancellation);
        Count? Of(byte[]? subject) =>
            subject is null ? null : counts.Find(count => count.Subject.AsSpan().SequenceEqual(subject));
        TimeSpan BlockOf(byte[]? subject) => Of(subject)?.BlockedFor ?? TimeSpan.Zero;

        var isByDevice = subjects.Device is not null && BlockOf(subjects.Device) == TimeSpan.Zero;
        var known = Of(subjects.Known) is { } found && found.ExpiresAt > now ? found : null;
        var isTrusted = isByDevice || known is not null;
        var network = isTrusted ? TimeSpan.Zero : Longer(BlockOf(subjects.Network), BlockOf(subjects.Site));
        var own = isByDevice
            ? TimeSpan.Zero
            : Longer(BlockOf(subjects.Pair), isTrusted ? TimeSpan.Zero : BlockOf(subjects.Login));
        var wait = Longer(network, own);
        var hasFailed = Of(subjects.Pair)?.IsCounting(PerPair) == true;
        return new SignInStanding
        {
            Subjects = subjects,
            Refusal = wait == TimeSpan.Zero
                ? null
                : new Fault(
                    network > TimeSpan.Zero ? FaultKind.AddressThrottled : FaultKind.SignInThrottled,
                    RetryAfter: wait),
            Urgency = isTrusted ? Urgency.Trusted
                : hasFailed || Of(subjects.Network)?.IsCounting(PerNetwork) == true ? Urgency.Suspect
                : Urgency.Ordinary,
            IsByDevice = isByDevice,
            HasFailed = hasFailed,
            IsRemembered = known is not null && known.ExpiresAt > now + Trust - TrustStep,
        };
    }

    /// <summary>Counts an attempt that was allowed and has failed, even if the caller closes its connection.</summary>
    public async Task FailedAsync(SignInStanding standing)
    {
        var now = clock.GetUtcNow();
        var subjects = standing.Subjects;
        await store.WriteAsync(
            async connection =>
            {
                if (standing.IsByDevice)
                    return await connection.CountAsync(subjects.Device!, PerDevice, now);
                var pair = await connection.CountAsync(subjects.Pair, PerPair, now);
                if (pair.Times == 1)
                {
                    await connection.CountAsync(subjects.Network, PerNetwork, now);
                    if (subjects.Site is { } site)
                        await connection.CountAsync(site, PerSite, now);
                }

                return pair.Times <= MaxPerNetworkForLogin
                    ? await connection.CountAsync(
                        subjects.Login, subjects.IsCode ? PerLoginAndCode : PerLogin, now)
                    : pair;
            },
            CancellationToken.None);
    }

    /// <summary>
    /// Records a completed sign-in. It clears the failures of its own login name from its own network, also for that
    /// network, and makes the network known for that name.
    /// </summary>
    public async Task SucceededAsync(SignInStanding standing)
    {
        var clears = standing is { HasFailed: true, IsByDevice: false };
        if (!clears && standing.IsRemembered)
            return;
        var now = clock.GetUtcNow();
        var subjects = standing.Subjects;
        await store.WriteAsync(
            async connection =>
            {
                if (clears
                    && await connection.ExecuteAsync(
                        "DELETE FROM throttles WHERE subject_hash = @subject", ("@subject", subjects.Pair)) == 1)
                {
                    await connection.UncountAsync(subjects.Network);
                    if (subjects.Site is { } site)
                        await connection.UncountAsync(site);
                }

                return await connection.ExecuteAsync(
                    """
                    INSERT INTO throttles (subject_hash, failures, window_started_at, blocked_until, expires_at)
                    VALUES (@subject, 0, @now, 0, @expires)
                    ON CONFLICT (subject_hash) DO UPDATE SET window_started_at = @now, expires_at = @expires
                    """,
                    ("@subject", subjects.Known), ("@now", now), ("@expires", now + Trust));
            },
            CancellationToken.None);
    }

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
