using System.CommandLine;
using System.Globalization;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Formats;

namespace TokenAuth.Commands;

internal static class ApplicationCommands
{
    private static readonly Argument<string> Key = new("KEY") { Description = "The application's API key." };

    public static Command Create() => new("app", "Manages applications.")
    {
        Add(),
        List(),
        Switch("disable", enabled: false),
        Switch("enable", enabled: true),
        Rotate(),
    };

    private static Command Add()
    {
        var name = new Argument<string>("NAME") { Description = "The name on the consent page." };
        var kind = new Option<string>("--kind") { Required = true }.AcceptOnlyFromAmong("web", "desktop", "service");
        var callback = new Option<string>("--callback")
        {
            Description = "The http or https URL to which the browser returns after consent.",
        };
        var namespaces = new Option<string[]>("--namespace") { Description = "A content namespace; may be repeated." };
        var networks = new Option<string[]>("--allow")
        {
            Description = "A network (CIDR) from which calls are accepted; may be repeated.",
        };
        var quota = new Option<string>("--quota") { Description = "N/SECONDS: the calls allowed in each window." };
        var nonproduction = new Option<bool>("--nonproduction")
        {
            Description = "Accepts some unsigned calls while the application is under development.",
        };
        var add = new Command("add", "Registers an application. Its secret is shown once.")
        {
            name,
            kind,
            callback,
            namespaces,
            networks,
            quota,
            nonproduction,
            CommandScope.Json,
        };
        add.SetAction(async (parsed, cancellation) =>
        {
            var input = new NewApplication(
                NameOf(parsed.GetValue(name)!),
                Enum.Parse<ApplicationKind>(parsed.GetValue(kind)!, ignoreCase: true),
                parsed.GetValue(callback) is { } url ? CallbackOf(url) : null,
                [.. (parsed.GetValue(namespaces) ?? []).Select(NamespaceOf)],
                [.. (parsed.GetValue(networks) ?? []).Select(NetworkOf)],
                parsed.GetValue(quota) is { } limit ? QuotaOf(limit) : null,
                parsed.GetValue(nonproduction));
            await using var scope = await CommandScope.OpenAsync(mayCreate: true);
            var (application, secret) = await scope.Get<ApplicationAdministration>().AddAsync(input, cancellation);
            CommandScope.Print(
                parsed,
                new { apiKey = application.ApiKey, secret },
                $"api_key {application.ApiKey}{Environment.NewLine}secret  {secret}");
            return 0;
        });
        return add;
    }

    private static Command List()
    {
        var list = new Command("list", "Lists the applications, without their secrets.") { CommandScope.Json };
        list.SetAction(async (parsed, cancellation) =>
        {
            await using var scope = await CommandScope.OpenAsync();
            var applications = await scope.Get<ApplicationAdministration>().ListAsync(cancellation);
            CommandScope.Print(
                parsed,
                new
                {
                    applications = applications.Select(application => new
                    {
                        apiKey = application.ApiKey,
                        name = application.Name,
                        kind = KindOf(application),
                        enabled = application.Enabled,
                        callback = application.Callback,
                        namespaces = application.Namespaces,
                        allow = application.Networks,
                        quota = application.QuotaCalls is { } calls
                            ? $"{calls}/{(long)application.QuotaWindow!.Value.TotalSeconds}"
                            : null,
                        nonproduction = application.Nonproduction,
                    }),
                },
                string.Join(Environment.NewLine, applications.Select(Line)));
            return 0;
        });
        return list;
    }

    private static Command Switch(string verb, bool enabled)
    {
        var description = enabled
            ? "Accepts an application's calls again."
            : "Refuses an application's calls and sessions until it is enabled again.";
        var command = new Command(verb, description) { Key };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var scope = await CommandScope.OpenAsync();
            var applications = scope.Get<ApplicationAdministration>();
            return await applications.SetEnabledAsync(parsed.GetValue(Key)!, enabled, cancellation)
                ? 0
                : throw Unknown(parsed);
        });
        return command;
    }

    private static Command Rotate()
    {
        var rotate = new Command("rotate", "Creates a new secret. The old one works for another 24 hours.")
        {
            Key,
            CommandScope.Json,
        };
        rotate.SetAction(async (parsed, cancellation) =>
        {
            await using var scope = await CommandScope.OpenAsync();
            var (secret, until) =
                await scope.Get<ApplicationAdministration>().RotateAsync(parsed.GetValue(Key)!, cancellation)
                ?? throw Unknown(parsed);
            var shown = until.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
            CommandScope.Print(
                parsed,
                new { apiKey = parsed.GetValue(Key), secret, previousValidUntil = shown },
                $"secret  {secret}{Environment.NewLine}The one before it works until {shown}.");
            return 0;
        });
        return rotate;
    }

    private static CommandException Unknown(ParseResult parsed) =>
        new($"There is no application {parsed.GetValue(Key)}.");

    private static string Line(Application application)
    {
        var state = application.Enabled ? "enabled " : "disabled";
        return $"{application.ApiKey}  {KindOf(application),-7}  {state}  {OneLine.Of(application.Name)}";
    }

    private static string KindOf(Application application) => application.Kind.ToString().ToLowerInvariant();

    private static string NameOf(string text) =>
        text.Trim() is { Length: > 0 and <= 100 } name && OneLine.Is(name)
            ? name
            : throw new UsageException(
                "NAME has 1 to 100 characters, and none that break a line or change its direction");

    private static string CallbackOf(string text) => ApplicationAdministration.NormalCallback(text)
        ?? throw new UsageException("--callback is an http or https URL without a user name and without a fragment");

    private static string NetworkOf(string text) => Cidr.Normalize(text)
        ?? throw new UsageException($"--allow '{text}' is not a network such as 10.0.0.0/8");

    private static string NamespaceOf(string text) =>
        text.Length is > 0 and <= 100 && OneLine.Is(text) && !text.Any(char.IsWhiteSpace)
            ? text
            : throw new UsageException("--namespace has 1 to 100 characters and no blanks");

    private static (long, TimeSpan) QuotaOf(string text) =>
        text.Split('/') is [var calls, var seconds]
        && long.TryParse(calls, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number is > 0 and <= 1_000_000_000
        && int.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var window)
        && window is > 0 and <= 366 * 86_400
            ? (number, TimeSpan.FromSeconds(window))
            : throw new UsageException("--quota is N/SECONDS, such as 1000/3600");
}
