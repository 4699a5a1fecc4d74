using System.CommandLine;
using System.Globalization;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Configuration;
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

    public static string KindOf(Application application) => application.Kind.ToString().ToLowerInvariant();

    public static string? QuotaOf(Application application) => application.QuotaCalls is { } calls
        ? $"{calls}/{(long)application.QuotaWindow!.Value.TotalSeconds}"
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
        redirects = application.Redirects,
        signOutRedirects = application.SignOutRedirects,
        isPublic = application.IsPublic,
        sector = application.Sector,
        exchange = application.MayExchange,
        exchangesFrom = application.ExchangesFrom,
        audiences = application.Audiences,
    };

    public static string NameOf(string text, string argument) =>
        text.Trim() is { Length: > 0 and <= 100 } name && OneLine.Is(name)
            ? name
            : throw new UsageException(
                $"{argument} has 1 to 100 characters, and none that break a line or change its direction");

    public static string? CallbackOf(ParseResult parsed) => parsed.GetValue(Callback) is { } text
        ? ApplicationAdministration.NormalCallback(text)
            ?? throw new UsageException("--callback is an http or https URL without a user name and without a fragment")
        : null;

    /// <summary>Returns the namespaces; null if there is none.</summary>
    public static string[]? NamespacesOf(ParseResult parsed) =>
        parsed.GetValue(Namespaces) is { Length: > 0 } names ? Array.ConvertAll(names, NamespaceOf) : null;

    /// <summary>Returns the networks; null if there is none.</summary>
    public static string[]? NetworksOf(ParseResult parsed) =>
        parsed.GetValue(Networks) is { Length: > 0 } texts ? Array.ConvertAll(texts, NetworkOf) : null;

    public static (long Calls, TimeSpan Window)? QuotaOf(ParseResult parsed) =>
        parsed.GetValue(Quota) is not { } text ? null
        : text.Split('/') is [var calls, var seconds]
            && long.TryParse(calls, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number is > 0 and <= 1_000_000_000
            && int.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var window)
            && window is > 0 and <= 366 * 86_400
            ? (number, TimeSpan.FromSeconds(window))
            : throw new UsageException("--quota is N/SECONDS, such as 1000/3600");

    private static string NetworkOf(string text) => Cidr.Normalize(text)
        ?? throw new UsageException($"--allow '{text}' is not a network such as 10.0.0.0/8");

    private static string NamespaceOf(string text) =>
        text.Length is > 0 and <= 100 && OneLine.Is(text) && !text.Any(char.IsWhiteSpace)
            ? text
            : throw new UsageException("--namespace has 1 to 100 characters and no blanks");
}
