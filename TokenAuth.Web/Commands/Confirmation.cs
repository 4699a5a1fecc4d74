using System.CommandLine;

namespace TokenAuth.Commands;

/// <summary>
/// Asks before something is deleted for good. A person types its name at a terminal; a script gives an option.
/// </summary>
internal static class Confirmation
{
    public static Option<bool> Yes { get; } = new("--yes") { Description = "Do not ask for confirmation." };

    /// <summary>Refuses a command that nobody can confirm, before it does anything.</summary>
    public static void EnsurePossible(ParseResult parsed)
    {
        if (!parsed.GetValue(Yes) && !CommandInvocation.Of(parsed).IsInteractive)
            throw new UsageException("Option '--yes' is required if standard input or error is not a terminal.");
    }

    /// <summary>Asks, unless the option was given.</summary>
    /// <param name="question">What will be deleted.</param>
    /// <param name="answer">The text to type.</param>
    public static async Task RequireAsync(
        ParseResult parsed, string question, string answer, CancellationToken cancellation)
    {
        if (parsed.GetValue(Yes))
            return;
        var invocation = CommandInvocation.Of(parsed);
        await invocation.Error.WriteAsync(CommandOutput.Line($"{question} Type {answer} to go on:") + " ");
        var typed = await invocation.Input.ReadLineAsync(cancellation);
        if (typed?.Trim() != answer)
            throw new CommandException("Nothing was deleted.");
    }
}
