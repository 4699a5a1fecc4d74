namespace TokenAuth.Bench;

/// <summary>Loads the bare framework and the installations of one engine in turn, so that whatever else the machine does meets them alike.</summary>
internal sealed class Runs(ServerUnderLoad bare, int? postmaster, int rounds, string scratch)
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan BareTime = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(2);

    private readonly string _bareRequests = Written(Path.Combine(scratch, "bare"), [Requests.Bare()]);

    private string Engine => postmaster is null ? "SQLite" : "PostgreSQL";

    public async Task<IReadOnlyList<Measurement>> MeasureAsync(Workload workload, IReadOnlyList<(Installation Installation, ServerUnderLoad Server)> sides)
    {
        await Wrk.RunAsync(bare.Port, _bareRequests, BareTime);
        foreach (var (installation, server) in sides)
            await RunAsync(workload, installation, server, WarmUp);

        var runs = sides.Select(_ => new List<(double Ratio, double Bare, Load Load, TimeSpan Processor, TimeSpan BareProcessor)>()).ToArray();
        for (var round = 0; round < rounds; round++)
        {
            var worked = bare.Processor(parent: null);
            var reference = await Wrk.RunAsync(bare.Port, _bareRequests, BareTime);
            var bareProcessor = (bare.Processor(parent: null) - worked) / reference.Requests;
            for (var i = 0; i < sides.Count; i++)
            {
                var (load, processor) = await RunAsync(workload, sides[i].Installation, sides[i].Server, Time);
                runs[i].Add((load.PerSecond / reference.PerSecond, reference.PerSecond, load, processor, bareProcessor));
            }
        }

        return [.. sides.Select((side, i) => new Measurement(
            workload.Name, Engine, side.Installation.Sessions,
            Spread.Of(runs[i].Select(run => run.Load.PerSecond)).Median, Spread.Of(runs[i].Select(run => run.Bare)).Median, Spread.Of(runs[i].Select(run => run.Ratio)),
            TimeSpan.FromMilliseconds(Spread.Of(runs[i].Select(run => run.Load.Median.TotalMilliseconds)).Median),
            TimeSpan.FromMilliseconds(Spread.Of(runs[i].Select(run => run.Load.P99.TotalMilliseconds)).Median),
            (TimeSpan.FromMilliseconds(Spread.Of(runs[i].Select(run => run.Processor.TotalMilliseconds)).Median),
                TimeSpan.FromMilliseconds(Spread.Of(runs[i].Select(run => run.BareProcessor.TotalMilliseconds)).Median))))];
    }

    /// <summary>Token checks, alone and while people sign in with their passwords as fast as they are let.</summary>
    public async Task<Flood> FloodAsync(Installation installation, ServerUnderLoad server)
    {
        var logins = Written(Path.Combine(scratch, "logins"), [Requests.PasswordLogin(Cast.Password)]);
        List<double> alone = [], flooded = [], signIns = [];
        for (var round = 0; round < rounds; round++)
        {
            alone.Add((await RunAsync(Workload.IpernityCheckToken, installation, server, Time)).Load.P99.TotalMilliseconds);
            var flood = Wrk.RunAsync(server.Port, logins, Time + TimeSpan.FromSeconds(4), connections: 32);
            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System);
            flooded.Add((await RunAsync(Workload.IpernityCheckToken, installation, server, Time)).Load.P99.TotalMilliseconds);
            signIns.Add((await flood).PerSecond);
        }

        return new Flood(Engine, Spread.Of(alone), Spread.Of(flooded), Spread.Of(flooded.Zip(alone, (with, without) => with / without)), Spread.Of(signIns).Median);
    }

    private async Task<(Load Load, TimeSpan Processor)> RunAsync(Workload workload, Installation installation, ServerUnderLoad server, TimeSpan time)
    {
        var requests = (await workload.Prepare(installation)).ToList();
        var file = Written(Path.Combine(scratch, "requests"), requests);
        var before = workload.Table is { } table ? await installation.Filler.CountAsync(table) : 0;
        var worked = server.Processor(postmaster);
        var load = await Wrk.RunAsync(server.Port, file, time);
        var processor = (server.Processor(postmaster) - worked) / load.Requests;

        // The last one was not sent: it shows what a good answer is like, and how long.
        var sample = await server.AskAsync(requests[^1]);
        if (!sample.Contains(workload.Expected, StringComparison.Ordinal) || Math.Abs(load.Bytes - sample.Length) > 0.1 * sample.Length)
            throw new BenchException($"{workload.Name}: answers have {load.Bytes:0} bytes, and this one is no model: {sample}");
        if (workload.Table is { } written && await installation.Filler.CountAsync(written) - before < load.Requests)
            throw new BenchException($"{workload.Name}: {load.Requests} answers, but fewer rows");
        return (load, processor);
    }

    private static string Written(string file, IEnumerable<byte[]> requests)
    {
        Wrk.Write(file, requests);
        return file;
    }
}
