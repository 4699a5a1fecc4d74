using System.CommandLine;
using Npgsql;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Storage;

namespace TokenAuth.Commands;

/// <summary>
/// Runs the operator's commands. The exit status is 0; 1 if the command failed; 2 for wrong usage. A failure prints one
/// line on standard error.
/// </summary>
internal static class CommandLine
{
    public static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("TokenAuth: one account store for five old token dialects.");
        root.TreatUnmatchedTokensAsErrors = false;
        root.SetAction((parsed, cancellation) => ServeCommand.RunAsync(args, cancellation));
        var serve = ServeCommand.Create();
        root.Subcommands.Add(serve);
        root.Subcommands.Add(AccountCommands.Create());
        root.Subcommands.Add(ApplicationCommands.Create());
        root.Subcommands.Add(DatabaseCommands.Create());
        root.Subcommands.Add(AuditCommand.Create());

        // An argument that begins with @ is literal, not a file of more arguments.
        var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0)
            return await FailAsync(parsed.Errors[0].Message, status: 2);

        // The root command accepts unmatched tokens as configuration. For another command they are a mistake, and may
        // have been meant to restrict it.
        var command = parsed.CommandResult.Command;
        if (command != root && command != serve && parsed.UnmatchedTokens.Count > 0)
            return await FailAsync($"'{parsed.UnmatchedTokens[0]}' is not an argument of {command.Name}", status: 2);
        try
        {
            // No timeout of the library's: the server drains requests for as long as its host allows.
            return await parsed.InvokeAsync(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            });
        }
        catch (UsageException wrong)
        {
            return await FailAsync(wrong.Message, status: 2);
        }
        catch (Exception failure) when (StoreUnavailableException.IsBehind(failure))
        {
            return await FailAsync(Cause(failure), status: 1);
        }
        catch (Exception failure) when (failure
            is SettingsException
            or CommandException
            or StoreRefusedException
            or NotSupportedException
            or IOException
            or UnauthorizedAccessException
            or FormatException)
        {
            return await FailAsync(failure.Message, status: 1);
        }
        catch (InvalidDataException unreadable)
        {
            // The outer message names the configuration file, the inner one the position of the mistake.
            return await FailAsync($"{unreadable.Message} {unreadable.InnerException?.Message}", status: 1);
        }
    }

    /// <summary>
    /// Returns the operating system's message, preceded by that of PostgreSQL's driver, which names the server's
    /// address.
    /// </summary>
    private static string Cause(Exception failure)
    {
        var cause = failure.GetBaseException();
        for (var outer = failure; outer != cause && outer is not null; outer = outer.InnerException)
        {
            if (outer is NpgsqlException && outer.InnerException == cause)
                return $"{outer.Message}: {cause.Message}";
        }

        return cause.Message;
    }

    private static async Task<int> FailAsync(string message, int status)
    {
        await Console.Error.WriteLineAsync(message.ReplaceLineEndings(" "));
        return status;
    }
}

/// <summary>A command failed. The message says why in one line.</summary>
internal sealed class CommandException(string message) : Exception(message);

/// <summary>The arguments are wrong. The message says in one line what is expected.</summary>
internal sealed class UsageException(string message) : Exception(message);
