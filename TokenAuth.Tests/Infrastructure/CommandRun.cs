using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using TokenAuth.Commands;

namespace TokenAuth.Tests.Infrastructure;

/// <summary>Runs commands in this process: with their own configuration, input, output and clock.</summary>
internal static class CommandRun
{
    /// <summary>Runs a command to its end. Password hashes use few iterations, for speed.</summary>
    public static async Task<Finished> OnAsync(
        Dictionary<string, string?> settings, TimeProvider clock, string[] arguments, string input = "",
        bool isInteractive = false)
    {
        using StringWriter output = new(), error = new();
        var status = await CommandLine.RunAsync(
            arguments,
            new CommandInvocation
            {
                Input = new StringReader(input + "\n"),
                Output = output,
                Error = error,
                IsInteractive = isInteractive,
                Settings =
                [
                    "--environment=Production", "--hostBuilder:reloadConfigOnChange=false",
                    .. settings.Select(setting => $"--{setting.Key}={setting.Value}"),
                ],
                Adjust = builder => builder.Services
                    .AddSingleton(clock)
                    .PostConfigure<PasswordHasherOptions>(hasher => hasher.IterationCount = 1000),
            });
        return new Finished(status, output.ToString(), error.ToString());
    }

    /// <summary>Runs a command that needs no store.</summary>
    public static Task<Finished> OnAsync(params string[] arguments) =>
        OnAsync(new(StringComparer.Ordinal), TimeProvider.System, arguments);
}
