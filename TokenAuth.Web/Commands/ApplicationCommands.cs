using System.CommandLine;
using TokenAuth.Kernel.Applications;

namespace TokenAuth.Commands;

internal static class ApplicationCommands
{
    public static Command Create() => new("app", "Manages applications.")
    {
        Add(),
        List(),
        ApplicationChangeCommands.Show(),
        ApplicationChangeCommands.Set(),
        Switch("disable", enabled: false),
        Switch("enable", enabled: true),
        Rotate(),
        ApplicationReviewCommands.Approve(),
        ApplicationReviewCommands.Refuse(),
        ApplicationChangeCommands.Delete(),
    };

    private static Command Add()
    {
        var name = new Argument<string>("NAME") { Description = "The name on the consent page." };
        var kind = new Option<string>("--kind") { Required = true }
            .AcceptOnlyFromAmong("web", "desktop", "service", "oidc");
        var nonproduction = new Option<bool>("--nonproduction")
        {
            Description = "Accepts some unsigned calls while the application is under development.",
        };
        var add = new Command("add", "Registers an application. Its secret is shown once.")
        {
            name,
            kind,
            ApplicationArgument.Callback,
            ApplicationArgument.Namespaces,
            ApplicationArgument.Networks,
            ApplicationArgument.Quota,
            nonproduction,
            OpenIdArgument.Redirects,
            OpenIdArgument.SignOutRedirects,
            OpenIdArgument.Public,
            OpenIdArgument.Sector,
            OpenIdArgument.Exchange,
            OpenIdArgument.ExchangesFrom,
            OpenIdArgument.Audiences,
            CommandScope.Json,
        }.WithExample("tokenauth app add Gallery --kind web --callback https://gallery.example.org/back --json");
        add.SetAction(async (parsed, cancellation) =>
        {
            var input = new NewApplication(
                ApplicationArgument.NameOf(parsed.GetValue(name)!, "NAME"),
                Enum.Parse<ApplicationKind>(parsed.GetValue(kind)!, ignoreCase: true),
                ApplicationArgument.CallbackOf(parsed),
                ApplicationArgument.NamespacesOf(parsed) ?? [],
                ApplicationArgument.NetworksOf(parsed) ?? [],
                ApplicationArgument.QuotaOf(parsed),
                parsed.GetValue(nonproduction))
            {
                OpenId = OpenIdArgument.Of(parsed, cleared: []),
            };
            OpenIdArgument.Check(input.Kind, input.OpenId);
            await using var scope = await CommandScope.OpenAsync(mayCreate: true, parsed: parsed);
            var (application, secret) = await scope.Get<ApplicationAdministration>().AddAsync(input, cancellation);
            CommandScope.Print(
                parsed,
                application.IsPublic
                    ? new { apiKey = application.ApiKey }
                    : new { apiKey = application.ApiKey, secret },
                application.IsPublic
                    ? $"api_key {application.ApiKey}"
                    : $"api_key {application.ApiKey}{Environment.NewLine}secret  {secret}");
            return 0;
        });
        return add;
    }

    private static Command List()
    {
        var list = new Command("list", "Lists the applications, without their secrets.") { CommandScope.Json }
            .WithExample("tokenauth app list");
        list.SetAction(async (parsed, cancellation) =>
        {
            await using var scope = await CommandScope.OpenToReadAsync(parsed);
            var applications = await scope.Get<ApplicationAdministration>().ListAsync(cancellation);
            await CommandOutput.PrintListAsync(
                parsed, "applications", applications.ToAsyncEnumerable(), ApplicationArgument.JsonOf, Line);
            return 0;
        });
        return list;
    }

    private static Command Switch(string verb, bool enabled)
    {
        var description = enabled
            ? "Accepts an application's calls again."
            : "Refuses an application's calls and sessions until it is enabled again.";
        var command = new Command(verb, description) { ApplicationArgument.Key }
            .WithExample($"tokenauth app {verb} 0123456789abcdef0123456789abcdef");
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var scope = await CommandScope.OpenToChangeAsync(parsed);
            var applications = scope.Get<ApplicationAdministration>();
            var key = parsed.GetValue(ApplicationArgument.Key)!;
            if (await applications.SetEnabledAsync(key, enabled, cancellation))
                return 0;
            throw await applications.FindAsync(key, cancellation) is null
                ? ApplicationArgument.Unknown(key)
                : new CommandException("The application waits for 'app approve' or 'app refuse'.");
        });
        return command;
    }

    private static Command Rotate()
    {
        var rotate = new Command("rotate", "Creates a new secret. The old one works for another 24 hours.")
        {
            ApplicationArgument.Key,
            CommandScope.Json,
        }.WithExample("tokenauth app rotate 0123456789abcdef0123456789abcdef --json");
        rotate.SetAction(async (parsed, cancellation) =>
        {
            await using var scope = await CommandScope.OpenToChangeAsync(parsed);
            var key = parsed.GetValue(ApplicationArgument.Key)!;
            var (secret, until) = await scope.Get<ApplicationAdministration>().RotateAsync(key, cancellation)
                ?? throw ApplicationArgument.Unknown(key);
            var shown = CommandOutput.Instant(until);
            CommandScope.Print(
                parsed,
                new { apiKey = key, secret, previousValidUntil = shown },
                $"secret  {secret}{Environment.NewLine}The one before it works until {shown}.");
            return 0;
        });
        return rotate;
    }

    private static string Line(Application application)
    {
        var (kind, state) = (ApplicationArgument.KindOf(application), ApplicationArgument.StateOf(application));
        return $"{application.ApiKey}  {kind,-7}  {state,-8}  {application.Name}";
    }
}
