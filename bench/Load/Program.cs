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
    /// <c>--server DLL --bare DLL --data DIRECTORY --results DIRECTORY [--rounds N] [--sessions N] [--only TEXT]
    /// [--postgresql CONNECTIONSTRING --postmaster PID] [--no-sqlite]</c>.
    /// </param>
    private static async Task<int> Main(string[] args)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        string? Option(string name) =>
            Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;
        string Needed(string name) => Option(name) ?? throw new BenchException($"{name} is missing");
        try
        {
            var (server, data) = (Needed("--server"), Needed("--data"));
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
                Installation[] installations = large > Small
                    ? [
                        await Installation.OpenAsync(data, Small, connectionString),
                        await Installation.OpenAsync(data, large, connectionString)]
                    : [await Installation.OpenAsync(data, Small, connectionString)];
                await RunAsync(
                    report, new Runs(bare, postmaster, rounds, data), installations, server,
                    postmaster is null ? "SQLite" : "PostgreSQL", Option("--only"));
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
        Report report, Runs runs, Installation[] installations, string server, string engine, string? only)
    {
        foreach (var installation in installations)
            await installation.Filler.WarmAsync();

        // Five starts on the store as it is; then the servers to measure.
        var starts = new List<double>();
        for (var i = 0; i < 5; i++)
        {
            await using var started = await StartAsync(server, installations[^1]);
            starts.Add(started.Start.TotalSeconds);
        }

        var sides = new List<(Installation, ServerUnderLoad)>();
        try
        {
            foreach (var installation in installations)
                sides.Add((installation, await StartAsync(server, installation)));
            var (small, first) = sides[0];
            var atStart = first.Memory.Now;
            foreach (var workload in Workload.All.Where(
                workload => only is null || workload.Name.Contains(only, StringComparison.OrdinalIgnoreCase)))
                await report.AddAsync(
                    await runs.MeasureAsync(workload, [.. sides.Where(side => side.Item1.Sessions >= workload.Least)]));
            if (only is null || only == "flood")
                await report.AddAsync(await runs.FloodAsync(small, first));
            await report.AddAsync(
                new Footprint(engine, Spread.Of(starts), atStart / 1048576.0, first.Memory.Most / 1048576.0));
        }
        finally
        {
            foreach (var (_, running) in sides)
                await running.DisposeAsync();
        }
    }

    private static Task<ServerUnderLoad> StartAsync(string server, Installation installation) =>
        ServerUnderLoad.StartAsync(
            server, Requests.IpernityCheckToken(installation.Fixture, 0), ["serve", .. installation.Settings]);
}
