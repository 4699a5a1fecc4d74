using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Telemetry;

/// <summary>
/// Some of the framework's messages hold query strings, request lines or the targets of redirects, and those hold tokens.
/// They stay out of every log, whatever is configured: an operator who turns all on must not write tokens to a file.
/// </summary>
internal static class SensitiveLogFilter
{
    /// <summary>
    /// Silent at any level: where it may speak, the framework makes an activity and a scope for every request, which costs a token check
    /// a fifth of its time. What logs need to be told apart by, they say themselves (<see cref="RequestLogScope"/>).
    /// </summary>
    private const string MutedCategory = "Microsoft.AspNetCore.Hosting.Diagnostics";

    /// <summary>Categories, or what begins their names.</summary>
    private static readonly string[] SensitiveCategories =
    [
        "Microsoft.AspNetCore.Server.Kestrel.BadRequests",
        "Microsoft.AspNetCore.Mvc.Infrastructure.Redirect",
        "Microsoft.AspNetCore.Mvc.Infrastructure.LocalRedirect",
        "Microsoft.AspNetCore.Http.Result.Redirect",
    ];

    /// <summary>
    /// Categories, or what begins their names, whose errors are stack traces of what is answered, and logged in a line, elsewhere: a lost
    /// race, a store that cannot be written (<c>FailureLog</c>), a cookie that a client has made up.
    /// </summary>
    private static readonly string[] Repeats =
    [
        "Microsoft.EntityFrameworkCore.",
        "Microsoft.Extensions.Diagnostics.HealthChecks.",
        "Microsoft.AspNetCore.Antiforgery.",
        "Microsoft.AspNetCore.DataProtection.KeyManagement.",
    ];

    /// <summary>
    /// One rule decides about a message, and one for a single provider beats all others. So the condition is put on every
    /// rule, and a rule for each telltale is there where no other one is.
    /// </summary>
    public static void AddSensitiveLogFilter(this ILoggingBuilder logging) => logging.Services.PostConfigure<LoggerFilterOptions>(options =>
    {
        var rules = options.Rules.ToList();
        options.Rules.Clear();
        options.Rules.Add(new LoggerFilterRule(providerName: null, MutedCategory, LogLevel.None, filter: null));
        foreach (var telltale in SensitiveCategories)
            options.Rules.Add(new LoggerFilterRule(providerName: null, telltale, LogLevel.Warning, filter: null));
        foreach (var rule in rules)
        {
            options.Rules.Add(new LoggerFilterRule(
                rule.ProviderName, rule.CategoryName, rule.LogLevel,
                (provider, category, level) => IsSafe(category, level) && rule.Filter?.Invoke(provider, category, level) != false));
        }
    });

    private static bool IsSafe(string? category, LogLevel level) =>
        category?.StartsWith(MutedCategory, StringComparison.Ordinal) != true
        && (level >= LogLevel.Warning || !StartsWithOneOf(SensitiveCategories, category))
        && (level < LogLevel.Error || !StartsWithOneOf(Repeats, category));

    private static bool StartsWithOneOf(string[] names, string? category) =>
        Array.Exists(names, name => category?.StartsWith(name, StringComparison.Ordinal) == true);
}
