using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Formats;

namespace TokenAuth.Kernel.Applications;

/// <summary>
/// Reads what people enter for an application, on the command line and on pages. Each reader returns null for an
/// invalid text. The sentence beside it says what is valid, and begins after the name of the value.
/// </summary>
internal static class ApplicationRules
{
    public const string NameRule = "has 1 to 100 characters, and none that break a line or change its direction";

    public const string UrlRule = "is an http or https URL without a user name and without a fragment";

    public const string NetworkRule = "is not a network such as 10.0.0.0/8";

    public const string NamespaceRule = "has 1 to 100 characters and no blanks";

    public const string QuotaRule = "is N/SECONDS, such as 1000/3600";

    public const string RedirectRule = "is a URL without a user name, a fragment and blanks";

    public const string WebRedirectRule = "is an http or https URL, except for public applications";

    /// <summary>The maximum number of networks, of namespaces and of URLs that an owner can enter.</summary>
    public const int MaxListLength = 20;

    public static string? Name(string? text) =>
        text?.Trim() is { Length: > 0 and <= 100 } name && OneLine.Is(name) ? name : null;

    /// <summary>
    /// Returns the text as an absolute http or https URL without fragment and user information. Pages of the time omit
    /// the scheme, which is then http.
    /// </summary>
    public static string? Url(string text)
    {
        var absolute = text.Contains("://", StringComparison.Ordinal) ? text : "http://" + text;
        return absolute.Length <= 1000
            && !absolute.Any(c => char.IsWhiteSpace(c) || c == '#')
            && WebAddress.Read(absolute) is not null
                ? absolute
                : null;
    }

    public static string? Network(string text) => Cidr.Normalize(text);

    public static string? Namespace(string text) =>
        text.Length is > 0 and <= 100 && OneLine.Is(text) && !text.Any(char.IsWhiteSpace) ? text : null;

    /// <summary>
    /// Accepts an http or https URL, and a URL of a scheme with a dot, which a program on a phone registers (RFC 8252,
    /// section 7.1).
    /// </summary>
    public static string? Redirect(string text) =>
        text.Length <= 1000
        && !text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c == '#')
        && (WebAddress.Read(text) is not null
            || (Uri.TryCreate(text, UriKind.Absolute, out var url)
                && url.Scheme.Contains('.', StringComparison.Ordinal)))
            ? text
            : null;

    /// <summary>
    /// Checks whether redirects suit an application. Only a public one has others than http and https.
    /// </summary>
    public static bool SuitsRedirects(bool isPublic, IEnumerable<string> redirects) =>
        isPublic || redirects.All(redirect => WebAddress.Read(redirect) is not null);
}
