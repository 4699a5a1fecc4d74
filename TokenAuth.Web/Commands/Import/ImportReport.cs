using System.Text.Json;
using TokenAuth.Kernel.Accounts.Import;

namespace TokenAuth.Commands.Import;

/// <summary>
/// Counts and reports what became of the lines. Refused lines are written when they are refused, because there may be
/// as many as the file has lines.
/// </summary>
/// <param name="output">Where the JSON object goes; null without <c>--json</c>.</param>
/// <param name="writeLine">Writes a line for a person.</param>
internal sealed class ImportReport(TextWriter? output, Action<string> writeLine)
{
    private bool _hasBegun;

    public long Lines { get; private set; }

    public long Added { get; private set; }

    public long Wrapped { get; private set; }

    public long WithoutPassword { get; private set; }

    public long Skipped { get; private set; }

    public long Refused { get; private set; }

    public void Add(ImportedBatch batch, IEnumerable<RefusedLine> unreadable)
    {
        Added += batch.Added;
        Wrapped += batch.Wrapped;
        WithoutPassword += batch.WithoutPassword;
        Skipped += batch.Skipped;
        Lines += batch.Added + batch.Skipped;
        foreach (var line in batch.Refused.Concat(unreadable).OrderBy(line => line.Number))
            Refuse(line);
    }

    /// <summary>Ends the JSON object.</summary>
    public void Finish(bool dryRun, bool stopped)
    {
        if (output is null)
            return;
        Begin();
        output.Write("],");
        output.WriteLine(JsonSerializer.Serialize(new
        {
            lines = Lines,
            added = Added,
            skipped = Skipped,
            refusedCount = Refused,
            wrapped = Wrapped,
            withoutPassword = WithoutPassword,
            dryRun,
            stopped,
        })[1..]);
    }

    private void Refuse(RefusedLine line)
    {
        Lines++;
        Refused++;
        if (output is null)
        {
            writeLine($"line {line.Number}: {line.Reason}");
            return;
        }

        var separator = _hasBegun ? "," : "";
        Begin();
        output.Write(separator + JsonSerializer.Serialize(new { line = line.Number, reason = line.Reason }));
    }

    private void Begin()
    {
        if (!_hasBegun)
            output!.Write("{\"refused\":[");
        _hasBegun = true;
    }
}
