using System.Net;

namespace TokenAuth.Kernel.Limits;

/// <summary>How soon a caller comes to its turn; the first one first.</summary>
internal enum Urgency
{
    /// <summary>A browser or a network from which this account has signed in before.</summary>
    Trusted,

    Ordinary,

    /// <summary>From a network with failures that still count.</summary>
    Suspect,

    /// <summary>For a name that no account has.</summary>
    Nameless,
}

/// <summary>
/// Turns for slow work, a few at once, and a queue with an end. More urgent callers come first; of those that are equally urgent,
/// sites (<see cref="ClientNetwork.SiteOf"/>) take turns. Where the queue is full, one of the least urgent is refused, of the site
/// that has most in it; one account can hold few places, and those who are trusted at most half of them. It is told so when the next turn ends: a flood that asks again at once must not take more of the processor
/// than the work does.
/// </summary>
/// <param name="permits">How many turns there are at once. One site has at most half of them, but at least one.</param>
internal sealed class FairQueue(int permits)
{
    public const int MaxWaiting = 64;
    public const int MaxWaitingPerSite = 16;
    public const int MaxWaitingPerNetwork = 8;
    public const int MostWaitingPerName = 8;

    /// <summary>The rest of the places is for those who are less urgent.</summary>
    public const int MostTrusted = MaxWaiting / 2;

    private const int MaxUrgentInARow = 3;

    private readonly int _maxRunningPerSite = Math.Max(1, permits / 2);
    private readonly Lock _lock = new();

    /// <summary>In the order of arrival.</summary>
    private readonly List<Caller> _waiting = [];

    private readonly List<Caller> _running = [];

    private readonly List<Caller> _refused = [];

    /// <summary>By urgency, the highest round of which somebody has had a turn.</summary>
    private readonly long[] _rounds = new long[Enum.GetValues<Urgency>().Length];

    /// <summary>How many turns in a row the most urgent callers have had while others waited.</summary>
    private int _urgentInARow;

    /// <summary>Waits for a turn, which ends when it is disposed of. Null where the queue has no room for this caller.</summary>
    /// <param name="address">Null for the operator's own commands.</param>
    /// <param name="name">The login name, of which one has a turn at a time; null where there is none.</param>
    public async Task<IDisposable?> EnterAsync(IPAddress? address, string? name, Urgency urgency, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var caller = Join(address, name, urgency);
        using var leaving = cancellation.UnsafeRegister((_, token) => Leave(caller, token), state: null);
        return await caller.Turn.Task;
    }

    private Caller Join(IPAddress? address, string? name, Urgency urgency)
    {
        var caller = new Caller(
            this, address is null ? "" : ClientNetwork.Of(address), address is null ? "" : ClientNetwork.SiteOf(address), name, urgency);
        lock (_lock)
        {
            // Each caller of a site belongs to a later round than the one before it; a site that comes anew, to the present one.
            caller.Round = _waiting.Concat(_running).Where(other => other.Site == caller.Site && other.Urgency == urgency)
                .Select(other => other.Round + 1).Append(_rounds[(int)urgency]).Max();
            _waiting.Add(caller);
            StartNext();
            if (OverfullGroup(caller) is { Count: > 0 } crowd)
                Refuse(crowd);
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
    /// Every fourth turn is for whoever is less urgent and has waited longest: somebody who has an account is trusted with it
    /// somewhere, and could otherwise keep all others waiting by signing in again and again. Names that nobody has wait until
    /// nobody else does.
    /// </summary>
    private Caller? Next()
    {
        var able = _waiting.FindAll(caller => _running.Count(other => other.Site == caller.Site) < _maxRunningPerSite
            && !_running.Exists(other => other.HasNameOf(caller)));
        if (able.Count == 0)
            return null;
        var first = able.Min(caller => caller.Urgency);
        var others = able.FindAll(caller => caller.Urgency > first && caller.Urgency != Urgency.Nameless);
        _urgentInARow = others.Count == 0 || _urgentInARow == MaxUrgentInARow ? 0 : _urgentInARow + 1;
        return others.Count > 0 && _urgentInARow == 0 ? others[0] : able.MinBy(caller => (caller.Urgency, caller.Round));
    }

    /// <summary>Of whom one has to go, because the newcomer's network, its site or the queue is over its limit.</summary>
    private List<Caller> OverfullGroup(Caller newcomer)
    {
        var network = _waiting.FindAll(caller => caller.Network == newcomer.Network);
        if (network.Count > MaxWaitingPerNetwork)
            return network;
        var site = _waiting.FindAll(caller => caller.Site == newcomer.Site);
        if (site.Count > MaxWaitingPerSite)
            return site;
        var name = _waiting.FindAll(caller => caller.HasNameOf(newcomer));
        if (name.Count > MostWaitingPerName)
            return name;
        if (_waiting.Count <= MaxWaiting)
            return [];
        var trusted = _waiting.FindAll(caller => caller.Urgency == Urgency.Trusted);
        return trusted.Count > MostTrusted ? trusted : [.. _waiting];
    }

    /// <summary>
    /// The least urgent; of these, one of the name, the site and the network that have most in the crowd; of these, the newest.
    /// </summary>
    private void Refuse(List<Caller> crowd)
    {
        var sites = crowd.CountBy(caller => caller.Site, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        var networks = crowd.CountBy(caller => caller.Network, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        crowd.Reverse();
        var refused = crowd.MaxBy(caller => (caller.Urgency, crowd.Count(caller.HasNameOf), sites[caller.Site], networks[caller.Network]))!;
        _waiting.Remove(refused);
        _refused.Add(refused);
    }

    private sealed class Caller(FairQueue queue, string network, string site, string? name, Urgency urgency) : IDisposable
    {
        private int _ended;

        public string Network { get; } = network;

        public string Site { get; } = site;

        public Urgency Urgency { get; } = urgency;

        public bool HasNameOf(Caller other) => name is not null && name == other.Name;

        private string? Name => name;

        public long Round { get; set; }

        public TaskCompletionSource<IDisposable?> Turn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _ended, 1) == 0)
                queue.End(this);
        }
    }
}
