using TokenAuth.Kernel.Accounts.Import;

namespace TokenAuth.Commands.Import;

/// <summary>
/// Imports a file in batches that take about a second, so that a run that is stopped ends soon and has lost little.
/// </summary>
/// <param name="progress">Is told the bytes that are done, and the accounts that are in.</param>
internal sealed class ImportRun(
    AccountImport import, ImportReport report, TimeProvider clock, Action<long, long> progress)
{
    private const int MaxBatch = 500;
    private const int FirstBatch = 50;
    private const int MinBatch = 10;

    private static readonly TimeSpan Target = TimeSpan.FromSeconds(1);

    /// <summary>Returns true if the whole file was read, and false if the run was cancelled.</summary>
    /// <param name="hasStore">False if a dry run has no store to look into.</param>
    public async Task<bool> RunAsync(ImportFile file, bool dryRun, bool hasStore, CancellationToken cancellation)
    {
        var size = FirstBatch;
        List<ImportLine> lines = [];
        List<RefusedLine> unreadable = [];
        try
        {
            await foreach (var (number, reading) in file.ReadAsync(cancellation))
            {
                if (reading.Line is { } line)
                    lines.Add(line);
                else
                    unreadable.Add(new RefusedLine(number, reading.Refusal!));
                if (lines.Count + unreadable.Count < size)
                    continue;
                var took = await AddAsync();
                size = (int)Math.Clamp(size * (Target / took), MinBatch, Math.Min(MaxBatch, size * 4));
            }

            await AddAsync();
            return true;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return false;
        }

        async Task<TimeSpan> AddAsync()
        {
            var started = clock.GetTimestamp();
            report.Add(await import.AddAsync(lines, dryRun, hasStore, cancellation), unreadable);
            lines.Clear();
            unreadable.Clear();
            progress(file.Position, report.Added);
            var took = clock.GetElapsedTime(started);
            return took > TimeSpan.FromMilliseconds(1) ? took : TimeSpan.FromMilliseconds(1);
        }
    }
}
