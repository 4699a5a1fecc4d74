using System.Diagnostics;
using System.Text.Json;

namespace TokenAuth.Bench;

/// <summary>The command line of a published server, on one store.</summary>
/// <param name="dll">The published <c>TokenAuth.Web.dll</c>.</param>
/// <param name="settings">The server's settings, by their names in the configuration.</param>
internal sealed class Commands(string dll, IReadOnlyDictionary<string, string> settings)
{
    /// <summary>Runs a command, and returns the JSON object that it prints.</summary>
    /// <param name="arguments">The arguments, separated by spaces; none contains a space.</param>
    public async Task<JsonElement> RunAsync(string arguments, string input = "")
    {
        var start = new ProcessStartInfo("dotnet", [dll, .. arguments.Split(' ')])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = Path.GetDirectoryName(dll),
        };
        foreach (var (name, value) in settings)
            start.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        using var command = Process.Start(start)!;
        await command.StandardInput.WriteLineAsync(input);
        command.StandardInput.Close();
        var output = await command.StandardOutput.ReadToEndAsync();
        await command.WaitForExitAsync();
        return command.ExitCode == 0
            ? JsonDocument.Parse(output).RootElement
            : throw new BenchException($"{arguments} ended with {command.ExitCode}: {output}");
    }
}
