using System.CommandLine;
using TokenAuth.Kernel.Accounts;

namespace TokenAuth.Commands;

/// <summary>What the commands on one account share: its login name, and how they find it and read a password.</summary>
internal static class AccountArgument
{
    /// <summary>The states that an operator can set. Only an owner can close an account.</summary>
    public static readonly string[] States =
        [.. AllStates.Where(state => StateOf(state) != AccountState.Closing)];

    public static string[] AllStates => [.. Enum.GetNames<AccountState>().Select(state => state.ToLowerInvariant())];

    public static Argument<string> Login { get; } = new("LOGIN")
    {
        Description = "The login name, in any case; 1 to 25 letters, digits or underscores.",
    };

    public static Option<bool> PasswordStdin { get; } = new("--password-stdin")
    {
        Description = "The password is the first line of standard input.",
    };

    public static AccountState StateOf(string name) => Enum.Parse<AccountState>(name, ignoreCase: true);

    /// <summary>Finds the account to change.</summary>
    public static async Task<Account> FindAsync(CommandScope scope, ParseResult parsed) =>
        await scope.Get<AccountAdministration>().FindAsync(parsed.GetValue(Login)!)
        ?? throw Unknown(parsed.GetValue(Login)!);

    /// <summary>Finds the account without EF Core, which would write to the store's file.</summary>
    public static async Task<AccountSummary> FindListedAsync(
        CommandScope scope, ParseResult parsed, CancellationToken cancellation) =>
        await FindListedAsync(scope, parsed.GetValue(Login)!, cancellation);

    public static async Task<AccountSummary> FindListedAsync(
        CommandScope scope, string login, CancellationToken cancellation) =>
        await scope.Get<AccountListing>().FindAsync(login, cancellation) ?? throw Unknown(login);

    /// <summary>Reads the password from standard input.</summary>
    public static async Task<string> ReadPasswordAsync(ParseResult parsed, CancellationToken cancellation)
    {
        // A switch always has a value, so the parser does not report a missing one.
        if (!parsed.GetValue(PasswordStdin))
        {
            throw new UsageException(
                "Option '--password-stdin' is required: a password is never an argument, which others could see.");
        }

        return await CommandInvocation.Of(parsed).Input.ReadLineAsync(cancellation) ?? "";
    }

    /// <summary>Warns of a short password, which an operator may set.</summary>
    public static async Task WarnIfShortAsync(ParseResult parsed, string password)
    {
        if (password.Length >= PasswordRules.MinLength)
            return;
        await parsed.InvocationConfiguration.Error.WriteLineAsync(
            $"The password has fewer than {PasswordRules.MinLength} characters: it is easily guessed.");
    }

    private static CommandException Unknown(string login) =>
        new(CommandOutput.Line($"There is no account {login}."));
}
