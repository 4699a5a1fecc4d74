using System.CommandLine;
using System.Globalization;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Formats;

namespace TokenAuth.Commands;

/// <summary><c>app show</c>, <c>app set</c> and <c>app delete</c>.</summary>
internal static class ApplicationChangeCommands
{
    public static Command Show()
    {
        var show = new Command("show", "Shows an application, without its secret.")
        {
            ApplicationArgument.Key, CommandScope.Json,
        }.WithExample("tokenauth app show 0123456789abcdef0123456789abcdef");
        show.SetAction(async (parsed, cancellation) =>
        {
            await using var scope = await CommandScope.OpenToReadAsync(parsed);
            Print(parsed, await FindAsync(scope, parsed, cancellation));
            return 0;
        });
        return show;
    }

    public static Command Set()
    {
        var name = new Option<string>("--name") { Description = "The name on the consent page." };
        var nonproduction = new Option<string>("--nonproduction")
        {
            Description = "Accepts some unsigned calls while the application is under development.",
        }.AcceptOnlyFromAmong("true", "false");
        var clear = new Option<string[]>("--clear")
        {
            Description = "Remove this value; may be repeated.",
        }.AcceptOnlyFromAmong(
            "callback", "namespace", "allow", "quota", "redirect", "sign-out-redirect", "sector", "exchange-from",
            "audience", "owner", "home-page");
        var set = new Command("set", "Changes an application. A list that is given replaces the whole list.")
        {
            ApplicationArgument.Key,
            name,
            ApplicationArgument.Callback,
            ApplicationArgument.Namespaces,
            ApplicationArgument.Networks,
            ApplicationArgument.Quota,
            nonproduction,
            OpenIdArgument.Redirects,
            OpenIdArgument.SignOutRedirects,
            OpenIdArgument.Sector,
            OpenIdArgument.Exchange,
            OpenIdArgument.ExchangesFrom,
            OpenIdArgument.Audiences,
            Owner,
            HomePage,
            clear,
            CommandScope.Json,
        }.WithExample("tokenauth app set 0123456789abcdef0123456789abcdef --quota 1000/3600 --clear allow");
        set.SetAction(async (parsed, cancellation) =>
        {
            var cleared = parsed.GetValue(clear) ?? [];
            var change = new ApplicationChange(
                parsed.GetValue(name) is { } given ? ApplicationArgument.NameOf(given, "--name") : null,
                ApplicationArgument.CallbackOf(parsed) ?? (cleared.Contains("callback") ? "" : null),
                ApplicationArgument.NamespacesOf(parsed) ?? (cleared.Contains("namespace") ? [] : null),
                ApplicationArgument.NetworksOf(parsed) ?? (cleared.Contains("allow") ? [] : null),
                ApplicationArgument.QuotaOf(parsed) ?? (cleared.Contains("quota") ? (0, TimeSpan.Zero) : null),
                parsed.GetValue(nonproduction) is { } flag ? bool.Parse(flag) : null)
            {
                OpenId = OpenIdArgument.Of(parsed, cleared),
                HomePage = ApplicationArgument.UrlOf(parsed, HomePage) ?? (cleared.Contains("home-page") ? "" : null),
                Owner = parsed.GetValue(Owner) is not null || cleared.Contains("owner") ? 0 : null,
            };
            RefuseContradictions(parsed, cleared);
            if (change.Summary.Length == 0)
                throw new UsageException("There is nothing to change: see 'app set --help'.");
            await using var scope = await CommandScope.OpenToChangeAsync(parsed);
            if (parsed.GetValue(Owner) is { } login)
                change = change with { Owner = await OwnerAsync(scope, login, cancellation) };
            var before = await FindAsync(scope, parsed, cancellation);
            OpenIdArgument.Check(before.Kind, change.OpenId with { IsPublic = before.IsPublic });
            if (!await scope.Get<ApplicationAdministration>().ChangeAsync(before.ApiKey, change, cancellation))
                throw ApplicationArgument.Unknown(before.ApiKey);
            Print(parsed, await FindAsync(scope, parsed, cancellation));
            return 0;
        });
        return set;
    }

    public static Command Delete()
    {
        var delete = new Command(
            "delete", "Deletes an application for good, with its sessions, consents and users. See also 'app disable'.")
        {
            ApplicationArgument.Key, Confirmation.Yes, CommandScope.Json,
        }.WithExample("tokenauth app delete 0123456789abcdef0123456789abcdef");
        delete.SetAction(async (parsed, cancellation) =>
        {
            Confirmation.EnsurePossible(parsed);
            await using var scope = await CommandScope.OpenToChangeAsync(parsed, isPatient: true);
            var application = await FindAsync(scope, parsed, cancellation);
            await Confirmation.RequireAsync(
                parsed,
                $"The application {application.Name} ({application.ApiKey}) will be deleted for good.",
                application.Name,
                cancellation);
            var ended = await CommandProgress.RunAsync(
                parsed,
                "Deleting",
                progress => scope.Get<ApplicationDeletion>().DeleteAsync(
                    application.ApiKey, (done, total) => progress.Report(done, total), cancellation))
                ?? throw ApplicationArgument.Unknown(application.ApiKey);
            CommandScope.Print(
                parsed,
                new { apiKey = application.ApiKey, name = application.Name, sessionsEnded = ended },
                CommandOutput.Line(
                    $"{application.Name} is deleted. {CommandOutput.Count(ended, "session")} ended."));
            return 0;
        });
        return delete;
    }

