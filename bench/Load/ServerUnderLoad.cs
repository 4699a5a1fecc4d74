using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace TokenAuth.Bench;

/// <summary>A published server in its own process, observed from outside.</summary>
internal sealed class ServerUnderLoad : IAsyncDisposable
{
    private readonly Process _process;

    private ServerUnderLoad(Process process, int port, TimeSpan start) =>
        (_process, Port, Start) = (process, port, start);

    public int Port { get; }

    /// <summary>The time from the start of the process to its first answer.</summary>
    public TimeSpan Start { get; }

    /// <summary>Resident memory in bytes, now and at its peak.</summary>
    public (long Now, long Most) Memory => (Status("VmRSS:"), Status("VmHWM:"));

    /// <param name="first">A request, repeated until the answer has status 200.</param>
    public static async Task<ServerUnderLoad> StartAsync(string dll, byte[] first, params string[] arguments)
    {
        var port = FreePort();
        var start = new ProcessStartInfo("dotnet", [dll, .. arguments, "--urls", $"http://127.0.0.1:{port}"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            WorkingDirectory = Path.GetDirectoryName(dll),
        };
        var began = Stopwatch.GetTimestamp();
        var process = Process.Start(start)!;
        var output = new StringBuilder();
        process.OutputDataReceived += (_, line) => output.AppendLine(line.Data);
        process.BeginOutputReadLine();
        while (true)
        {
            if (process.HasExited || Stopwatch.GetElapsedTime(began) > TimeSpan.FromMinutes(1))
                throw new BenchException($"{dll} does not answer: {output}");
            try
            {
                if ((await AskAsync(port, first)).StartsWith("HTTP/1.1 200", StringComparison.Ordinal))
                    return new ServerUnderLoad(process, port, Stopwatch.GetElapsedTime(began));
            }
            catch (SocketException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
            }
        }
    }

    /// <summary>Sends one request and returns the complete answer.</summary>
    public Task<string> AskAsync(byte[] request) => AskAsync(Port, request);

    /// <summary>The processor time of this process and of the child processes of <paramref name="parent"/>.</summary>
    public TimeSpan Processor(int? parent)
    {
        var own = Ticks(_process.Id);
        var others = 0L;
        if (parent is { } id)
            others = Directory.GetDirectories("/proc")
                .Select(path => int.TryParse(Path.GetFileName(path), out var pid) && Parent(pid) == id ? Ticks(pid) : 0)
                .Sum();
        return TimeSpan.FromSeconds((own + others) / 100.0);
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task<string> AskAsync(int port, byte[] request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);
        var stream = client.GetStream();
        await stream.WriteAsync(request);
        var buffer = new byte[16384];
        var length = await stream.ReadAsync(buffer);
        return Encoding.UTF8.GetString(buffer, 0, length);
    }

    private long Status(string name) =>
        File.ReadLines($"/proc/{_process.Id}/status")
            .First(line => line.StartsWith(name, StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var kilobytes, ..]
            ? 1024 * long.Parse(kilobytes, CultureInfo.InvariantCulture)
            : 0;

    private static long Ticks(int pid) =>
        Fields(pid) is { Length: > 14 } fields
            ? long.Parse(fields[11], CultureInfo.InvariantCulture)
                + long.Parse(fields[12], CultureInfo.InvariantCulture)
            : 0;

    private static int Parent(int pid) =>
        Fields(pid) is { Length: > 1 } fields ? int.Parse(fields[1], CultureInfo.InvariantCulture) : 0;

    /// <summary>
    /// The fields of /proc/PID/stat after the program's name (proc(5)); empty if the process has ended.
    /// </summary>
    private static string[] Fields(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return [];
        }
    }
}
