using System.CommandLine;
using TokenAuth.Kernel.Accounts;

namespace TokenAuth.Commands;

internal static class AccountCommands
{
    private static readonly Argument<string> Login = new("LOGIN")
    {
        Description = "1 to 25 letters, digits or underscores.",
    };

    public static Command Create() => new("account", "Manages accounts.")
    {
        Add(),
        Key(),
        State(),
        AccountAdminCommand.Create(Login),
    };

    private static Command Add()
    {
        var email = new Option<string>("--email") { Required = true };
        var name = new Option<string>("--name") { Description = "The name that applications show." };
        var admin = new Option<bool>("--admin") { Description = "Allows the administration pages." };
        var password = new Option<bool>("--password-stdin")
        {
            Description = "The password is the first line of standard input.",
        };
        var add = new Command("add", "Creates an account.")
        {
            Login,
            email,
            name,
            admin,
            password,
            CommandScope.Json,
        };
        add.SetAction(async (parsed, cancellation) =>
        {
            // A switch always has a value, so the parser does not report a missing one.
            if (!parsed.GetValue(password))
            {
                throw new UsageException(
                    "Option '--password-stdin' is required: a password is never an argument, which others could see.");
            }

            var typed = await Console.In.ReadLineAsync(cancellation) ?? "";
            await using var scope = await CommandScope.OpenAsync(mayCreate: true);
            var (account, errors) = await scope.Get<AccountAdministration>().AddAsync(
                new NewAccount(
                    parsed.GetValue(Login)!,
                    parsed.GetValue(email)!,
                    parsed.GetValue(name),
                    typed,
                    parsed.GetValue(admin)),
                cancellation);
            if (account is null)
                throw new CommandException(errors[0].Message);
            if (typed.Length < AccountAdministration.MinPasswordLength)
            {
                await Console.Error.WriteLineAsync(
                    $"The password has fewer than {AccountAdministration.MinPasswordLength} characters: "
                    + "it is easily guessed.");
            }

            CommandScope.Print(
                parsed,
                new { login = account.Login, uid = account.Id },
                $"Account {account.Login} has the number {account.Id}.");
            return 0;
        });
        return add;
    }

    private static Command Key()
    {
        var name = new Argument<string>("NAME") { Description = "The program that uses the key." };
        var key = new Command(
            "key", "Creates an API key for old clients that cannot send a password safely. The key is shown once.")
        {
            Login,
            name,
            CommandScope.Json,
        };
        key.SetAction(async (parsed, cancellation) =>
        {
            var label = AccountKeys.NormalName(parsed.GetValue(name))
                ?? throw new UsageException($"NAME has 1 to {AccountKeys.MaxNameLength} characters");
            await using var scope = await CommandScope.OpenAsync();
            var account = await FindAsync(scope.Get<AccountAdministration>(), parsed);
            var text = await scope.Get<AccountKeys>().AddAsync(account.Id, label, from: null, cancellation);
            CommandScope.Print(parsed, new { name = label, key = text }, text);
            return 0;
        });
        return key;
    }

    private static Command State()
    {
        var states = Enum.GetNames<AccountState>().Select(state => state.ToLowerInvariant()).ToArray();
        var wanted = new Argument<string>("STATE").AcceptOnlyFromAmong(states);
        var state = new Command("state", "Sets an account's state, which decides whether it can be used.")
        {
            Login,
            wanted,
        };
        state.SetAction(async (parsed, cancellation) =>
        {
            await using var scope = await CommandScope.OpenAsync();
            var accounts = scope.Get<AccountAdministration>();
            var account = await FindAsync(accounts, parsed);
            var chosen = Enum.Parse<AccountState>(parsed.GetValue(wanted)!, ignoreCase: true);
            await accounts.SetStateAsync(account, chosen, from: null, cancellation);
            return 0;
        });
        return state;
    }

    private static async Task<Account> FindAsync(AccountAdministration accounts, ParseResult parsed) =>
        await accounts.FindAsync(parsed.GetValue(Login)!)
        ?? throw new CommandException($"There is no account {parsed.GetValue(Login)}.");
}
