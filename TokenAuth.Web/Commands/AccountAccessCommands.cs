using System.CommandLine;
using System.Globalization;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Sessions;

namespace TokenAuth.Commands;

/// <summary><c>account sessions</c> and <c>account keys</c>: what signs in as an account.</summary>
internal static class AccountAccessCommands
{
    private const string All = "all";

    public static Command Sessions()
    {
        var end = new Option<string>("--end")
        {
            Description = "End the session with this ID, or 'all' of them and the handshakes that were confirmed.",
            HelpName = "ID|all",
        };
        var command = new Command("sessions", "Lists the valid sessions of an account, or ends them.")
        {
            AccountArgument.Login, end, CommandScope.Json,
        }.WithExample("tokenauth account sessions alice --end all");
        command.SetAction(async (parsed, cancellation) =>
        {
            if (parsed.GetValue(end) is { } which)
            {
                await EndAsync(parsed, which, cancellation);
                return 0;
            }

            await using var scope = await CommandScope.OpenToReadAsync(parsed);
            var account = await AccountArgument.FindListedAsync(scope, parsed, cancellation);
            await SessionCommands.PrintAsync(parsed, scope, new SessionFilter(account.Id), cancellation);
            return 0;
        });
        return command;
    }

    public static Command Keys()
    {
        var revoke = new Option<string>("--revoke")
        {
            Description = "Revoke the API keys with this name, and end the sessions that they opened.",
            HelpName = "NAME",
        };
        var command = new Command("keys", "Lists the API keys of an account, or revokes one.")
        {
            AccountArgument.Login, revoke, CommandScope.Json,
        }.WithExample("tokenauth account keys alice --revoke \"old laptop\"");
        command.SetAction(async (parsed, cancellation) =>
        {
            if (parsed.GetValue(revoke) is { } name)
            {
                await RevokeAsync(parsed, name, cancellation);
                return 0;
            }

            await using var scope = await CommandScope.OpenToReadAsync(parsed);
            var account = await AccountArgument.FindListedAsync(scope, parsed, cancellation);
            var keys = await scope.Get<AccountKeys>().ListAsync(account.Id, cancellation);
            await CommandOutput.PrintListAsync(
                parsed,
                "keys",
                keys.ToAsyncEnumerable(),
                key => new
                {
                    name = key.Name,
                    created = CommandOutput.Instant(key.CreatedAt),
                    lastUsed = CommandOutput.Instant(key.LastUsedAt),
                },
                key => $"{CommandOutput.Instant(key.CreatedAt)}  "
                    + $"{CommandOutput.Instant(key.LastUsedAt) ?? "never used",-20}  {key.Name}");
            return 0;
        });
        return command;
    }

    private static async Task EndAsync(ParseResult parsed, string which, CancellationToken cancellation)
    {
        var id = 0L;
        if (which != All && !long.TryParse(which, NumberStyles.None, CultureInfo.InvariantCulture, out id))
            throw new UsageException($"--end is the ID of a session or '{All}'");
        await using var scope = await CommandScope.OpenToChangeAsync(parsed);
        var account = await AccountArgument.FindListedAsync(scope, parsed, cancellation);
        var ended = which == All
            ? await scope.Get<AccountChanges>().EndSessionsAsync(account.Id, cancellation)
            : await scope.Get<SessionStore>().EndAsync(id, account.Id, from: null, cancellation) ? 1 : 0;
        if (which != All && ended == 0)
            throw new CommandException($"{account.Login} has no session {which}.");
        CommandScope.Print(
            parsed,
            new { login = account.Login, uid = account.Id, sessionsEnded = ended },
            $"{CommandOutput.Count(ended, "session")} ended.");
    }

    private static async Task RevokeAsync(ParseResult parsed, string name, CancellationToken cancellation)
    {
        await using var scope = await CommandScope.OpenToChangeAsync(parsed);
        var account = await AccountArgument.FindListedAsync(scope, parsed, cancellation);
        var keys = scope.Get<AccountKeys>();
        var revoked = 0;

        // Names need not be unique. Whoever revokes one wants none of them to work.
        foreach (var key in await keys.ListAsync(account.Id, cancellation))
        {
            if (key.Name == name.Trim() && await keys.RevokeAsync(account.Id, key.Id, from: null, cancellation))
                revoked++;
        }

        if (revoked == 0)
            throw new CommandException(CommandOutput.Line($"{account.Login} has no API key named {name}."));
        CommandScope.Print(
            parsed,
            new { login = account.Login, uid = account.Id, keysRevoked = revoked },
            $"{CommandOutput.Count(revoked, "API key")} revoked.");
    }
}
