using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Operations;

/// <summary>The last run of a maintenance task.</summary>
internal sealed record MaintenanceRun(string Task, DateTimeOffset FinishedAt, string Detail);

/// <summary>Records when maintenance tasks last ended, for the administration pages.</summary>
internal sealed class MaintenanceLog(Store store, TimeProvider clock)
{
    public const string Backup = "backup";

    public const string Sweep = "sweep";

    public Task FinishedAsync(string task, string detail, CancellationToken cancellation) => store.ApplyAsync(
        """
        INSERT INTO maintenance (task, finished_at, detail) VALUES (@task, @now, @detail)
        ON CONFLICT (task) DO UPDATE SET finished_at = excluded.finished_at, detail = excluded.detail
        """,
        [("@task", task), ("@now", clock.GetUtcNow()), ("@detail", detail)],
        cancellation);

    public async Task<IReadOnlyList<MaintenanceRun>> ListAsync(CancellationToken cancellation) =>
        await store.QueryAsync<MaintenanceRun>("SELECT task, finished_at, detail FROM maintenance", cancellation);
}
