using System.CommandLine;
using System.Globalization;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Limits;
using TokenAuth.Kernel.Sessions;

namespace TokenAuth.Commands;

/// <summary><c>account list</c> and <c>account show</c>.</summary>
internal static class AccountListCommands
{
    public static Command List()
    {
        var state = new Option<string>("--state") { Description = "Only accounts in this state." }
            .AcceptOnlyFromAmong(AccountArgument.AllStates);
        var search = new Option<string>("--search")
        {
            Description = "Only accounts with this text in their login name, e-mail address or name, in any case.",
        };
        var list = new Command("list", "Lists accounts, the oldest first.")
        {
            state, search, CommandScope.Json,
        }.WithExample("tokenauth account list --state suspended --search example.org");
        list.SetAction(async (parsed, cancellation) =>
        {
            await using var scope = await CommandScope.OpenToReadAsync(parsed);
            var wanted = parsed.GetValue(state) is { } name ? AccountArgument.StateOf(name) : (AccountState?)null;
            await CommandOutput.PrintListAsync(
                parsed,
                "accounts",
                scope.Get<AccountListing>().ListAsync(wanted, parsed.GetValue(search), cancellation),
                JsonOf,
                Line);
            return 0;
        });
        return list;
    }

    public static Command Show()
    {
        var show = new Command("show", "Shows an account.")
        {
            AccountArgument.Login, CommandScope.Json,
        }.WithExample("tokenauth account show alice");
        show.SetAction(async (parsed, cancellation) =>
        {
            await using var scope = await CommandScope.OpenToReadAsync(parsed);
            var account = await AccountArgument.FindListedAsync(scope, parsed, cancellation);
            var sessions = await scope.Get<AccountSessions>().ListAsync(account.Id, null, page: 1, cancellation);
            var keys = (await scope.Get<AccountKeys>().ListAsync(account.Id, cancellation)).Count;
            var allowed = (await scope.Get<ConsentStore>().AllowedAsync(account.Id, cancellation))
                .Select(application => application.Name).ToArray();
            var failures = await scope.Get<AccountUnlock>().ReadAsync(account.Id, account.Login, cancellation);
            var now = scope.Get<TimeProvider>().GetUtcNow();
            CommandOutput.PrintFacts(
                parsed,
                new
                {
                    uid = account.Id,
                    login = account.Login,
                    name = account.DisplayName,
                    email = account.Email,
                    state = NameOf(account.State),
                    admin = account.IsAdmin,
                    created = CommandOutput.Instant(account.CreatedAt),
                    erase = CommandOutput.Instant(account.EraseAt),
                    sessions = sessions.Count,
                    keys,
                    applications = allowed,
                    failures = failures.Select(failed => new
                    {
                        caller = CallerOf(failed),
                        network = failed.From,
                        times = failed.Failures,
                        blockedUntil = CommandOutput.Instant(BlockedUntil(failed, now)),
                    }),
                },
                [
                    ("login", account.Login),
                    ("uid", account.Id.ToString(CultureInfo.InvariantCulture)),
                    ("name", account.DisplayName),
                    ("e-mail", account.Email),
                    ("state", NameOf(account.State)),
                    ("admin", account.IsAdmin ? "yes" : "no"),
                    ("created", CommandOutput.Instant(account.CreatedAt)),
                    ("erase at", CommandOutput.Instant(account.EraseAt)),
                    ("sessions", sessions.Count.ToString(CultureInfo.InvariantCulture)),
                    ("API keys", keys.ToString(CultureInfo.InvariantCulture)),
                    ("allowed", allowed.Length == 0 ? null : string.Join(", ", allowed)),
                    .. failures.Select(failed => ("failed sign-ins", (string?)Sentence(failed, now))),
                ]);
            return 0;
        });
        return show;
    }

    private static string NameOf(AccountState state) => state.ToString().ToLowerInvariant();

    private static object JsonOf(AccountSummary account) => new
    {
        uid = account.Id,
        login = account.Login,
        name = account.DisplayName,
        email = account.Email,
        state = NameOf(account.State),
        admin = account.IsAdmin,
        created = CommandOutput.Instant(account.CreatedAt),
        erase = CommandOutput.Instant(account.EraseAt),
    };

    private static string Line(AccountSummary account)
    {
        var state = NameOf(account.State) + (account.IsAdmin ? ", admin" : "");
        var name = account.DisplayName == account.Login ? "" : account.DisplayName;
        return $"{account.Id,7}  {account.Login,-Account.MaxLoginLength}  {state,-16}"
            + $"  {CommandOutput.Instant(account.CreatedAt)}  {account.Email ?? "-"}  {name}";
    }

    private static string CallerOf(CountedFailures failed) => failed.Kind.ToString().ToLowerInvariant();

    private static DateTimeOffset? BlockedUntil(CountedFailures failed, DateTimeOffset now) =>
        failed.BlockedFor > TimeSpan.Zero ? now + failed.BlockedFor : null;

    private static string Sentence(CountedFailures failed, DateTimeOffset now) =>
        $"{failed.Failures} by a {CallerOf(failed)} from {failed.From ?? "anywhere"}"
        + (BlockedUntil(failed, now) is { } until ? $", refused until {CommandOutput.Instant(until)}" : "");
}
