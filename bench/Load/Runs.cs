using System.Diagnostics;
using System.Security.Cryptography;

namespace TokenAuth.Bench;

/// <summary>
/// Loads the bare framework and the installations of one engine in turn, so that other activity of the machine affects
/// all alike.
/// </summary>
internal sealed class Runs(ServerUnderLoad bare, int? postmaster, int rounds, string scratch)
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan BareTime = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(2);

    private readonly string _bareRequests = Written(Path.Combine(scratch, "bare"), [Requests.Bare()]);

    public async Task<IReadOnlyList<Measurement>> MeasureAsync(
        Workload workload, IReadOnlyList<(Installation Installation, ServerUnderLoad Server)> sides)
    {
        if (sides.Count == 0)
            return [];
        await Wrk.RunAsync(bare.Port, _bareRequests, BareTime);
        foreach (var (installation, server) in sides)
            await RunAsync(workload, installation, server, WarmUp);

        var runs = sides.Select(_ => new List<Run>()).ToArray();
        var neighbours = new Neighbours();
        while (runs[0].Count < rounds)
        {
            var round = new List<Run>();
            var worked = bare.Processor(parent: null);
            _ = neighbours.AreLoud();
            var reference = await Wrk.RunAsync(bare.Port, _bareRequests, BareTime);
            var isLoud = neighbours.AreLoud() || reference.Requests == 0;
            foreach (var (installation, server) in sides)
            {
                var bareProcessor = (bare.Processor(parent: null) - worked) / Math.Max(1, reference.Requests);
                var (load, processor) = await RunAsync(
                    workload, installation, server, Time, () => _ = neighbours.AreLoud());
                isLoud |= neighbours.AreLoud();
                round.Add(new Run(reference.PerSecond, load, processor, bareProcessor));
            }

            if (isLoud)
            {
                await Task.Delay(Neighbours.Pause, TimeProvider.System);
                continue;
            }

            for (var i = 0; i < sides.Count; i++)
                runs[i].Add(round[i]);
        }

        return Measurements(workload.Name, sides, runs);
    }

    /// <summary>Measures whole handshakes a second, and their ratio to four answers of the bare framework.</summary>
    public async Task<IReadOnlyList<Measurement>> HandshakesAsync(
        IReadOnlyList<(Installation Installation, ServerUnderLoad Server)> sides)
    {
        var loads = new List<HandshakeLoad>();
        foreach (var (installation, server) in sides)
        {
            loads.Add(await HandshakeLoad.StartAsync(installation, server));
            await loads[^1].RunAsync(WarmUp);
        }

        var runs = sides.Select(_ => new List<Run>()).ToArray();
        for (var round = 0; round < rounds; round++)
        {
            var worked = bare.Processor(parent: null);
            var reference = await HandshakeLoad.RunBareAsync(bare, BareTime);
            var bareProcessor = (bare.Processor(parent: null) - worked) / reference.Requests;
            for (var i = 0; i < sides.Count; i++)
            {
                worked = sides[i].Server.Processor(postmaster);
                var load = await loads[i].RunAsync(Time);
                runs[i].Add(new Run(
                    reference.PerSecond, load, (sides[i].Server.Processor(postmaster) - worked) / load.Requests,
                    bareProcessor));
            }
        }

        return Measurements("MediaPost, the whole handshake", sides, runs);
    }

    /// <summary>
    /// Measures token checks, alone and while people sign in with their passwords as fast as the server permits.
    /// </summary>
    public async Task<Flood> FloodAsync(Installation installation, ServerUnderLoad server)
    {
        var logins = Written(Path.Combine(scratch, "logins"), [Requests.PasswordLogin(BenchFixture.Password)]);
        List<double> alone = [], flooded = [], signIns = [];
        for (var round = 0; round < rounds; round++)
        {
            alone.Add(
                (await RunAsync(Workload.IpernityCheckToken, installation, server, Time)).Load.P99.TotalMilliseconds);
            var (began, length) = (TimeProvider.System.GetUtcNow(), Time + TimeSpan.FromSeconds(4));
            var flood = Wrk.RunAsync(server.Port, logins, length, connections: 32);
            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System);
            flooded.Add(
                (await RunAsync(Workload.IpernityCheckToken, installation, server, Time)).Load.P99.TotalMilliseconds);
            await flood;
            // A refusal has status 200 as well, so the sessions are counted.
            signIns.Add(
                await installation.Filler.CountAsync("sessions", "created_at", began) / length.TotalSeconds);
        }

        return new Flood(
            installation.Engine, Spread.Of(alone), Spread.Of(flooded),
            Spread.Of(flooded.Zip(alone, (with, without) => with / without)), Spread.Of(signIns).Median, HashesPerSecond());
    }

    /// <summary>Computes the server's password hash on half the processors, as many as it is given.</summary>
    private static double HashesPerSecond()
    {
        var began = Stopwatch.GetTimestamp();
        var hashes = 0;
        Parallel.For(0, Math.Max(1, Environment.ProcessorCount / 2), _ =>
        {
            var salt = new byte[16];
            while (Stopwatch.GetElapsedTime(began) < Time)
            {
                Rfc2898DeriveBytes.Pbkdf2(BenchFixture.Password, salt, 210_000, HashAlgorithmName.SHA512, 32);
                Interlocked.Increment(ref hashes);
            }
        });
        return hashes / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    /// <param name="begun">Called when all is prepared.</param>
    private async Task<(Load Load, TimeSpan Processor)> RunAsync(
        Workload workload, Installation installation, ServerUnderLoad server, TimeSpan time, Action? begun = null)
    {
        var requests = (await workload.Prepare(installation)).ToList();
        var file = Written(Path.Combine(scratch, "requests"), requests);
        var began = TimeProvider.System.GetUtcNow();
        var worked = server.Processor(postmaster);
        begun?.Invoke();
        var load = await Wrk.RunAsync(server.Port, file, time);
        if (load.Requests == 0)
        {
            // A virtual machine may stand still for longer than a run takes.
            Console.WriteLine($"{workload.Name}: not one answer, once more");
            return await RunAsync(workload, installation, server, time, begun);
        }

        var processor = (server.Processor(postmaster) - worked) / load.Requests;

        // The last request was not sent: its answer shows the expected content and length.
        var sample = await server.AskAsync(requests[^1]);
        if (!sample.Contains(workload.Expected, StringComparison.Ordinal)
            || Math.Abs(load.Bytes - sample.Length) > 0.1 * sample.Length)
            throw new BenchException(
                $"{workload.Name}: answers have {load.Bytes:0} bytes, and this one is no model: {sample}");
        if (workload.Rows is { } rows
            && await installation.Filler.CountAsync(rows.Table, rows.Written, began) < load.Requests)
            throw new BenchException($"{workload.Name}: {load.Requests} answers, but fewer rows");
        return (load, processor);
    }

    private static string Written(string file, IEnumerable<byte[]> requests)
    {
        Wrk.Write(file, requests);
        return file;
    }

    private static IReadOnlyList<Measurement> Measurements(
        string workload, IReadOnlyList<(Installation Installation, ServerUnderLoad Server)> sides, List<Run>[] runs)
    {
        double Median(int side, Func<Run, double> value) => Spread.Of(runs[side].Select(value)).Median;
        TimeSpan Time(int side, Func<Run, TimeSpan> value) =>
            TimeSpan.FromMilliseconds(Median(side, run => value(run).TotalMilliseconds));
        Spread? Against(int side)
        {
            var other = Enumerable.Range(0, sides.Count).FirstOrDefault(
                i => sides[i].Installation.Build != sides[side].Installation.Build
                    && sides[i].Installation.Sessions == sides[side].Installation.Sessions,
                -1);
            return other < 0
                ? null
                : Spread.Of(runs[side].Zip(runs[other], (own, its) => own.Load.PerSecond / its.Load.PerSecond));
        }

        return [.. sides.Select((side, i) => new Measurement(
            workload, side.Installation.Engine, side.Installation.Sessions, Median(i, run => run.Load.PerSecond),
            Median(i, run => run.Bare), Spread.Of(runs[i].Select(run => run.Load.PerSecond / run.Bare)), Against(i),
            Time(i, run => run.Load.Median), Time(i, run => run.Load.P99),
            (Time(i, run => run.Processor), Time(i, run => run.BareProcessor))))];
    }

    /// <summary>One run, and the bare framework's just before it.</summary>
    private sealed record Run(double Bare, Load Load, TimeSpan Processor, TimeSpan BareProcessor);
}
