using System.CommandLine;
using TokenAuth.Kernel.Accounts;

namespace TokenAuth.Commands;

/// <summary>Commands that change or erase one account.</summary>
internal static class AccountChangeCommands
{
    public static Command Password()
    {
        var command = new Command(
            "password", "Sets a password, and ends every session of the account and every handshake that it confirmed.")
        {
            AccountArgument.Login, AccountArgument.PasswordStdin, CommandScope.Json,
        }.WithExample("tokenauth account password alice --password-stdin < password.txt");
        command.SetAction(async (parsed, cancellation) =>
        {
            var typed = await AccountArgument.ReadPasswordAsync(parsed, cancellation);
            await using var scope = await CommandScope.OpenToChangeAsync(parsed);
            var account = await AccountArgument.FindAsync(scope, parsed);
            var (ended, error) = await scope.Get<AccountChanges>().SetPasswordAsync(account, typed, cancellation);
            Refuse(error);
            await AccountArgument.WarnIfShortAsync(parsed, typed);

            // Whoever knew the old password may have created keys, which still work.
            var keys = (await scope.Get<AccountKeys>().ListAsync(account.Id, cancellation)).Count;
            CommandScope.Print(
                parsed,
                new { login = account.Login, uid = account.Id, sessionsEnded = ended, keys },
                $"{account.Login} has a new password. {CommandOutput.Count(ended, "session")} ended; "
                + $"the account has {CommandOutput.Count(keys, "API key")}.");
            return 0;
        });
        return command;
    }

    public static Command Rename()
    {
        var wanted = new Argument<string>("NEWLOGIN")
        {
            Description = "The new login name; 1 to 25 letters, digits or underscores.",
        };
        var command = new Command(
            "rename", "Gives an account another login name. Sessions and API keys stay; the old name is free at once.")
        {
            AccountArgument.Login, wanted, CommandScope.Json,
        }.WithExample("tokenauth account rename alice alice_b");
        command.SetAction(async (parsed, cancellation) =>
        {
            var login = parsed.GetValue(wanted)!;
            await using var scope = await CommandScope.OpenToChangeAsync(parsed);
            var account = await AccountArgument.FindAsync(scope, parsed);
            Refuse(await scope.Get<AccountChanges>().RenameAsync(account, login, cancellation));
            CommandScope.Print(
                parsed, new { login, uid = account.Id }, $"{account.Login} is now {login}.");
            return 0;
        });
        return command;
    }

    public static Command Email()
    {
        var address = new Argument<string>("ADDRESS") { Description = "The new e-mail address." };
        var command = new Command("email", "Sets an account's e-mail address.")
        {
            AccountArgument.Login, address, CommandScope.Json,
        }.WithExample("tokenauth account email alice alice@example.org");
        command.SetAction(async (parsed, cancellation) =>
        {
            var email = parsed.GetValue(address)!;
            await using var scope = await CommandScope.OpenToChangeAsync(parsed);
            var account = await AccountArgument.FindAsync(scope, parsed);
            Refuse(await scope.Get<AccountChanges>().SetEmailAsync(account.Id, email, from: null, cancellation));
            CommandScope.Print(
                parsed,
                new { login = account.Login, uid = account.Id, email },
                CommandOutput.Line($"The e-mail address of {account.Login} is {email}."));
            return 0;
        });
        return command;
    }

    public static Command Unlock()
    {
        var command = new Command(
            "unlock", "Clears the failed sign-ins of an account, so that it can sign in again at once.")
        {
            AccountArgument.Login, CommandScope.Json,
        }.WithExample("tokenauth account unlock alice");
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var scope = await CommandScope.OpenToChangeAsync(parsed);
            var account = await AccountArgument.FindListedAsync(scope, parsed, cancellation);
            var unlocked = await scope.Get<AccountUnlock>().UnlockAsync(
                account.Id, account.Login, from: null, by: null, cancellation);
            if (account.State != AccountState.Active)
            {
                var state = account.State.ToString().ToLowerInvariant();
                await parsed.InvocationConfiguration.Error.WriteLineAsync(
                    $"The account is {state}, so it cannot sign in: see 'account state'.");
            }

            CommandScope.Print(
                parsed,
                new { login = account.Login, uid = account.Id, unlocked },
                unlocked
                    ? $"{account.Login} can sign in again."
                    : $"No failed sign-ins of {account.Login} are counted.");
            return 0;
        });
        return command;
    }

    public static Command Delete()
    {
        var command = new Command(
            "delete", "Erases an account for good, with its sessions, API keys and consents. See also 'account state'.")
        {
            AccountArgument.Login, Confirmation.Yes, CommandScope.Json,
        }.WithExample("tokenauth account delete alice");
        command.SetAction(async (parsed, cancellation) =>
        {
            Confirmation.EnsurePossible(parsed);
            await using var scope = await CommandScope.OpenToChangeAsync(parsed);
            var account = await AccountArgument.FindAsync(scope, parsed);
            await Confirmation.RequireAsync(
                parsed, $"Account {account.Login} (uid {account.Id}, {account.Email}) will be erased for good.",
                account.Login, cancellation);
            var ended = await scope.Get<AccountChanges>().EraseAsync(account, cancellation);
            CommandScope.Print(
                parsed,
                new { login = account.Login, uid = account.Id, sessionsEnded = ended },
                $"{account.Login} is erased. {CommandOutput.Count(ended, "session")} ended.");
            return 0;
        });
        return command;
    }

    private static void Refuse(InputError? error)
    {
        if (error is not null)
            throw new CommandException(error.Message.ToString());
    }
}
