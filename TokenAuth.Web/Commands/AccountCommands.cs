using System.CommandLine;
using TokenAuth.Commands.Import;
using TokenAuth.Kernel.Accounts;

namespace TokenAuth.Commands;

internal static class AccountCommands
{
    public static Command Create() => new("account", "Manages accounts.")
    {
        AccountListCommands.List(),
        AccountListCommands.Show(),
        Add(),
        Key(),
        State(),
        AccountAdminCommand.Create(),
        AccountChangeCommands.Password(),
        AccountChangeCommands.Rename(),
        AccountChangeCommands.Email(),
        AccountChangeCommands.Unlock(),
        AccountAccessCommands.Sessions(),
        AccountAccessCommands.Keys(),
        AccountFactorsCommand.Create(),
        AccountExportCommand.Create(),
        AccountChangeCommands.Delete(),
        ImportCommand.Create(),
    };

    private static Command Add()
    {
        var email = new Option<string>("--email") { Required = true };
        var name = new Option<string>("--name") { Description = "The name that applications show." };
        var admin = new Option<bool>("--admin") { Description = "Allows the administration pages." };
        var add = new Command("add", "Creates an account.")
        {
            AccountArgument.Login,
            email,
            name,
            admin,
            AccountArgument.PasswordStdin,
            CommandScope.Json,
        }.WithExample("tokenauth account add alice --email alice@example.org --password-stdin < password.txt");
        add.SetAction(async (parsed, cancellation) =>
        {
            var typed = await AccountArgument.ReadPasswordAsync(parsed, cancellation);
            await using var scope = await CommandScope.OpenAsync(mayCreate: true, parsed: parsed);
            var (account, errors) = await scope.Get<AccountAdministration>().AddAsync(
                new NewAccount(
                    parsed.GetValue(AccountArgument.Login)!,
                    parsed.GetValue(email)!,
                    parsed.GetValue(name),
                    typed,
                    parsed.GetValue(admin)),
                cancellation);
            if (account is null)
                throw new CommandException(errors[0].Message.ToString());
            await AccountArgument.WarnIfShortAsync(parsed, typed);
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
            AccountArgument.Login,
            name,
            CommandScope.Json,
        }.WithExample("tokenauth account key alice \"old laptop\"");
        key.SetAction(async (parsed, cancellation) =>
        {
            var label = AccountKeys.NormalName(parsed.GetValue(name))
                ?? throw new UsageException($"NAME has 1 to {AccountKeys.MaxNameLength} characters");
            await using var scope = await CommandScope.OpenToChangeAsync(parsed);
            var account = await AccountArgument.FindListedAsync(scope, parsed, cancellation);
            var text = await scope.Get<AccountKeys>().AddAsync(account.Id, label, from: null, cancellation);
            CommandScope.Print(parsed, new { name = label, key = text }, text);
            return 0;
        });
        return key;
    }

    private static Command State()
    {
        var wanted = new Argument<string>("STATE").AcceptOnlyFromAmong(AccountArgument.States);
        var state = new Command("state", "Sets an account's state, which decides whether it can be used.")
        {
            AccountArgument.Login,
            wanted,
        }.WithExample("tokenauth account state alice suspended");
        state.SetAction(async (parsed, cancellation) =>
        {
            await using var scope = await CommandScope.OpenToChangeAsync(parsed);
            var account = await AccountArgument.FindAsync(scope, parsed);
            await scope.Get<AccountAdministration>().SetStateAsync(
                account, AccountArgument.StateOf(parsed.GetValue(wanted)!), from: null, cancellation);
            return 0;
        });
        return state;
    }
}
