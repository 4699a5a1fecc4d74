using System.CommandLine;
using TokenAuth.Kernel.Applications;

namespace TokenAuth.Commands;

/// <summary>What an application may do with OpenID Connect, as options of <c>app add</c> and <c>app set</c>.</summary>
internal static class OpenIdArgument
{
    public static Option<string[]> Redirects { get; } = new("--redirect")
    {
        Description = "OpenID Connect: a URL to which the browser may return; may be repeated. Compared exactly.",
    };

    public static Option<string[]> SignOutRedirects { get; } = new("--sign-out-redirect")
    {
        Description = "OpenID Connect: a URL to which the browser may return after signing out; may be repeated.",
    };

    public static Option<bool?> Public { get; } = new("--public")
    {
        Description = "OpenID Connect: the application cannot keep a secret, so it gets none and must use PKCE.",
    };

    public static Option<string> Sector { get; } = new("--sector")
    {
        Description = "OpenID Connect: a host name. Applications with the same one know a person by the same subject, "
            + "which is not the account's number.",
    };

    public static Option<bool?> Exchange { get; } = new("--exchange")
    {
        Description = "May exchange tokens for its audiences (RFC 8693).",
    };

    public static Option<string[]> ExchangesFrom { get; } = new("--exchange-from")
    {
        Description = "The API key of an application whose sessions it may exchange; may be repeated. Default: all.",
    };

    public static Option<string[]> Audiences { get; } = new("--audience")
    {
        Description = "An audience of its access tokens; may be repeated. ipernity:KEY stands for a token of the "
            + "ipernity dialect for the application with that API key.",
    };

    /// <summary>Reads the options. Values that are cleared become empty.</summary>
    public static OpenIdChange Of(ParseResult parsed, string[] cleared) => new(
        ListOf(parsed, Redirects, cleared, IsRedirect, ApplicationRules.RedirectRule[3..]),
        ListOf(parsed, SignOutRedirects, cleared, IsRedirect, ApplicationRules.RedirectRule[3..]),
        parsed.GetResult(Public) is null ? null : parsed.GetValue(Public) ?? true,
        parsed.GetResult(Exchange) is null ? null : parsed.GetValue(Exchange) ?? true,
        ListOf(parsed, Audiences, cleared, IsAudience, "1 to 200 printable characters without blanks"),
        parsed.GetValue(Sector) is { } host
            ? Uri.CheckHostName(host) == UriHostNameType.Dns
                ? host.ToLowerInvariant()
                : throw new UsageException("--sector is a host name such as example.org")
            : cleared.Contains("sector", StringComparer.Ordinal) ? "" : null,
        ListOf(parsed, ExchangesFrom, cleared, IsKey, "an API key of 32 hexadecimal digits"));

    /// <summary>Refuses what does not fit the kind of application.</summary>
    public static void Check(ApplicationKind kind, OpenIdChange change)
    {
        var isForSignIn = change.Redirects is { Length: > 0 } || change.SignOutRedirects is { Length: > 0 }
            || change.IsPublic == true || change.Sector is { Length: > 0 };
        if (kind != ApplicationKind.Oidc && isForSignIn)
        {
            throw new UsageException(
                "--redirect, --sign-out-redirect, --public and --sector are for applications of --kind oidc");
        }

        if (change is { IsPublic: true, MayExchange: true })
            throw new UsageException("--exchange is for applications that keep a secret, not for --public");
        if (change.IsPublic != true && !ApplicationRules.SuitsRedirects(isPublic: false, change.Redirects ?? []))
            throw new UsageException("--redirect is an http or https URL, except for --public applications");
    }

    private static string[]? ListOf(
        ParseResult parsed, Option<string[]> option, string[] cleared, Predicate<string> isValid, string form)
    {
        if (parsed.GetValue(option) is not { Length: > 0 } given)
            return cleared.Contains(option.Name[2..], StringComparer.Ordinal) ? [] : null;
        return Array.TrueForAll(given, isValid) ? given : throw new UsageException($"{option.Name} is {form}");
    }

    private static bool IsRedirect(string text) => ApplicationRules.Redirect(text) is not null;

    private static bool IsAudience(string text) =>
        text.Length is > 0 and <= 200 && text.All(c => c is > ' ' and <= '~');

    private static bool IsKey(string text) => text.Length == 32 && text.All(char.IsAsciiHexDigitLower);
}
