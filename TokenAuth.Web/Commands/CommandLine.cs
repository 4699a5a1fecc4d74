using System.CommandLine;
using Npgsql;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Storage;

namespace TokenAuth.Commands;

/// <summary>
/// The operator's commands. Exit status 0; 1 with one line on standard error where something could not be done; 2, likewise
/// with one line, for wrong usage.
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

        // A name that begins with @ is a name, and no file of more arguments.
        var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0)
            return await FailAsync(parsed.Errors[0].Message, status: 2);

        // What the root lets through is configuration. For a command it is a slip, and one that was meant to restrict something.
        var command = parsed.CommandResult.Command;
        if (command != root && command != serve && parsed.UnmatchedTokens.Count > 0)
            return await FailAsync($"'{parsed.UnmatchedTokens[0]}' is not an argument of {command.Name}", status: 2);
        try
        {
            // Without a limit of this library's, the server takes the time that its host gives to requests in flight.
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (UsageException wrong)
        {
            return await FailAsync(wrong.Message, status: 2);
        }
        catch (Exception failure) when (StoreUnavailableException.IsBehind(failure))
        {
            return await FailAsync(Cause(failure), status: 1);
        }
        catch (Exception failure) when (failure is SettingsException or CommandException or StoreRefusedException or NotSupportedException or IOException or UnauthorizedAccessException or FormatException)
        {
            return await FailAsync(failure.Message, status: 1);
        }
        catch (InvalidDataException unreadable)
        {
            // A file of the configuration, and where in it the fault is.
            return await FailAsync($"{unreadable.Message} {unreadable.InnerException?.Message}", status: 1);
        }
    }

    /// <summary>What PostgreSQL's driver names, the server's address, and what the operating system has to say of it.</summary>
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

/// <summary>What an operator asked for could not be done; the message says why in one line.</summary>
internal sealed class CommandException(string message) : Exception(message);

/// <summary>The arguments are not as they should be; the message says in one line how they should be.</summary>
internal sealed class UsageException(string message) : Exception(message);
