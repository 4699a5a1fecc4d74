using System.CommandLine;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Formats;

namespace TokenAuth.Commands;

/// <summary>What the commands on applications share: arguments, how they are read, and the JSON object.</summary>
internal static class ApplicationArgument
{
    public static Argument<string> Key { get; } = new("KEY") { Description = "The application's API key." };

    public static Option<string> Callback { get; } = new("--callback")
    {
        Description = "The http or https URL to which the browser returns after consent.",
    };

    public static Option<string[]> Namespaces { get; } = new("--namespace")
    {
        Description = "A content namespace; may be repeated.",
    };

    public static Option<string[]> Networks { get; } = new("--allow")
    {
        Description = "A network (CIDR) from which calls are accepted; may be repeated.",
    };

    public static Option<string> Quota { get; } = new("--quota")
    {
        Description = "N/SECONDS: the calls allowed in each window.",
    };

    public static CommandException Unknown(string key) =>
        new(CommandOutput.Line($"There is no application {key}."));

    /// <summary>Writes whether it works, and if not, why: <c>waiting</c> for an administrator, for example.</summary>
    public static string StateOf(Application application) => application switch
    {
        { Enabled: true } => "enabled",
        { DisabledFor: DisabledReason.Waiting } => "waiting",
        { DisabledFor: DisabledReason.Refused } => "refused",
        _ => "disabled",
    };

    public static string KindOf(Application application) => application.Kind.ToString().ToLowerInvariant();

    public static string? QuotaOf(Application application) => application.QuotaCalls is { } calls
        ? QuotaText.Write(calls, application.QuotaWindow!.Value)
        : null;

    /// <summary>Returns the JSON object that docs/operations.md promises to scripts.</summary>
    public static object JsonOf(Application application) => new
    {
        apiKey = application.ApiKey,
        name = application.Name,
        kind = KindOf(application),
        enabled = application.Enabled,
        callback = application.Callback,
        namespaces = application.Namespaces,
        allow = application.Networks,
        quota = QuotaOf(application),
        nonproduction = application.Nonproduction,
        state = StateOf(application),
        owner = application.OwnerId,
        homePage = application.HomePage,
        redirects = application.Redirects,
        signOutRedirects = application.SignOutRedirects,
        isPublic = application.IsPublic,
        sector = application.Sector,
        exchange = application.MayExchange,
        exchangesFrom = application.ExchangesFrom,
        audiences = application.Audiences,
    };

    public static string NameOf(string text, string argument) =>
        ApplicationRules.Name(text) ?? throw new UsageException($"{argument} {ApplicationRules.NameRule}");

    public static string? CallbackOf(ParseResult parsed) => UrlOf(parsed, Callback);

    public static string? UrlOf(ParseResult parsed, Option<string> option) => parsed.GetValue(option) is { } text
        ? ApplicationRules.Url(text) ?? throw new UsageException($"{option.Name} {ApplicationRules.UrlRule}")
        : null;

    /// <summary>Returns the namespaces; null if there is none.</summary>
    public static string[]? NamespacesOf(ParseResult parsed) =>
        parsed.GetValue(Namespaces) is { Length: > 0 } names ? Array.ConvertAll(names, NamespaceOf) : null;

    /// <summary>Returns the networks; null if there is none.</summary>
    public static string[]? NetworksOf(ParseResult parsed) =>
        parsed.GetValue(Networks) is { Length: > 0 } texts ? Array.ConvertAll(texts, NetworkOf) : null;

    public static (long Calls, TimeSpan Window)? QuotaOf(ParseResult parsed) =>
        parsed.GetValue(Quota) is not { } text ? null
        : QuotaText.Read(text) ?? throw new UsageException($"--quota {ApplicationRules.QuotaRule}");

    private static string NetworkOf(string text) => ApplicationRules.Network(text)
        ?? throw new UsageException($"--allow '{text}' {ApplicationRules.NetworkRule}");

    private static string NamespaceOf(string text) => ApplicationRules.Namespace(text)
        ?? throw new UsageException($"--namespace {ApplicationRules.NamespaceRule}");
}
