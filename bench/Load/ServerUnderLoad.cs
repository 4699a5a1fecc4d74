using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace TokenAuth.Bench;

/// <summary>A published server in a process of its own, looked at from outside.</summary>
internal sealed class ServerUnderLoad : IAsyncDisposable
{
    private readonly Process _process;

    private ServerUnderLoad(Process process, int port, TimeSpan start) => (_process, Port, Start) = (process, port, start);

    public int Port { get; }

    /// <summary>From the start of the process to its first answer.</summary>
    public TimeSpan Start { get; }

    /// <summary>Resident now, in bytes, and the most that ever was.</summary>
    public (long Now, long Most) Memory => (Status("VmRSS:"), Status("VmHWM:"));

    /// <param name="first">Asked until it is answered with status 200.</param>
    public static async Task<ServerUnderLoad> StartAsync(string dll, byte[] first, params string[] arguments)
    {
        var port = FreePort();
        var start = new ProcessStartInfo("dotnet", [dll, .. arguments, "--urls", $"http://127.0.0.1:{port}"]) { UseShellExecute = false, RedirectStandardOutput = true, WorkingDirectory = Path.GetDirectoryName(dll) };
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

    /// <summary>The whole answer to one request.</summary>
    public Task<string> AskAsync(byte[] request) => AskAsync(Port, request);

    /// <summary>Processor time of this process, and of those that <paramref name="parent"/> has started.</summary>
    public TimeSpan Processor(int? parent)
    {
        var own = Ticks(_process.Id);
        var others = parent is { } id ? Directory.GetDirectories("/proc").Select(path => int.TryParse(Path.GetFileName(path), out var pid) && Parent(pid) == id ? Ticks(pid) : 0).Sum() : 0;
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

    private long Status(string name) => File.ReadLines($"/proc/{_process.Id}/status").First(line => line.StartsWith(name, StringComparison.Ordinal))
        .Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var kilobytes, ..] ? 1024 * long.Parse(kilobytes, CultureInfo.InvariantCulture) : 0;

    private static long Ticks(int pid) => Fields(pid) is { Length: > 14 } fields ? long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture) : 0;

    private static int Parent(int pid) => Fields(pid) is { Length: > 1 } fields ? int.Parse(fields[1], CultureInfo.InvariantCulture) : 0;

    /// <summary>Of /proc/PID/stat, what follows the program's name (proc(5)); empty where it has ended meanwhile.</summary>
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
