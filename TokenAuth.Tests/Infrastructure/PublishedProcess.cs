using System.Diagnostics;
using System.Text;

namespace TokenAuth.Tests.Infrastructure;

/// <summary>
/// A <c>dotnet</c> process. Its environment is this process's, minus the variables that configure a server.
/// </summary>
internal sealed class PublishedProcess : IAsyncDisposable
{
    private static readonly string[] Configuring =
        [
            "ASPNETCORE_", "DOTNET_ENVIRONMENT", "TokenAuth__", "ConnectionStrings__", "Kestrel__", "Logging__",
            "OTEL_", "URLS", "HTTP_PORTS", "HTTPS_PORTS", "TOKENAUTH_CONFIG", "NOTIFY_SOCKET"];

    public static readonly string Dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();
    private readonly Task _reading;

    private PublishedProcess(Process process)
    {
        _process = process;
        _reading = Task.WhenAll(
            CollectAsync(process.StandardOutput, _output), CollectAsync(process.StandardError, _error));
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>The output so far.</summary>
    public string Output => Text(_output);

    public string Error => Text(_error);

    /// <summary>The output from this position on.</summary>
    public string OutputFrom(int position)
    {
        lock (_output)
            return _output.ToString(position, _output.Length - position);
    }

    public static PublishedProcess Start(
        string workingDirectory, IEnumerable<(string Name, string Value)> environment, params string[] arguments) =>
        Start(workingDirectory, environment, [Dotnet], arguments);

    /// <param name="command">The command that runs the program: <c>dotnet</c>, or a command that starts it.</param>
    public static PublishedProcess Start(
        string workingDirectory, IEnumerable<(string Name, string Value)> environment, string[] command,
        string[] arguments)
    {
        var start = new ProcessStartInfo(command[0], [.. command[1..], .. arguments])
        {
            WorkingDirectory = workingDirectory,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys
            .Where(name => Configuring.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)))
            .ToList())
            start.Environment.Remove(name);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return new PublishedProcess(Process.Start(start)!);
    }

    /// <summary>Writes to standard input and closes it.</summary>
    public async Task SayAsync(string text)
    {
        await _process.StandardInput.WriteAsync(text);
        _process.StandardInput.Close();
    }

    /// <summary>Writes to standard input and leaves it open.</summary>
    public async Task SayMoreAsync(string text)
    {
        await _process.StandardInput.WriteAsync(text);
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>Sends SIGTERM, as service managers and containers do.</summary>
    public void Terminate() => Signal("TERM");

    public void Signal(string name)
    {
        using var kill = Process.Start("/bin/sh", ["-c", $"kill -{name} {_process.Id}"]);
        kill.WaitForExit();
    }

    /// <summary>Sends SIGKILL and waits for the exit.</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
    }

    public async Task<Finished> ExitAsync(TimeSpan within)
    {
        using var limit = new CancellationTokenSource(within);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"The process has not ended after {within}. It printed: {Output}{Error}");
        }

        await _reading;
        return new Finished(_process.ExitCode, Output, Error);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
    }

    private static async Task CollectAsync(StreamReader from, StringBuilder into)
    {
        var buffer = new char[4096];
        int length;
        while ((length = await from.ReadAsync(buffer)) > 0)
        {
            lock (into)
                into.Append(buffer, 0, length);
        }
    }

    private static string Text(StringBuilder collected)
    {
        lock (collected)
            return collected.ToString();
    }
}
