using System.Globalization;

namespace TokenAuth.Bench;

/// <summary>
/// The load benchmark; <c>bench/run.sh</c> builds and starts what it needs. Writes <c>results.md</c> and
/// <c>results.svg</c>.
/// </summary>
internal static class BenchProgram
{
    private const long Small = 10_000;

    /// <param name="args">
    /// <c>--server DLL --bare DLL --data DIRECTORY --results DIRECTORY [--against DLL] [--rounds N] [--sessions N]
    /// [--only TEXT] [--postgresql CONNECTIONSTRING --postmaster PID] [--no-sqlite]</c>.
    /// </param>
    private static async Task<int> Main(string[] args)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        string? Option(string name) =>
            Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;
        string Needed(string name) => Option(name) ?? throw new BenchException($"{name} is missing");
        try
        {
            var data = Needed("--data");
            List<Build> builds = [new(Needed("--server"), "")];
            if (Option("--against") is { } other)
                builds.Add(new Build(other, "_other"));
            var (rounds, large) =
                (int.Parse(Option("--rounds") ?? "5"), long.Parse(Option("--sessions") ?? "10000000"));
            var report = new Report(Needed("--results"));
            await using var bare = await ServerUnderLoad.StartAsync(Needed("--bare"), Requests.Bare());
            var engines = new List<(string? ConnectionString, int? Postmaster)>();
            if (!args.Contains("--no-sqlite"))
                engines.Add((null, null));
            if (Option("--postgresql") is { } postgreSql)
                engines.Add((postgreSql, int.Parse(Needed("--postmaster"))));
            foreach (var (connectionString, postmaster) in engines)
            {
                var installations = new List<Installation>();
                foreach (var build in builds)
                {
                    foreach (var sessions in new[] { Small, large }.Distinct())
                        installations.Add(await Installation.OpenAsync(build, data, sessions, connectionString));
                }

                await RunAsync(
                    report, new Runs(bare, postmaster, rounds, data), installations, Option("--only"));
            }

            return 0;
        }
        catch (BenchException wrong)
        {
            await Console.Error.WriteLineAsync(wrong.Message);
            return 1;
        }
    }

    private static async Task RunAsync(
        Report report, Runs runs, IReadOnlyList<Installation> installations, string? only)
    {
        foreach (var installation in installations)
            await installation.Filler.WarmAsync();

        // Five starts of each build on its largest store; then the servers to measure.
        var starts = installations.ToLookup(installation => installation.Build)
            .ToDictionary(group => group.Last(), _ => new List<double>());
        for (var i = 0; i < 5; i++)
        {
            foreach (var (installation, seconds) in starts)
            {
                await using var started = await installation.StartAsync();
                seconds.Add(started.Start.TotalSeconds);
            }
        }

        var sides = new List<(Installation Installation, ServerUnderLoad Server)>();
        try
        {
            foreach (var installation in installations)
                sides.Add((installation, await installation.StartAsync()));
            var atStart = sides.ConvertAll(side => side.Server.Memory.Now);
            foreach (var workload in Workload.All.Where(
                workload => only is null || workload.Name.Contains(only, StringComparison.OrdinalIgnoreCase)))
            {
                await report.AddAsync(await runs.MeasureAsync(
                    workload, [.. sides.Where(side => side.Installation.Sessions >= workload.Least)]));
            }

            if (only is null or "handshake")
                await report.AddAsync(await runs.HandshakesAsync(sides));
            foreach (var (installation, server) in sides.DistinctBy(side => side.Installation.Build))
            {
                if (only is null or "flood")
                    await report.AddAsync(await runs.FloodAsync(installation, server));
                await report.AddAsync(new Footprint(
                    installation.Engine,
                    Spread.Of(starts.First(pair => pair.Key.Build == installation.Build).Value),
                    atStart[sides.FindIndex(side => side.Server == server)] / 1048576.0,
                    server.Memory.Most / 1048576.0));
            }
        }
        finally
        {
            foreach (var (_, running) in sides)
                await running.DisposeAsync();
        }
    }
}
