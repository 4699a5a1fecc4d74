using System.CommandLine;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Accounts.Factors;
using TokenAuth.Kernel.Accounts.Identities;

namespace TokenAuth.Commands;

/// <summary>
/// <c>account factors</c>: shows passkeys, second factor and linked identities of an account, and removes them for a
/// person who has lost all of it.
/// </summary>
internal static class AccountFactorsCommand
{
    public static Command Create()
    {
        var remove = new Option<bool>("--remove")
        {
            Description = "Remove passkeys, authenticator app and recovery codes. The password alone then signs in.",
        };
        var unlink = new Option<bool>("--unlink")
        {
            Description = "Remove the links to accounts at other services. They no longer sign in.",
        };
        var command = new Command(
            "factors", "Shows the passkeys, the second factor and the links of an account, or removes them.")
        {
            AccountArgument.Login, remove, unlink, CommandScope.Json,
        }.WithExample("tokenauth account factors alice --remove");
        command.SetAction(async (parsed, cancellation) =>
        {
            if (parsed.GetValue(remove) || parsed.GetValue(unlink))
                await RemoveAsync(parsed, parsed.GetValue(remove), parsed.GetValue(unlink), cancellation);
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
        var identities = await scope.Get<AccountIdentities>().ListAsync(account.Id, cancellation);
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
                identities = identities.Select(identity => new
                {
                    issuer = identity.Issuer,
                    name = identity.Name,
                    created = CommandOutput.Instant(identity.CreatedAt),
                    lastUsed = CommandOutput.Instant(identity.LastUsedAt),
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
                .. identities.Select(identity => (
                    "linked",
                    (string?)$"{CommandOutput.Instant(identity.CreatedAt)}  "
                        + $"{CommandOutput.Instant(identity.LastUsedAt) ?? "never used",-20}  "
                        + $"{identity.Name} ({identity.Issuer})")),
            ]);
    }

    private static async Task RemoveAsync(
        ParseResult parsed, bool factors, bool links, CancellationToken cancellation)
    {
        await using var scope = await CommandScope.OpenToChangeAsync(parsed);
        var account = await AccountArgument.FindListedAsync(scope, parsed, cancellation);
        var removed = factors
            ? await scope.Get<SecondFactor>().RemoveAllAsync(account.Id, from: null, by: null, cancellation) : null;
        var unlinked = links
            ? await scope.Get<AccountIdentities>().RemoveAllAsync(account.Id, from: null, by: null, cancellation)
            : null;
        string[] done =
        [
            .. removed is { } count ? [CommandOutput.Count(count, "factor")] : (string[])[],
            .. unlinked is { } linked ? [CommandOutput.Count(linked, "link")] : (string[])[],
        ];
        CommandScope.Print(
            parsed,
            new
            {
                login = account.Login,
                uid = account.Id,
                factorsRemoved = removed,
                linksRemoved = unlinked,
            },
            $"{string.Join(" and ", done)} removed.");
    }
}
