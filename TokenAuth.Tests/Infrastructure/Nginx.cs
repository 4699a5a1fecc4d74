using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace TokenAuth.Tests.Infrastructure;

/// <summary>A real nginx on a free port of the loopback.</summary>
internal sealed class Nginx : IAsyncDisposable
{
    private readonly DirectoryInfo _directory;
    private readonly Process _process;

    private Nginx(DirectoryInfo directory, Process process, int port)
    {
        (_directory, _process) = (directory, process);
        Address = new Uri($"http://127.0.0.1:{port}/");
    }

    public Uri Address { get; }

    /// <param name="site">What stands in the block <c>http</c>, given what to write after <c>listen</c>.</param>
    public static async Task<Nginx> StartAsync(Func<string, string> site)
    {
        var program = Tool.Need("nginx");
        var directory = Directory.CreateTempSubdirectory("tokenauth-test-nginx-");
        var port = Tool.FreePort();
        var path = Path.Combine(directory.FullName, "nginx.conf");
        var temporary = string.Concat(new[] { "client_body", "proxy", "fastcgi", "uwsgi", "scgi" }.Select(kind => $"{kind}_temp_path {directory.FullName}/{kind};\n"));
        await File.WriteAllTextAsync(
            path,
            $"daemon off;\nmaster_process off;\npid {directory.FullName}/pid;\nerror_log stderr crit;\nevents {{}}\nhttp {{\naccess_log off;\n{temporary}{site($"127.0.0.1:{port}")}}}\n");
        var process = Process.Start(new ProcessStartInfo(program, ["-c", path, "-p", directory.FullName]) { UseShellExecute = false, RedirectStandardError = true })!;
        await ListensAsync(process, port);
        return new Nginx(directory, process, port);
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _directory.Delete(recursive: true);
    }

    /// <summary>nginx says nowhere when it is ready.</summary>
    private static async Task ListensAsync(Process nginx, int port)
    {
        for (var attempt = 0; attempt < 200; attempt++)
        {
            Assert.False(nginx.HasExited, nginx.HasExited ? await nginx.StandardError.ReadToEndAsync() : "");
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, port);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
            }
        }

        Assert.Fail("nginx does not listen.");
    }
}
