using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace TokenAuth.Tests.Infrastructure;

/// <summary>A program of the machine that a test uses. test.sh installs them all, so there a missing one is a failure.</summary>
internal static class Tool
{
    /// <summary>Debian keeps the server's programs off the PATH, by version.</summary>
    private static readonly string[] PostgreSql = Directory.Exists("/usr/lib/postgresql")
        ? [.. Directory.GetDirectories("/usr/lib/postgresql").OrderByDescending(version => version, StringComparer.Ordinal).Select(version => Path.Combine(version, "bin"))]
        : [];

    /// <summary>The program's path; the test is skipped where there is none.</summary>
    public static string Need(string name)
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Append("/usr/sbin").Concat(PostgreSql)
            .Select(directory => Path.Combine(directory, name)).FirstOrDefault(File.Exists);
        if (path is not null)
            return path;
        Assert.False(Environment.GetEnvironmentVariable("TOKENAUTH_TESTS_REQUIRE") == "all", $"{name} is not on the PATH");
        Assert.Skip($"{name} is not on the PATH");
        return "";
    }

    /// <summary>
    /// A program that has a library of Debian's: Debian's own, because another one that comes first on the PATH does not
    /// see it. The test is skipped where a check with these arguments fails.
    /// </summary>
    public static async Task<string> NeedWithAsync(string name, params string[] check)
    {
        var path = File.Exists($"/usr/bin/{name}") ? $"/usr/bin/{name}" : Need(name);
        var start = new ProcessStartInfo(path, check) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        await Task.WhenAll(
            process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync(), process.WaitForExitAsync());
        if (process.ExitCode != 0)
        {
            var lack = $"{path} lacks a library: {string.Join(' ', check)}";
            Assert.False(Environment.GetEnvironmentVariable("TOKENAUTH_TESTS_REQUIRE") == "all", lack);
            Assert.Skip(lack);
        }

        return path;
    }

    /// <summary>A port of the loopback that nobody listens on now, for a program that cannot choose one by itself.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Runs a program to its end, which must be a good one, and returns what it wrote.</summary>
    public static async Task<string> RunAsync(string path, string[] arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(path, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>(StringComparer.Ordinal))
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{path} ended with {process.ExitCode}\n{output}\n{await errors}");
        return output;
    }
}
