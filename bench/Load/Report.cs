using System.Globalization;
using System.Text;

namespace TokenAuth.Bench;

/// <summary>Collects the measurements, prints each immediately, and writes tables and a plot.</summary>
internal sealed class Report(string directory)
{
    private const string Head =
        "| work | store | sessions | answers/s | ratio to the bare framework (least to most) "
        + "| to the other build | median | p99 "
        + "| processor per answer, of that the bare framework |\n|---|---|---|---|---|---|---|---|---|";

    private const string FloodHead =
        "| store | p99 of ipernity auth.checkToken alone | while passwords are checked "
        + "| ratio (least to most) | sign-ins/s "
        + "| of the password hashes/s of half the processors |\n|---|---|---|---|---|---|";

    private const string FootprintHead =
        "| store | start to the first answer (least to most) | memory after it "
        + "| most memory under load |\n|---|---|---|---|";

    private readonly List<Measurement> _measurements = [];
    private readonly List<Footprint> _footprints = [];
    private readonly List<Flood> _floods = [];

    public Task AddAsync(IEnumerable<Measurement> measurements)
    {
        foreach (var measurement in measurements)
        {
            _measurements.Add(measurement);
            Console.WriteLine(Row(measurement));
        }

        return WriteAsync();
    }

    public Task AddAsync(Footprint footprint)
    {
        _footprints.Add(footprint);
        Console.WriteLine(Row(footprint));
        return WriteAsync();
    }

    public Task AddAsync(Flood flood)
    {
        _floods.Add(flood);
        Console.WriteLine(Row(flood));
        return WriteAsync();
    }

    /// <summary>Writes after each part, so that an interrupted run leaves its results.</summary>
    private async Task WriteAsync()
    {
        Directory.CreateDirectory(directory);
        var text = new StringBuilder()
            .AppendLine(Head)
            .AppendJoin('\n', _measurements.Select(Row)).AppendLine()
            .AppendLine()
            .AppendLine(FloodHead)
            .AppendJoin('\n', _floods.Select(Row)).AppendLine()
            .AppendLine()
            .AppendLine(FootprintHead)
            .AppendJoin('\n', _footprints.Select(Row)).AppendLine();
        await File.WriteAllTextAsync(Path.Combine(directory, "results.md"), text.ToString());
        await File.WriteAllTextAsync(Path.Combine(directory, "results.svg"), Plot.Of(_measurements));
    }

    private static string Row(Measurement m) => string.Create(
        CultureInfo.InvariantCulture,
        $"| {m.Workload} | {m.Engine} | {m.Sessions:#,0} | {m.PerSecond:#,0} of {m.BarePerSecond:#,0} "
        + $"| {Text(m.Ratio)} | {(m.Against is { } other ? Text(other) : "")} | {m.Median.TotalMilliseconds:0.00} ms | {m.P99.TotalMilliseconds:0.00} ms "
        + $"| {m.Processor.Own.TotalMicroseconds:0} of {m.Processor.Bare.TotalMicroseconds:0} µs |");

    private static string Row(Flood f) => string.Create(
        CultureInfo.InvariantCulture,
        $"| {f.Engine} | {f.Alone.Median:0.00} ms | {f.Flooded.Median:0.00} ms | {Text(f.Ratio)} "
        + $"| {f.LoginsPerSecond:0.0} | {f.LoginsPerSecond / f.HashesPerSecond:0.00} of {f.HashesPerSecond:0.0} |");

    private static string Row(Footprint f) => string.Create(
        CultureInfo.InvariantCulture,
        $"| {f.Engine} | {Text(f.StartSeconds)} s | {f.MebibytesAtStart:0} MiB | {f.MebibytesUnderLoad:0} MiB |");

    private static string Text(Spread spread) => string.Create(
        CultureInfo.InvariantCulture, $"{spread.Median:0.00} ({spread.Least:0.00} to {spread.Most:0.00})");
}
