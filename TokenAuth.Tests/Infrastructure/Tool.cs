using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace TokenAuth.Tests.Infrastructure;

/// <summary>A program that a test needs. test.sh installs all of them, so a missing one fails the test there.</summary>
internal static class Tool
{
    /// <summary>Debian installs the server's programs outside the PATH, by version.</summary>
    private static readonly string[] PostgreSql = Directory.Exists("/usr/lib/postgresql")
        ? [
            .. Directory.GetDirectories("/usr/lib/postgresql")
                .OrderByDescending(version => version, StringComparer.Ordinal)
                .Select(version => Path.Combine(version, "bin"))]
        : [];

    /// <summary>Finds the program's path, or skips the test.</summary>
    public static string Need(string name)
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator).Append("/usr/sbin").Concat(PostgreSql)
            .Select(directory => Path.Combine(directory, name)).FirstOrDefault(File.Exists);
        if (path is not null)
            return path;
        Missing($"{name} is not on the PATH");
        return "";
    }

    /// <summary>
    /// Finds a program with a library from a Debian package. Debian's own program has precedence, because another one
    /// on the PATH does not see the library. Skips the test if a check with these arguments fails.
    /// </summary>
    public static async Task<string> NeedWithAsync(string name, params string[] check)
    {
        var path = File.Exists($"/usr/bin/{name}") ? $"/usr/bin/{name}" : Need(name);
        using var process = Process.Start(new ProcessStartInfo(path, check)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        await Task.WhenAll(
            process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync(),
            process.WaitForExitAsync());
        if (process.ExitCode != 0)
        {
            Missing($"{path} lacks a library: {string.Join(' ', check)}");
        }

        return path;
    }

    /// <summary>Skips the test if a package's file is missing.</summary>
    public static void NeedFile(string path, string package)
    {
        if (!File.Exists(path))
            Missing($"{package} is not installed: there is no {path}");
    }

    /// <summary>Finds a free loopback port, for a program that cannot choose one.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Runs a program, expects success, and returns its output.</summary>
    public static async Task<string> RunAsync(
        string path, string[] arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(path, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>(StringComparer.Ordinal))
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{path} ended with {process.ExitCode}\n{output}\n{await errors}");
        return output;
    }

    private static void Missing(string what)
    {
        Assert.False(Environment.GetEnvironmentVariable("TOKENAUTH_TESTS_REQUIRE") == "all", what);
        Assert.Skip(what);
    }
}
