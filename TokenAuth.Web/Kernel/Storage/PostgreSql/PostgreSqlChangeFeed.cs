using TokenAuth.Kernel.Storage.Caching;

namespace TokenAuth.Kernel.Storage.PostgreSql;

/// <summary>
/// Reads <c>session_changes</c>, which triggers fill for every writer, including the command line and <c>psql</c>.
/// Transactions do not become visible in the order of their numbers. Each poll therefore returns the rows that its
/// snapshot sees and the previous snapshot did not.
/// </summary>
internal sealed class PostgreSqlChangeFeed(PostgreSqlStore store) : ChangeFeed
{
    /// <summary>
    /// The longest gap between two polls. Rows are swept after an hour; after a longer gap the feed starts anew.
    /// </summary>
    private static readonly TimeSpan MaxGap = TimeSpan.FromMinutes(1);

    /// <summary>The longest list of accounts. Beyond it, "anything may have changed" is cheaper.</summary>
    private const int MaxAccounts = 4096;

    private Point? _last;

    public override async ValueTask<IReadOnlyCollection<long>?> ReadAsync()
    {
        var generation = store.Generation;
        var last = _last;
        var rows = await store.ReadAsync(connection => connection.ListAsync(
            """
            SELECT s.now::text, pg_snapshot_xmin(s.now)::text::bigint,
                   (extract(epoch FROM clock_timestamp()) * 1000)::bigint, c.account_id
            FROM (SELECT pg_current_snapshot() AS now) AS s LEFT JOIN (
              SELECT DISTINCT account_id FROM session_changes
              WHERE transaction_id >= @since AND transaction_id < pg_snapshot_xmax(pg_current_snapshot())::text::bigint
                AND NOT pg_visible_in_snapshot(transaction_id::text::xid8, @last::pg_snapshot)
              LIMIT 4097) AS c ON true
            """,
            row => (
                Point: new Point(row.GetString(0), row.GetInt64(1), row.Instant(2), generation),
                Account: row.NumberOrNull(3)),
            ("@since", last?.Xmin ?? long.MaxValue), ("@last", last?.Snapshot ?? "1:1:")));

        // After a crash, or on another primary, the server may reuse transaction numbers.
        _last = generation == store.Generation ? rows[0].Point : null;
        return last is not null
            && _last is not null
            && _last.Continues(last)
            && rows.Count <= MaxAccounts
            && !rows.Exists(row => row.Account == ChangeFeedRow.Everything)
            ? [.. rows.Where(row => row.Account is not null).Select(row => row.Account!.Value)]
            : null;
    }

    /// <summary>The snapshot up to which the feed was read.</summary>
    private sealed record Point(string Snapshot, long Xmin, DateTimeOffset At, int Generation)
    {
        public bool Continues(Point before) =>
            Generation == before.Generation && Xmin >= before.Xmin && (At - before.At).Duration() < MaxGap;
    }
}
