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
    /// <param name="invocation">Lets tests replace input, output and configuration.</param>
    public static async Task<int> RunAsync(string[] args, CommandInvocation? invocation = null)
    {
        invocation ??= new CommandInvocation();

        // An argument that begins with @ is literal, not a file of more arguments.
        var parsed = Create(args).Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0 && parsed.Action?.ClearsParseErrors != true)
            return await FailAsync(invocation, parsed.Errors[0].Message, status: 2);

        // Some commands accept unmatched tokens as configuration. For another command they are a mistake, and may have
        // been meant to restrict it.
        var command = parsed.CommandResult.Command;
        if (command.TreatUnmatchedTokensAsErrors && parsed.UnmatchedTokens.Count > 0)
        {
            return await FailAsync(
                invocation, $"'{parsed.UnmatchedTokens[0]}' is not an argument of {command.Name}", status: 2);
        }

        try
        {
            return await parsed.InvokeAsync(invocation);
        }
        catch (UsageException wrong)
        {
            return await FailAsync(invocation, wrong.Message, status: 2);
        }
        catch (Exception failure) when (StoreUnavailableException.IsBehind(failure))
        {
            return await FailAsync(invocation, Cause(failure), status: 1);
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
            return await FailAsync(invocation, failure.Message, status: 1);
        }
        catch (InvalidDataException unreadable)
        {
            // The outer message names the configuration file, the inner one the position of the mistake.
            return await FailAsync(invocation, $"{unreadable.Message} {unreadable.InnerException?.Message}", status: 1);
        }
    }

    /// <summary>Creates the tree of all commands.</summary>
    /// <param name="args">The configuration if there is no command.</param>
    public static RootCommand Create(string[] args)
    {
        var root = new RootCommand("TokenAuth: one account store for five old token dialects.")
        {
            ServeCommand.Create(),
            AccountCommands.Create(),
            ApplicationCommands.Create(),
            SessionCommands.Create(),
            AuditCommand.Create(),
            SignCommand.Create(),
            DatabaseCommands.Create(),
            ConfigurationCommand.Create(),
            CompletionCommand.Create(),
        };
        root.TreatUnmatchedTokensAsErrors = false;
        root.SetAction((_, cancellation) => ServeCommand.RunAsync(args, cancellation));
        CommandHelp.Extend(root);
        return root;
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

    private static async Task<int> FailAsync(CommandInvocation invocation, string message, int status)
    {
        await invocation.Error.WriteLineAsync(CommandOutput.Line(message.ReplaceLineEndings(" ")));
        return status;
    }
}

/// <summary>A command failed. The message says why in one line.</summary>
internal sealed class CommandException(string message) : Exception(message);

/// <summary>The arguments are wrong. The message says in one line what is expected.</summary>
internal sealed class UsageException(string message) : Exception(message);
