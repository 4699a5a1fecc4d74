using System.CommandLine;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Sessions;
using TokenAuth.Kernel.Telemetry;

namespace TokenAuth.Commands;

/// <summary><c>session list</c>: the valid sessions of all accounts and applications.</summary>
internal static class SessionCommands
{
    public static Command Create() => new("session", "Looks at sessions.") { List() };

    /// <summary>Prints sessions while they are read.</summary>
    public static Task PrintAsync(
        ParseResult parsed, CommandScope scope, SessionFilter filter, CancellationToken cancellation) =>
        CommandOutput.PrintListAsync(
            parsed, "sessions", scope.Get<SessionListing>().ListAsync(filter, cancellation), JsonOf, Line);

    private static Command List()
    {
        var account = new Option<string>("--account")
        {
            Description = "Only sessions of the account with this login name.",
            HelpName = "LOGIN",
        };
        var application = new Option<string>("--app")
        {
            Description = "Only sessions of the application with this API key.",
            HelpName = "KEY",
        };
        var dialect = new Option<string>("--dialect")
        {
            Description = "Only sessions of this dialect; 'browser' is a sign-in on the pages.",
        };
        dialect.AcceptOnlyFromAmong([.. Program.Dialects.Select(one => one.Name), "browser", DialectNames.OpenId]);
        var list = new Command("list", "Lists valid sessions, the oldest first.")
        {
            account, application, dialect, CommandScope.Json,
        }.WithExample("tokenauth session list --dialect dreamwidth --json");
        list.SetAction(async (parsed, cancellation) =>
        {
            await using var scope = await CommandScope.OpenToReadAsync(parsed);
            var owner = parsed.GetValue(account) is { } login
                ? await AccountArgument.FindListedAsync(scope, login, cancellation)
                : null;
            var caller = parsed.GetValue(application) is { } key
                ? await scope.Get<ApplicationAdministration>().FindAsync(key, cancellation)
                    ?? throw ApplicationArgument.Unknown(key)
                : null;
            var filter = new SessionFilter(owner?.Id, caller?.Id, parsed.GetValue(dialect));
            await PrintAsync(parsed, scope, filter, cancellation);
            return 0;
        });
        return list;
    }

    private static object JsonOf(OpenSession session) => new
    {
        id = session.Id,
        dialect = session.Dialect,
        login = session.Login,
        uid = session.Uid,
        @namespace = session.Namespace,
        user = session.UserId,
        application = session.Application,
        apiKey = session.ApiKey,
        permissions = session.Permissions,
        created = CommandOutput.Instant(session.CreatedAt),
        lastUsed = CommandOutput.Instant(session.LastUsedAt),
        expires = CommandOutput.Instant(session.ExpiresAt),
        openedFrom = session.OpenedFrom,
        boundTo = session.BoundTo,
    };

    private static string Line(OpenSession session)
    {
        var owner = session.Login ?? $"{session.Namespace}:{session.UserId}";
        return $"{session.Id,8}  {session.Dialect,-16}  {owner,-20}  {session.Application ?? "-",-16}"
            + $"  used {CommandOutput.Instant(session.LastUsedAt)}"
            + $"  until {CommandOutput.Instant(session.ExpiresAt) ?? "it is ended",-20}  {session.OpenedFrom}";
    }
}
