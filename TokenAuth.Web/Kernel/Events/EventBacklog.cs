namespace TokenAuth.Kernel.Events;

/// <summary>
/// The events that wait to be written. Equal events are counted, so a flood of failures from one address is one entry.
/// Beyond <see cref="MaxEntries"/> different entries, an event loses its account, application, address and detail, but
/// still counts.
/// </summary>
internal sealed class EventBacklog
{
    public const int MaxEntries = 10_000;

    private readonly Lock _lock = new();
    private Dictionary<SecurityEvent, Entry> _entries = [];

    /// <summary>The number of different entries that wait now.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _entries.Count;
        }
    }

    public void Add(SecurityEvent happened, DateTimeOffset at, long times = 1)
    {
        lock (_lock)
        {
            var key = _entries.Count < MaxEntries || _entries.ContainsKey(happened)
                ? happened
                : new SecurityEvent(happened.Kind, Dialect: happened.Dialect);
            _entries[key] = _entries.TryGetValue(key, out var entry)
                ? new Entry(entry.FirstAt < at ? entry.FirstAt : at, entry.Count + times)
                : new Entry(at, times);
        }
    }

    /// <summary>Removes and returns all entries, the oldest first.</summary>
    public IReadOnlyList<(SecurityEvent Event, DateTimeOffset At, long Count)> TakeAll()
    {
        lock (_lock)
        {
            if (_entries.Count == 0)
                return [];
            var taken = _entries;
            _entries = [];
            return
            [
                .. taken
                    .Select(pair => (pair.Key, pair.Value.FirstAt, pair.Value.Count))
                    .OrderBy(waiting => waiting.FirstAt),
            ];
        }
    }

    private sealed record Entry(DateTimeOffset FirstAt, long Count);
}
