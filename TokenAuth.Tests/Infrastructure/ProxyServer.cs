using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace TokenAuth.Tests.Infrastructure;

/// <summary>A reverse proxy or another server: one process on a free loopback port, with its own directory.</summary>
internal sealed class ProxyServer : IAsyncDisposable
{
    private readonly DirectoryInfo _directory;
    private readonly Process _process;

    /// <summary>The process's output is read continuously, since a full pipe would block the process.</summary>
    private readonly Task<string>[] _said;

    private ProxyServer(DirectoryInfo directory, Process process, int port)
    {
        (_directory, _process) = (directory, process);
        _said = [process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync()];
        Address = new Uri($"http://127.0.0.1:{port}/");
    }

    public Uri Address { get; }

    /// <param name="name">The program; it must stay in the foreground.</param>
    /// <param name="configure">
    /// Writes the configuration into the directory, for the port, and returns the arguments.
    /// </param>
    public static Task<ProxyServer> StartAsync(string name, Func<string, int, Task<string[]>> configure) =>
        StartAsync(name, Tool.Need(name), configure, new Dictionary<string, string>(StringComparer.Ordinal));

    /// <param name="name">The name for the directory and messages.</param>
    /// <param name="program">The program's path.</param>
    /// <param name="configure">
    /// Writes the configuration into the directory, for the port, and returns the arguments.
    /// </param>
    /// <param name="environment">Variables of the program.</param>
    public static async Task<ProxyServer> StartAsync(
        string name, string program, Func<string, int, Task<string[]>> configure,
        IReadOnlyDictionary<string, string> environment)
    {
        var directory = Directory.CreateTempSubdirectory($"tokenauth-test-{name}-");
        var port = Tool.FreePort();
        var start = new ProcessStartInfo(program, await configure(directory.FullName, port))
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var home in new[] { "HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME" })
            start.Environment[home] = directory.FullName;
        foreach (var (variable, value) in environment)
            start.Environment[variable] = value;
        var server = new ProxyServer(directory, Process.Start(start)!, port);
        await server.ListensAsync(name);
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _directory.Delete(recursive: true);
    }

    /// <summary>Waits for the port, because the proxies report readiness in different ways.</summary>
    private async Task ListensAsync(string name)
    {
        for (var attempt = 0; attempt < 200; attempt++)
        {
            if (_process.HasExited)
                Assert.Fail($"{name} ended: {string.Concat(await Task.WhenAll(_said))}");
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, Address.Port);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
            }
        }

        Assert.Fail($"{name} does not listen.");
    }
}
