using System.Net;

namespace TokenAuth.Kernel.Limits;

/// <summary>The urgency of a caller, the most urgent first.</summary>
internal enum Urgency
{
    /// <summary>A browser or network from which this account has signed in before.</summary>
    Trusted,

    Ordinary,

    /// <summary>A network with failures that still count.</summary>
    Suspect,

    /// <summary>A login name that no account has.</summary>
    Nameless,
}

/// <summary>
/// Gives turns for slow work: a few at a time, with a bounded queue (see docs/sign-in-limits.md). More urgent callers
/// come first; among equally urgent ones, sites (<see cref="ClientNetwork.SiteOf"/>) take turns. A full queue refuses
/// one of the least urgent callers, of the name and the site with most callers in it. One name holds few places, and
/// trusted callers at most half of all. A refusal is sent when the next turn ends: a flood that retries immediately
/// then takes less processor time than the work.
/// </summary>
/// <param name="permits">The number of turns at a time. One site has at most half of them, but at least one.</param>
internal sealed class FairQueue(int permits)
{
    public const int MaxWaiting = 64;
    public const int MaxWaitingPerSite = 16;
    public const int MaxWaitingPerNetwork = 8;
    public const int MaxWaitingPerName = 8;

    /// <summary>
    /// The maximum number of trusted callers in the queue. The other places are for less urgent ones.
    /// </summary>
    public const int MaxTrusted = MaxWaiting / 2;

    /// <summary>
    /// How many turns in a row the most urgent callers have while others wait. Trusted callers have fewer: an account
    /// that signs in without pause is trusted, and must leave turns to others.
    /// </summary>
    private const int MaxUrgentInARow = 3;
    private const int MaxTrustedInARow = 1;

    private readonly int _maxRunningPerSite = Math.Max(1, permits / 2);
    private readonly Lock _lock = new();

    /// <summary>The waiting callers, in the order of arrival.</summary>
    private readonly List<Caller> _waiting = [];

    private readonly List<Caller> _running = [];

    /// <summary>The refused callers, which are told when the next turn ends.</summary>
    private readonly List<Caller> _refused = [];

    /// <summary>The highest round that has had a turn, by urgency.</summary>
    private readonly long[] _rounds = new long[Enum.GetValues<Urgency>().Length];

    /// <summary>The number of consecutive turns of the most urgent callers while others waited.</summary>
    private int _urgentInARow;