    private static Option<string> Owner { get; } = new("--owner")
    {
        Description = "The login name of the account that manages it at /console.",
    };

    private static Option<string> HomePage { get; } = new("--home-page")
    {
        Description = "An http or https URL of a page about the application.",
    };

    private static async Task<long> OwnerAsync(CommandScope scope, string login, CancellationToken cancellation) =>
        (await scope.Get<AccountListing>().FindAsync(login, cancellation))?.Id
        ?? throw new CommandException(CommandOutput.Line($"There is no account {login}."));

    private static async Task<Application> FindAsync(
        CommandScope scope, ParseResult parsed, CancellationToken cancellation)
    {
        var key = parsed.GetValue(ApplicationArgument.Key)!;
        return await scope.Get<ApplicationAdministration>().FindAsync(key, cancellation)
            ?? throw ApplicationArgument.Unknown(key);
    }

    private static void RefuseContradictions(ParseResult parsed, string[] cleared)
    {
        Option[] options =
        [
            ApplicationArgument.Callback,
            ApplicationArgument.Namespaces,
            ApplicationArgument.Networks,
            ApplicationArgument.Quota,
            OpenIdArgument.Redirects,
            OpenIdArgument.SignOutRedirects,
            OpenIdArgument.Sector,
            OpenIdArgument.ExchangesFrom,
            OpenIdArgument.Audiences,
            Owner,
            HomePage,
        ];
        foreach (var option in options)
        {
            if (cleared.Contains(option.Name[2..]) && parsed.GetResult(option) is not null)
                throw new UsageException($"{option.Name} and --clear {option.Name[2..]} contradict each other");
        }
    }

    private static void Print(ParseResult parsed, Application application)
    {
        var previous = application.PreviousProtectedSecret is null ? null : application.PreviousSecretUntil;
        CommandOutput.PrintFacts(
            parsed,
            new
            {
                apiKey = application.ApiKey,
                name = application.Name,
                kind = ApplicationArgument.KindOf(application),
                enabled = application.Enabled,
                callback = application.Callback,
                namespaces = application.Namespaces,
                allow = application.Networks,
                quota = ApplicationArgument.QuotaOf(application),
                nonproduction = application.Nonproduction,
                created = CommandOutput.Instant(application.CreatedAt),
                previousSecretValidUntil = CommandOutput.Instant(previous),
                redirects = application.Redirects,
                signOutRedirects = application.SignOutRedirects,
                isPublic = application.IsPublic,
                sector = application.Sector,
                exchange = application.MayExchange,
                exchangesFrom = application.ExchangesFrom,
                audiences = application.Audiences,
                state = ApplicationArgument.StateOf(application),
                owner = application.OwnerId,
                homePage = application.HomePage,
                askedQuota = application.AskedQuota() is { } asked ? QuotaText.Write(asked.Calls, asked.Window) : null,
            },
            ("api_key", application.ApiKey),
            ("name", application.Name),
            ("kind", ApplicationArgument.KindOf(application)),
            ("state", ApplicationArgument.StateOf(application)),
            ("owner (account number)", application.OwnerId?.ToString(CultureInfo.InvariantCulture)),
            ("home page", application.HomePage),
            ("callback", application.Callback),
            ("namespaces", TextOf(application.Namespaces)),
            ("allowed networks", TextOf(application.Networks) ?? "any"),
            ("quota", ApplicationArgument.QuotaOf(application)),
            ("nonproduction", application.Nonproduction ? "yes" : "no"),
            ("redirects", TextOf(application.Redirects)),
            ("sign-out redirects", TextOf(application.SignOutRedirects)),
            ("public", application.IsPublic ? "yes" : null),
            ("sector", application.Sector),
            ("may exchange tokens of", ExchangeOf(application)),
            ("audiences", TextOf(application.Audiences)),
            ("created", CommandOutput.Instant(application.CreatedAt)),
            ("old secret valid until", CommandOutput.Instant(previous)));
    }

    private static string? ExchangeOf(Application application) => !application.MayExchange ? null
        : TextOf(application.ExchangesFrom) ?? "all applications";

    private static string? TextOf(string[] list) => list.Length == 0 ? null : string.Join(", ", list);
}
