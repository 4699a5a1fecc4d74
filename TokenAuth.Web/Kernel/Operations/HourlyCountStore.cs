using System.Text.Json;
using TokenAuth.Kernel.Storage;
using TokenAuth.Kernel.Telemetry;

namespace TokenAuth.Kernel.Operations;

/// <summary>How often something happened in an hour, on all nodes together.</summary>
internal sealed record HourlyCount(DateTimeOffset Hour, string Dialect, string Kind, long Count);

/// <summary>
/// Adds the counts of this node (<see cref="HourlyCounts"/>) to those in the store, and reads them. An event counts in
/// the hour in which its count is taken, so at the turn of an hour it may count up to a minute late.
/// </summary>
internal sealed class HourlyCountStore(Store store, HourlyCounts counts, TimeProvider clock) : IDisposable
{
    /// <summary>The time after which the expiry sweep deletes counts.</summary>
    public static readonly TimeSpan Retention = TimeSpan.FromDays(40);

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>The numbers of rows that one statement writes, so that few statements need to be prepared.</summary>
    private static readonly int[] Sizes = [16, 4, 1];

    private static readonly Dictionary<int, string> Upserts = Sizes.ToDictionary(size => size, Upsert);

    private readonly SemaphoreSlim _flushing = new(1, 1);

    /// <summary>Counts that were taken and not yet written, in the order in which every node writes them.</summary>
    private readonly SortedDictionary<(long Hour, string Dialect, string Kind), long> _waiting =
        new(Comparer<(long Hour, string Dialect, string Kind)>.Create((a, b) =>
            a.Hour != b.Hour ? a.Hour.CompareTo(b.Hour)
            : string.CompareOrdinal(a.Dialect, b.Dialect) is not 0 and var dialects ? dialects
            : string.CompareOrdinal(a.Kind, b.Kind)));

    /// <summary>The counts of applications that were taken and not yet written.</summary>
    private readonly Dictionary<(long Application, long Hour, string Dialect, string Kind), long> _ofApplications = [];

    private const string UpsertOfApplication =
        """
        INSERT INTO application_counts (application_id, hour, dialect, kind, count)
        VALUES (@application, @hour, @dialect, @kind, @count)
        ON CONFLICT (application_id, hour, dialect, kind) DO UPDATE SET
          count = application_counts.count + excluded.count
        """;

    /// <summary>Returns the name of a kind in the store.</summary>
    public static string NameOf(CountKind kind) => JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString());

    /// <summary>Adds the counts of this node to the store. If that fails, they wait for the next time.</summary>
    public async Task FlushAsync(CancellationToken cancellation)
    {
        await _flushing.WaitAsync(cancellation);
        try
        {
            var now = clock.GetUtcNow();
            var hour = (now - new TimeSpan(now.UtcTicks % Hour.Ticks)).ToUnixTimeMilliseconds();
            foreach (var (dialect, kind, count) in counts.TakeAll())
            {
                var key = (hour, dialect, NameOf(kind));
                _waiting[key] = _waiting.GetValueOrDefault(key) + count;
            }

            foreach (var (application, dialect, kind, count) in counts.TakeApplications())
            {
                var key = (application, hour, dialect, kind);
                _ofApplications[key] = _ofApplications.GetValueOrDefault(key) + count;
            }

            if (_waiting.Count == 0 && _ofApplications.Count == 0)
                return;
            var rows = _waiting.ToList();
            var ofApplications = _ofApplications.OrderBy(one => one.Key.Application).ThenBy(one => one.Key.Hour)
                .ThenBy(one => $"{one.Key.Dialect} {one.Key.Kind}", StringComparer.Ordinal).ToList();
            await store.WriteAsync(
                async connection =>
                {
                    foreach (var ((application, at, dialect, kind), count) in ofApplications)
                    {
                        await connection.ExecuteAsync(
                            UpsertOfApplication, ("@application", application), ("@hour", at), ("@dialect", dialect),
                            ("@kind", kind), ("@count", count));
                    }

                    return await WriteAsync(connection, rows);
                },
                cancellation);
            _waiting.Clear();
            _ofApplications.Clear();
        }
        finally
        {
            _flushing.Release();
        }
    }

    /// <summary>Lists the counts of whole hours, the oldest first.</summary>
    /// <param name="since">The first hour.</param>
    public async Task<IReadOnlyList<HourlyCount>> ListAsync(DateTimeOffset since, CancellationToken cancellation) =>
        await store.QueryAsync<HourlyCount>(
            """
            SELECT hour, dialect, kind, count FROM hourly_counts
            WHERE hour >= @since ORDER BY hour, dialect, kind
            """,
            cancellation,
            ("@since", since));

    /// <summary>Lists the counts of an application, the oldest first.</summary>
    public async Task<IReadOnlyList<HourlyCount>> ListAsync(
        long application, DateTimeOffset since, CancellationToken cancellation) =>
        await store.QueryAsync<HourlyCount>(
            """
            SELECT hour, dialect, kind, count FROM application_counts
            WHERE application_id = @application AND hour >= @since ORDER BY hour, dialect, kind
            """,
            cancellation,
            ("@application", application), ("@since", since));

    /// <summary>Lists the dialects that have counts.</summary>
    public async Task<IReadOnlyList<string>> DialectsAsync(CancellationToken cancellation) =>
        await store.QueryAsync<string>("SELECT DISTINCT dialect FROM hourly_counts ORDER BY dialect", cancellation);

    public void Dispose() => _flushing.Dispose();

    private static async ValueTask<int> WriteAsync(
        StoreConnection connection, List<KeyValuePair<(long Hour, string Dialect, string Kind), long>> rows)
    {
        for (var done = 0; done < rows.Count;)
        {
            var size = Array.Find(Sizes, size => size <= rows.Count - done);
            await connection.ExecuteAsync(
                Upserts[size],
                [
                    .. rows.GetRange(done, size).SelectMany((row, i) => new SqlParameter[]
                    {
                        ($"@hour{i}", row.Key.Hour), ($"@dialect{i}", row.Key.Dialect), ($"@kind{i}", row.Key.Kind),
                        ($"@count{i}", row.Value),
                    }),
                ]);
            done += size;
        }

        return rows.Count;
    }

    private static string Upsert(int rows) =>
        "INSERT INTO hourly_counts (hour, dialect, kind, count) VALUES "
        + string.Join(", ", Enumerable.Range(0, rows).Select(i => $"(@hour{i}, @dialect{i}, @kind{i}, @count{i})"))
        + " ON CONFLICT (hour, dialect, kind) DO UPDATE SET count = hourly_counts.count + excluded.count";
}