    /// <summary>The number of callers that wait now.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock)
                return _waiting.Count;
        }
    }

    /// <summary>
    /// Waits for a turn, which ends when it is disposed. Returns null if the queue refuses the caller.
    /// </summary>
    /// <param name="address">The caller's address; null for the operator's commands.</param>
    /// <param name="name">The login name; null if there is none. One name has one turn at a time.</param>
    public async Task<IDisposable?> EnterAsync(
        IPAddress? address, string? name, Urgency urgency, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var caller = Join(address, name, urgency);
        using var leaving = cancellation.UnsafeRegister((_, token) => Leave(caller, token), state: null);
        return await caller.Turn.Task;
    }

    private Caller Join(IPAddress? address, string? name, Urgency urgency)
    {
        var caller = new Caller(
            this,
            address is null ? "" : ClientNetwork.Of(address),
            address is null ? "" : ClientNetwork.SiteOf(address),
            name,
            urgency);
        lock (_lock)
        {
            // Each caller of a site joins the round after the site's previous caller. A new site joins the current
            // round.
            caller.Round = _waiting
                .Concat(_running)
                .Where(other => other.Site == caller.Site && other.Urgency == urgency)
                .Select(other => other.Round + 1)
                .Append(_rounds[(int)urgency])
                .Max();
            _waiting.Add(caller);
            StartNext();
            if (OverfullGroup(caller) is { Count: > 0 } candidates)
                Refuse(candidates);
        }

        return caller;
    }

    private void Leave(Caller caller, CancellationToken cancellation)
    {
        lock (_lock)
        {
            if (_waiting.Remove(caller) || _refused.Remove(caller))
                caller.Turn.TrySetCanceled(cancellation);
        }
    }

    private void End(Caller caller)
    {
        lock (_lock)
        {
            _running.Remove(caller);
            foreach (var refused in _refused)
                refused.Turn.TrySetResult(null);
            _refused.Clear();
            StartNext();
        }
    }

    private void StartNext()
    {
        while (_running.Count < permits && Next() is { } next)
        {
            _waiting.Remove(next);
            _running.Add(next);
            _rounds[(int)next.Urgency] = Math.Max(_rounds[(int)next.Urgency], next.Round);
            next.Turn.TrySetResult(next);
        }
    }

    /// <summary>
    /// Picks the next caller. While trusted callers wait, every second turn goes to the less urgent caller that has
    /// waited longest, and while others are the most urgent, every fourth: otherwise an account's owner, who is
    /// trusted, could keep all others waiting by signing in again and again. Names that no account has wait until no
    /// other caller does.
    /// </summary>
    private Caller? Next()
    {
        var able = _waiting.FindAll(
            caller => _running.Count(other => other.Site == caller.Site) < _maxRunningPerSite
            && !_running.Exists(other => other.HasNameOf(caller)));
        if (able.Count == 0)
            return null;
        var first = able.Min(caller => caller.Urgency);
        var others = able.FindAll(caller => caller.Urgency > first && caller.Urgency != Urgency.Nameless);
        var maxInARow = first == Urgency.Trusted ? MaxTrustedInARow : MaxUrgentInARow;
        _urgentInARow = others.Count == 0 || _urgentInARow >= maxInARow ? 0 : _urgentInARow + 1;
        return others.Count > 0 && _urgentInARow == 0
            ? others[0]
            : able.MinBy(caller => (caller.Urgency, caller.Round));
    }

    /// <summary>
    /// Returns the callers of which one must leave, because the newcomer's network, its site, its name or the queue
    /// exceeds its limit.
    /// </summary>
    private List<Caller> OverfullGroup(Caller newcomer)
    {
        var network = _waiting.FindAll(caller => caller.Network == newcomer.Network);
        if (network.Count > MaxWaitingPerNetwork)
            return network;
        var site = _waiting.FindAll(caller => caller.Site == newcomer.Site);
        if (site.Count > MaxWaitingPerSite)
            return site;
        var name = _waiting.FindAll(caller => caller.HasNameOf(newcomer));
        if (name.Count > MaxWaitingPerName)
            return name;
        if (_waiting.Count <= MaxWaiting)
            return [];
        var trusted = _waiting.FindAll(caller => caller.Urgency == Urgency.Trusted);
        return trusted.Count > MaxTrusted ? trusted : [.. _waiting];
    }

    /// <summary>
    /// Refuses one of the least urgent candidates: of the name, the site and the network with the most candidates, and
    /// among these the newest.
    /// </summary>
    private void Refuse(List<Caller> candidates)
    {
        var sites = candidates
            .CountBy(caller => caller.Site, StringComparer.Ordinal)
            .ToDictionary(StringComparer.Ordinal);
        var names = candidates
            .CountBy(caller => caller.Name ?? "", StringComparer.Ordinal)
            .ToDictionary(StringComparer.Ordinal);
        var networks = candidates
            .CountBy(caller => caller.Network, StringComparer.Ordinal)
            .ToDictionary(StringComparer.Ordinal);
        candidates.Reverse();
        var refused = candidates.MaxBy(caller =>
            (caller.Urgency, names[caller.Name ?? ""], sites[caller.Site], networks[caller.Network]))!;
        _waiting.Remove(refused);
        _refused.Add(refused);
    }

    private sealed class Caller(FairQueue queue, string network, string site, string? name, Urgency urgency)
        : IDisposable
    {
        private int _ended;

        public string Network { get; } = network;

        public string Site { get; } = site;

        public Urgency Urgency { get; } = urgency;

        public string? Name { get; } = name;

        public bool HasNameOf(Caller other) => Name is not null && Name == other.Name;

        public long Round { get; set; }

        public TaskCompletionSource<IDisposable?> Turn { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _ended, 1) == 0)
                queue.End(this);
        }
    }
}
