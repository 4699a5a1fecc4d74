using System.Diagnostics;
using System.Text;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Documentation;

/// <summary>A program of docs/samples that runs as a developer runs it.</summary>
internal sealed class SampleRun : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>
    /// The C# samples outside the source tree, as a developer copies them, and what the SDK builds from them. The
    /// directory exists until the run ends.
    /// </summary>
    private static readonly Lazy<DirectoryInfo> Copies = new(() =>
    {
        var copies = Directory.CreateTempSubdirectory("tokenauth-test-samples-");
        copies.CreateSubdirectory("data");
        foreach (var sample in Directory.EnumerateFiles(Page.PathOf("samples"), "*.cs", SearchOption.AllDirectories))
            File.Copy(sample, Path.Combine(copies.FullName, Path.GetFileName(sample)));
        AppDomain.CurrentDomain.ProcessExit += (_, _) => copies.Delete(recursive: true);
        return copies;
    });

    private readonly Process _process;
    private readonly Task<string> _errors;

    private SampleRun(Process process) => (_process, _errors) = (process, process.StandardError.ReadToEndAsync());

    /// <param name="dialect">The folder, and the name of the file.</param>
    /// <param name="extension">The language, by the extension of the file.</param>
    /// <param name="variables">The variables that the sample reads.</param>
    public static async Task<SampleRun> StartAsync(
        string dialect, string extension, IReadOnlyDictionary<string, string> variables)
    {
        var file = Page.PathOf($"samples/{dialect}/{dialect}.{extension}");
        var start = extension == "cs"
            ? new ProcessStartInfo(
                Tool.Need("dotnet"), ["run", Path.Combine(Copies.Value.FullName, Path.GetFileName(file))])
            : new ProcessStartInfo(await InterpreterAsync(extension), [file]);
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) = (true, true, true);
        (start.StandardOutputEncoding, start.StandardErrorEncoding) = (Encoding.UTF8, Encoding.UTF8);
        if (extension == "cs")
        {
            start.WorkingDirectory = Copies.Value.FullName;
            start.Environment["XDG_DATA_HOME"] = Path.Combine(Copies.Value.FullName, "data");
        }

        foreach (var (name, value) in variables)
            start.Environment[name] = value;
        return new SampleRun(Process.Start(start)!);
    }

    /// <summary>Reads a line of the output; null at its end.</summary>
    public Task<string?> ReadLineAsync() => _process.StandardOutput.ReadLineAsync().WaitAsync(Patience);

    public Task PressEnterAsync() => _process.StandardInput.WriteAsync("\n");

    /// <summary>Waits for the end, and returns the exit status and the remaining lines.</summary>
    public async Task<(int Status, string Output, string Errors)> EndAsync()
    {
        _process.StandardInput.Close();
        var output = await _process.StandardOutput.ReadToEndAsync().WaitAsync(Patience);
        await _process.WaitForExitAsync().WaitAsync(Patience);
        return (_process.ExitCode, output, await _errors.WaitAsync(Patience));
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private static async Task<string> InterpreterAsync(string extension)
    {
        if (extension == "sh")
            Tool.Need("curl");
        return extension switch
        {
            // Debian's smallest Perl lacks the core modules.
            "pl" => await Tool.NeedWithAsync("perl", "-MHTTP::Tiny", "-MJSON::PP", "-e1"),
            "py" => Tool.Need("python3"),
            "rb" => Tool.Need("ruby"),
            "sh" => Tool.Need("bash"),
            _ => Tool.Need(extension),
        };
    }
}
