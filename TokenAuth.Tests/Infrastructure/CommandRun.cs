using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using TokenAuth.Commands;

namespace TokenAuth.Tests.Infrastructure;

/// <summary>Runs commands in this process: with their own configuration, input, output and clock.</summary>
internal static class CommandRun
{
    /// <summary>What <c>--environment</c> and files would decide on a developer's machine.</summary>
    private static readonly string[] Fixed = ["--environment=Production", "--hostBuilder:reloadConfigOnChange=false"];

    /// <summary>Runs a command to its end. Password hashes use few iterations, for speed.</summary>
    public static Task<Finished> OnAsync(
        Dictionary<string, string?> settings, TimeProvider clock, string[] arguments, string input = "",
        bool isInteractive = false) =>
        RunAsync(
            arguments, settings.Select(setting => $"--{setting.Key}={setting.Value}"), input + "\n", isInteractive,
            builder => builder.Services
                .AddSingleton(clock)
                .PostConfigure<PasswordHasherOptions>(hasher => hasher.IterationCount = 1000));

    /// <summary>Runs a command to its end, as the program does.</summary>
    /// <param name="settings">Configuration as <c>--Name=value</c>.</param>
    public static async Task<Finished> RunAsync(
        string[] arguments, IEnumerable<string> settings, string input, bool isInteractive = false,
        Action<WebApplicationBuilder>? adjust = null)
    {
        using StringWriter output = new(), error = new();
        var status = await CommandLine.RunAsync(
            arguments,
            new CommandInvocation
            {
                Input = new StringReader(input),
                Output = output,
                Error = error,
                IsInteractive = isInteractive,
                Settings = [.. Fixed, .. settings],
                Adjust = adjust,
            });
        return new Finished(status, output.ToString(), error.ToString());
    }

    /// <summary>Starts a server that is expected to fail, on a free port unless the settings say otherwise.</summary>
    public static Task<Finished> ServeInVainAsync(params string[] settings) =>
        RunAsync(["serve", .. Fixed, "--urls=http://127.0.0.1:0", .. settings], [], input: "").WaitAsync(
            TimeSpan.FromMinutes(1), TimeProvider.System);

    /// <summary>Runs a command that needs no store.</summary>
    public static Task<Finished> OnAsync(params string[] arguments) =>
        OnAsync(new(StringComparer.Ordinal), TimeProvider.System, arguments);
}
