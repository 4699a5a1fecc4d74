using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Events;

/// <summary>The events that a search is limited to; null means any.</summary>
/// <param name="Kind">An <see cref="EventKind"/> as the store writes it.</param>
/// <param name="Since">The earliest time.</param>
/// <param name="Until">The time before which events happened.</param>
internal sealed record EventFilter(
    string? Kind = null, long? AccountId = null, long? ApplicationId = null, string? Dialect = null,
    string? Address = null, DateTimeOffset? Since = null, DateTimeOffset? Until = null);

/// <summary>A page of a search, the newest event first.</summary>
/// <param name="Before">The number with which the search goes on; null at its end.</param>
/// <param name="IsCut">Tells whether the search stopped before the page was full, because it took too long.</param>
internal sealed record EventPage(IReadOnlyList<ListedEvent> Events, long? Before, bool IsCut);

/// <summary>
/// Searches the security event log for administrators. Only accounts and times have an index: more indexes would slow
/// every sign-in. Other conditions are checked in ranges of the log, from the newest back, for a limited time.
/// </summary>
internal sealed class EventSearch(Store store, SecurityEvents events, TimeProvider clock)
{
    /// <summary>The number of log entries that one statement looks at.</summary>
    private const long Range = 50_000;

    /// <summary>Entries are numbered when they are written, which may be later than they happened.</summary>
    private const long Slack = 2 * EventBacklog.MaxEntries;

    /// <summary>After this time the search stops, and the person decides whether it goes on.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <param name="before">The number of an event; only older ones are returned. Null begins with the newest.</param>
    /// <param name="limit">The maximum number of events.</param>
    public async Task<EventPage> FindAsync(
        EventFilter filter, long? before, int limit, CancellationToken cancellation)
    {
        await events.FlushAsync();
        var started = clock.GetTimestamp();
        var (first, last) = await BoundsAsync(filter, cancellation);
        var end = Math.Min(before ?? long.MaxValue, last + 1);
        var found = new List<ListedEvent>();
        while (end > first)
        {
            // The entries of one account have an index of their own.
            var begin = filter.AccountId is null ? Math.Max(first, end - Range) : first;
            var range = await ReadAsync(filter, begin, end, limit + 1 - found.Count, cancellation);
            found.AddRange(range);
            if (found.Count > limit)
                return new EventPage(found[..limit], found[limit - 1].Id, IsCut: false);
            end = begin;
            if (end > first && clock.GetElapsedTime(started) >= Patience)
                return new EventPage(found, end, IsCut: true);
        }

        return new EventPage(found, Before: null, IsCut: false);
    }

    /// <summary>Returns the numbers of the oldest and newest entries that may have happened in the period.</summary>
    private async Task<(long First, long Last)> BoundsAsync(EventFilter filter, CancellationToken cancellation)
    {
        var all = await store.QueryAsync<(long? First, long? Last)>(
            "SELECT (SELECT MIN(id) FROM security_events), (SELECT MAX(id) FROM security_events)", cancellation);
        var (first, last) = (all[0].First ?? 1, all[0].Last ?? 0);
        if (filter.Since is { } since)
        {
            var oldest = await store.QueryAsync<long>(
                "SELECT id FROM security_events WHERE occurred_at >= @since ORDER BY occurred_at LIMIT 1",
                cancellation, ("@since", since));
            first = oldest is [var id] ? Math.Max(first, id - Slack) : last + 1;
        }

        if (filter.Until is { } until)
        {
            var newest = await store.QueryAsync<long>(
                "SELECT id FROM security_events WHERE occurred_at < @until ORDER BY occurred_at DESC LIMIT 1",
                cancellation, ("@until", until));
            last = newest is [var id] ? Math.Min(last, id + Slack) : first - 1;
        }

        return (first, last);
    }

    private ValueTask<List<ListedEvent>> ReadAsync(
        EventFilter filter, long begin, long end, int limit, CancellationToken cancellation) =>
        store.QueryAsync<ListedEvent>(
            $"""
            {SecurityEvents.Selection}
            WHERE e.id >= @begin AND e.id < @end
              {Condition("e.account_id", "@account", filter.AccountId)}
              {Condition("e.kind", "@kind", filter.Kind)}
              {Condition("e.application_id", "@application", filter.ApplicationId)}
              {Condition("e.dialect", "@dialect", filter.Dialect)}
              {Condition("e.address", "@address", filter.Address)}
              AND e.occurred_at >= @since AND e.occurred_at < @until
            ORDER BY e.id DESC LIMIT @limit
            """,
            cancellation,
            ("@begin", begin), ("@end", end), ("@account", filter.AccountId), ("@kind", filter.Kind),
            ("@application", filter.ApplicationId), ("@dialect", filter.Dialect), ("@address", filter.Address),
            ("@since", filter.Since ?? DateTimeOffset.UnixEpoch), ("@until", filter.Until ?? DateTimeOffset.MaxValue),
            ("@limit", (long)limit));

    private static string Condition(string column, string parameter, object? value) =>
        value is null ? "" : $"AND {column} = {parameter}";
}
