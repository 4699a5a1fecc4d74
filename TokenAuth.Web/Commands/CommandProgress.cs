using System.CommandLine;
using System.Runtime.InteropServices;
using Spectre.Console;

namespace TokenAuth.Commands;

/// <summary>
/// Shows on standard error how far a long command is. Silent with <c>--json</c>, and if standard error is not a
/// terminal.
/// </summary>
internal sealed class CommandProgress
{
    private readonly IAnsiConsole? _console;
    private readonly ProgressTask? _task;
    private readonly string _title;

    private CommandProgress(string title, IAnsiConsole? console = null, ProgressTask? task = null) =>
        (_title, _console, _task) = (title, console, task);

    /// <summary>Runs the work with a progress bar below everything that it prints.</summary>
    /// <param name="title">What the command does, such as <c>Importing</c>.</param>
    public static async Task<T> RunAsync<T>(ParseResult parsed, string title, Func<CommandProgress, Task<T>> work)
    {
        if (Console.IsErrorRedirected || parsed.GetValue(CommandScope.Json))
            return await work(new CommandProgress(title));
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        if (console.Profile.Capabilities is not { Ansi: true, Interactive: true })
            return await work(new CommandProgress(title));

        // The bar hides the cursor. The handlers do not cancel the signal, so the process still ends if nothing else
        // handles it.
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, _ => console.Cursor.Show());
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => console.Cursor.Show());
        return await console.Progress()
            .AutoClear(true)
            .Columns(
                new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(bars => work(new CommandProgress(
                title, console, bars.AddTask(Markup.Escape(title), new ProgressTaskSettings { MaxValue = 1 }))));
    }

    /// <summary>Moves the bar.</summary>
    /// <param name="total">What <paramref name="done"/> will be at the end; null if that is unknown.</param>
    /// <param name="state">A few words to show after the title, such as a count.</param>
    public void Report(long done, long? total, string? state = null)
    {
        if (_task is null)
            return;
        if (state is not null)
            _task.Description = Markup.Escape($"{_title}: {state}");
        _task.IsIndeterminate = total is null;
        _task.Value = total is > 0 ? Math.Min(1, (double)done / total.Value) : 0;
    }

    /// <summary>Prints a line on standard error, above the bar if there is one.</summary>
    public void WriteLine(string line)
    {
        if (_console is null)
            Console.Error.WriteLine(line);
        else
            _console.WriteLine(line);
    }
}
