namespace TokenAuth.Kernel.Telemetry;

/// <summary>
/// Suppresses the framework's messages that contain query strings, request lines or redirect targets, because these
/// contain tokens. No configuration turns them on: an operator who logs everything must not write tokens to a file.
/// </summary>
internal static class SensitiveLogFilter
{
    /// <summary>
    /// Off at every level. If it is on at any level, the framework creates an activity and a scope for every request,
    /// which takes a fifth of the time of a token check. <see cref="RequestLogScope"/> identifies requests instead.
    /// </summary>
    private const string MutedCategory = "Microsoft.AspNetCore.Hosting.Diagnostics";

    /// <summary>Categories, or prefixes of categories, whose messages below Warning contain tokens.</summary>
    private static readonly string[] SensitiveCategories =
    [
        "Microsoft.AspNetCore.Server.Kestrel.BadRequests",
        "Microsoft.AspNetCore.Mvc.Infrastructure.Redirect",
        "Microsoft.AspNetCore.Mvc.Infrastructure.LocalRedirect",
        "Microsoft.AspNetCore.Http.Result.Redirect",
        "Microsoft.AspNetCore.Authentication.OpenIdConnect.",
    ];

    /// <summary>
    /// Categories, or prefixes of categories, whose errors repeat with a stack trace what other code handles and, if
    /// needed, logs in one line: a lost race, a store that cannot be written (<c>FailureLog</c>), a forged cookie.
    /// </summary>
    private static readonly string[] RepeatedErrors =
    [
        "Microsoft.EntityFrameworkCore.",
        "Microsoft.Extensions.Diagnostics.HealthChecks.",
        "Microsoft.AspNetCore.Antiforgery.",
        "Microsoft.AspNetCore.DataProtection.KeyManagement.",
        "Microsoft.AspNetCore.Authentication.OpenIdConnect.",
    ];

    /// <summary>
    /// Adds the filter. The logger factory applies only the most specific rule to a message, and rules of a provider
    /// take precedence. So every configured rule gets the filter, and each sensitive category gets its own rule.
    /// </summary>
    public static void AddSensitiveLogFilter(this ILoggingBuilder logging) =>
        logging.Services.PostConfigure<LoggerFilterOptions>(options =>
        {
            var rules = options.Rules.ToList();
            options.Rules.Clear();
            options.Rules.Add(new LoggerFilterRule(providerName: null, MutedCategory, LogLevel.None, filter: null));
            foreach (var sensitive in SensitiveCategories)
                options.Rules.Add(new LoggerFilterRule(providerName: null, sensitive, LogLevel.Warning, filter: null));
            foreach (var rule in rules)
            {
                options.Rules.Add(new LoggerFilterRule(
                    rule.ProviderName,
                    rule.CategoryName,
                    rule.LogLevel,
                    (provider, category, level) =>
                        IsSafe(category, level) && rule.Filter?.Invoke(provider, category, level) != false));
            }
        });

    private static bool IsSafe(string? category, LogLevel level) =>
        category?.StartsWith(MutedCategory, StringComparison.Ordinal) != true
        && (level >= LogLevel.Warning || !StartsWithOneOf(SensitiveCategories, category))
        && (level < LogLevel.Error || !StartsWithOneOf(RepeatedErrors, category));

    private static bool StartsWithOneOf(string[] names, string? category) =>
        Array.Exists(names, name => category?.StartsWith(name, StringComparison.Ordinal) == true);
}
