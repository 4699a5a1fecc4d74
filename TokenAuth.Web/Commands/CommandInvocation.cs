using System.CommandLine;

namespace TokenAuth.Commands;

/// <summary>What a command reads and writes, and how it is configured. Tests replace all of it.</summary>
internal sealed class CommandInvocation : InvocationConfiguration
{
    public CommandInvocation()
    {
        EnableDefaultExceptionHandler = false;

        // No timeout of the library's: the server drains requests for as long as its host allows.
        ProcessTerminationTimeout = null;
    }

    /// <summary>Standard input, opened when it is first needed.</summary>
    public TextReader Input { get => field ??= Console.In; init; }

    /// <summary>Tells whether a person at a terminal can answer a question.</summary>
    public bool IsInteractive { get; init; } = !Console.IsInputRedirected && !Console.IsErrorRedirected;

    /// <summary>Configuration as <c>--Name=value</c>, besides files and the environment.</summary>
    public string[] Settings { get; init; } = [];

    /// <summary>Replaces services, such as the clock.</summary>
    public Action<WebApplicationBuilder>? Adjust { get; init; }

    public static CommandInvocation Of(ParseResult parsed) => (CommandInvocation)parsed.InvocationConfiguration;
}
