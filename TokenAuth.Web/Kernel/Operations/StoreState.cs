using Microsoft.Extensions.Diagnostics.HealthChecks;
using TokenAuth.Kernel.Storage;
using TokenAuth.Kernel.Telemetry;

namespace TokenAuth.Kernel.Operations;

/// <summary>A node that has reported itself lately.</summary>
internal sealed record ReportedNode(
    string Id, string Name, string Version, DateTimeOffset StartedAt, DateTimeOffset SeenAt);

/// <summary>How many rows a table has, at most <see cref="StoreState.MaxCount"/>.</summary>
internal sealed record TableCount(string Name, long Rows);

/// <summary>The state of the store and of the nodes.</summary>
/// <param name="Engine">The engine with its version.</param>
/// <param name="Bytes">The size on disk.</param>
/// <param name="Schema">The newest migration that the store has.</param>
/// <param name="Pending">Migrations that the store lacks.</param>
/// <param name="Unknown">Migrations of a newer version that runs on another node.</param>
/// <param name="Trouble">What the readiness check reports; null if this node is ready.</param>
/// <param name="Backup">The last backup that <c>db backup</c> wrote.</param>
internal sealed record DescribedStore(
    string Engine, string Location, long Bytes, string? Schema, IReadOnlyList<string> Pending,
    IReadOnlyList<string> Unknown, string? Trouble, MaintenanceRun? Backup, MaintenanceRun? Sweep,
    IReadOnlyList<ReportedNode> Nodes, IReadOnlyList<TableCount> Tables);

/// <summary>Describes the store and the nodes for administrators.</summary>
internal sealed class StoreState(
    Store store, MaintenanceLog maintenance, HealthCheckService health, NodeReport node, TimeProvider clock)
{
    /// <summary>Beyond this number rows are not counted: a count reads every row.</summary>
    public const long MaxCount = 100_000;

    private static readonly string[] Tables =
        ["accounts", "applications", "sessions", "handshakes", "consents", "account_keys", "security_events"];

    public async Task<DescribedStore> DescribeAsync(CancellationToken cancellation)
    {
        var (engine, bytes) = (await store.QueryAsync<(string, long)>(store.DescriptionSql, cancellation)).Single();
        var applied = await store.AppliedMigrationsAsync(cancellation);
        var known = store.KnownMigrations().ToList();
        var report = await health.CheckHealthAsync(cancellation);
        var runs = await maintenance.ListAsync(cancellation);
        return new DescribedStore(
            engine, store.Location, bytes,
            applied.Max(StringComparer.Ordinal),
            [.. known.Except(applied, StringComparer.Ordinal)],
            [.. applied.Except(known, StringComparer.Ordinal)],
            report.Entries.Values.FirstOrDefault(entry => entry.Status != HealthStatus.Healthy).Description,
            runs.FirstOrDefault(run => run.Task == MaintenanceLog.Backup),
            runs.FirstOrDefault(run => run.Task == MaintenanceLog.Sweep),
            await NodesAsync(cancellation),
            await CountAsync(cancellation));
    }

    /// <summary>Lists the nodes, this one first, which may not have reported itself yet.</summary>
    private async Task<IReadOnlyList<ReportedNode>> NodesAsync(CancellationToken cancellation)
    {
        var others = await store.QueryAsync<ReportedNode>(
            "SELECT id, name, version, started_at, seen_at FROM nodes WHERE id <> @id ORDER BY name, started_at",
            cancellation,
            ("@id", node.Id));
        return
        [
            new ReportedNode(
                node.Id, Environment.MachineName, Metrics.Version, node.StartedAt, clock.GetUtcNow()),
            .. others,
        ];
    }

    private async Task<IReadOnlyList<TableCount>> CountAsync(CancellationToken cancellation)
    {
        var counts = new List<TableCount>();
        foreach (var table in Tables)
        {
            var rows = await store.QueryAsync<long>(
                $"SELECT COUNT(*) FROM (SELECT 1 FROM {table} LIMIT @max) AS t", cancellation, ("@max", MaxCount));
            counts.Add(new TableCount(table, rows.Single()));
        }

        return counts;
    }
}
