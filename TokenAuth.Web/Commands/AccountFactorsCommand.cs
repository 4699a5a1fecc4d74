using System.CommandLine;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Accounts.Factors;

namespace TokenAuth.Commands;

/// <summary>
/// <c>account factors</c>: shows passkeys and second factor of an account, and removes them for a person who has lost
/// all of it.
/// </summary>
internal static class AccountFactorsCommand
{
    public static Command Create()
    {
        var remove = new Option<bool>("--remove")
        {
            Description = "Remove passkeys, authenticator app and recovery codes. The password alone then signs in.",
        };
        var command = new Command("factors", "Shows the passkeys and the second factor of an account, or removes them.")
        {
            AccountArgument.Login, remove, CommandScope.Json,
        }.WithExample("tokenauth account factors alice --remove");
        command.SetAction(async (parsed, cancellation) =>
        {
            if (parsed.GetValue(remove))
                await RemoveAsync(parsed, cancellation);
            else
                await ShowAsync(parsed, cancellation);
            return 0;
        });
        return command;
    }

    private static async Task ShowAsync(ParseResult parsed, CancellationToken cancellation)
    {
        await using var scope = await CommandScope.OpenToReadAsync(parsed);
        var account = await AccountArgument.FindListedAsync(scope, parsed, cancellation);
        var state = await scope.Get<SecondFactor>().ReadAsync(account.Id, cancellation);
        var passkeys = await scope.Get<Passkeys>().ListAsync(account.Id, cancellation);
        CommandOutput.PrintFacts(
            parsed,
            new
            {
                login = account.Login,
                uid = account.Id,
                secondFactor = state.IsOn,
                authenticatorSince = CommandOutput.Instant(state.AuthenticatorSince),
                recoveryCodes = state.RecoveryCodes,
                passkeys = passkeys.Select(passkey => new
                {
                    name = passkey.Name,
                    created = CommandOutput.Instant(passkey.CreatedAt),
                    lastUsed = CommandOutput.Instant(passkey.LastUsedAt),
                }),
            },
            [
                ("second factor", state.IsOn ? "on" : "off"),
                ("authenticator", CommandOutput.Instant(state.AuthenticatorSince)),
                ("recovery codes", CommandOutput.Count(state.RecoveryCodes, "code")),
                ("passkeys", CommandOutput.Count(passkeys.Count, "passkey")),
                .. passkeys.Select(passkey => (
                    "",
                    (string?)$"{CommandOutput.Instant(passkey.CreatedAt)}  "
                        + $"{CommandOutput.Instant(passkey.LastUsedAt) ?? "never used",-20}  {passkey.Name}")),
            ]);
    }

    private static async Task RemoveAsync(ParseResult parsed, CancellationToken cancellation)
    {
        await using var scope = await CommandScope.OpenToChangeAsync(parsed);
        var account = await AccountArgument.FindListedAsync(scope, parsed, cancellation);
        var removed = await scope.Get<SecondFactor>().RemoveAllAsync(account.Id, from: null, by: null, cancellation);
        CommandScope.Print(
            parsed,
            new { login = account.Login, uid = account.Id, factorsRemoved = removed },
            $"{CommandOutput.Count(removed.GetValueOrDefault(), "factor")} removed.");
    }
}
