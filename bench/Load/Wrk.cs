using System.Diagnostics;
using System.Globalization;

namespace TokenAuth.Bench;

/// <summary>The result of one run of wrk.</summary>
/// <param name="PerSecond">Answers a second.</param>
/// <param name="Bytes">The mean size of an answer, head and body.</param>
/// <param name="Median">The median latency.</param>
/// <param name="P99">The 99th percentile of the latency.</param>
internal sealed record Load(long Requests, double PerSecond, double Bytes, TimeSpan Median, TimeSpan P99);

/// <summary>Debian's wrk with one thread, so that each prepared request is sent once before any is repeated.</summary>
internal static class Wrk
{
    public const int Connections = 32;

    public static async Task<Load> RunAsync(int port, string requests, TimeSpan time, int connections = Connections)
    {
        var script = Path.Combine(AppContext.BaseDirectory, "load.lua");
        var start = new ProcessStartInfo(
            "wrk",
            [
                "-t1", $"-c{connections}", $"-d{(int)time.TotalSeconds}s", "--timeout", "10s", "-s", script,
                $"http://127.0.0.1:{port}", "--", requests])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var wrk = Process.Start(start)!;
        var errors = wrk.StandardError.ReadToEndAsync();
        var output = await wrk.StandardOutput.ReadToEndAsync();
        await wrk.WaitForExitAsync();
        var result = Array.Find(output.Split('\n'), line => line.StartsWith("RESULT ", StringComparison.Ordinal));
        if (result is null)
            throw new BenchException($"wrk said nothing: {output} {await errors}");
        var numbers = result.Split(' ')
            .Skip(1).Select(text => long.Parse(text, CultureInfo.InvariantCulture)).ToArray();
        if (numbers[3] > 0)
            throw new BenchException($"{numbers[3]} of {numbers[0]} requests had no good answer");
        return new Load(
            numbers[0], numbers[0] * 1e6 / numbers[1], (double)numbers[2] / numbers[0],
            TimeSpan.FromMicroseconds(numbers[4]), TimeSpan.FromMicroseconds(numbers[5]));
    }

    /// <summary>Writes requests in the format of <c>load.lua</c>.</summary>
    public static void Write(string file, IEnumerable<byte[]> requests)
    {
        using var stream = new BufferedStream(File.Create(file), 1 << 20);
        foreach (var request in requests)
        {
            stream.Write(System.Text.Encoding.ASCII.GetBytes($"{request.Length}\n"));
            stream.Write(request);
        }
    }
}

/// <summary>The results of the benchmark cannot be trusted; the message says why.</summary>
internal sealed class BenchException(string message) : Exception(message);
