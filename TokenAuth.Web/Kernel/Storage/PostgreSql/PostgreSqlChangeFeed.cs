using TokenAuth.Kernel.Storage.Caching;

namespace TokenAuth.Kernel.Storage.PostgreSql;

/// <summary>
/// Reads <c>session_changes</c>, which triggers fill: so everybody's changes are in it, those of the command line and of <c>psql</c>
/// too. Transactions do not become visible in the order of their numbers; so what is told is what this snapshot sees and
/// the one before did not.
/// </summary>
internal sealed class PostgreSqlChangeFeed(PostgreSqlStore store) : ChangeFeed
{
    /// <summary>Rows are swept after an hour. Whoever has slept for long begins anew.</summary>
    private static readonly TimeSpan MaxGap = TimeSpan.FromMinutes(1);

    /// <summary>Beyond it, a list of accounts is no shorter than "all".</summary>
    private const int MaxAccounts = 4096;

    private Point? _last;

    public override async ValueTask<IReadOnlyCollection<long>?> ReadAsync()
    {
        var generation = store.Generation;
        var last = _last;
        var rows = await store.ReadAsync(connection => connection.ListAsync(
            """
            SELECT s.now::text, pg_snapshot_xmin(s.now)::text::bigint, (extract(epoch FROM clock_timestamp()) * 1000)::bigint, c.account_id
            FROM (SELECT pg_current_snapshot() AS now) AS s LEFT JOIN (
              SELECT DISTINCT account_id FROM session_changes
              WHERE transaction_id >= @since AND transaction_id < pg_snapshot_xmax(pg_current_snapshot())::text::bigint
                AND NOT pg_visible_in_snapshot(transaction_id::text::xid8, @last::pg_snapshot)
              LIMIT 4097) AS c ON true
            """,
            row => (Point: new Point(row.GetString(0), row.GetInt64(1), row.Instant(2), generation), Account: row.NumberOrNull(3)),
            ("@since", last?.Xmin ?? long.MaxValue), ("@last", last?.Snapshot ?? "1:1:")));

        // After a crash or on another primary, transactions' numbers may be given again.
        _last = generation == store.Generation ? rows[0].Point : null;
        return last is not null && _last is not null && _last.Continues(last) && rows.Count <= MaxAccounts && !rows.Exists(row => row.Account == ChangeFeedRow.Everything)
            ? [.. rows.Where(row => row.Account is not null).Select(row => row.Account!.Value)]
            : null;
    }

    /// <summary>How far the log was read.</summary>
    private sealed record Point(string Snapshot, long Xmin, DateTimeOffset At, int Generation)
    {
        public bool Continues(Point before) => Generation == before.Generation && Xmin >= before.Xmin && (At - before.At).Duration() < MaxGap;
    }
}
