using System.Net;
using TokenAuth.Kernel.Configuration;

namespace TokenAuth.Kernel.Pages;

/// <summary>
/// Builds the URL that the browser goes to after a person's decision: the registered callback, the link's addition to
/// it, and the token. The addition is untrusted, so it is ignored if it would lead outside the callback.
/// </summary>
internal static class CallbackUrl
{
    /// <summary>Escaped dots, slashes and backslashes, and dots with a parameter, which some servers resolve.</summary>
    private static readonly string[] Resolvable = ["%2e", "%2f", "%5c", "/..;", "/.;"];

    /// <summary>Returns the callback with the link's addition and the answers.</summary>
    /// <param name="added">
    /// A suffix of the callback (<c>?id=5</c>, <c>/page.php</c>), or an absolute URL that is the callback or below it,
    /// as stock libraries send. A suffix begins where a part of the URL may begin: with <c>/</c> or <c>?</c>; with
    /// anything if the callback ends in <c>/</c>; with <c>&amp;</c> if the callback has a query.
    /// </param>
    /// <param name="answers">
    /// The parameters that the application reads, such as <c>auth_token</c>. The addition must not contain them.
    /// </param>
    public static string With(string callback, string? added, params IReadOnlyList<(string Name, string Value)> answers)
    {
        var registered = new Uri(callback);
        var target = Resolve(registered, callback, added, answers) ?? registered;
        var pairs = string.Join('&', answers.Select(answer => $"{answer.Name}={Uri.EscapeDataString(answer.Value)}"));
        var separator = target.Query.Length == 0 ? "?" : target.Query == "?" ? "" : "&";
        return $"{WebAddress.OriginOf(target)}{target.PathAndQuery}{separator}{pairs}";
    }

    /// <summary>
    /// Checks whether <see cref="With"/> would use this absolute URL instead of the registered callback.
    /// </summary>
    public static bool Accepts(string callback, string url, params IReadOnlyList<string> answers) =>
        IsAbsolute(url)
        && Resolve(new Uri(callback), callback, url, [.. answers.Select(name => (name, ""))]) is not null;

    /// <summary>Checks whether a text is an absolute URL and not a suffix.</summary>
    public static bool IsAbsolute(string text) => text.StartsWith("//", StringComparison.Ordinal) || HasScheme(text);

    private static Uri? Resolve(
        Uri registered, string callback, string? next, IReadOnlyList<(string Name, string Value)> answers)
    {
        if (string.IsNullOrEmpty(next) || next.Length > 2000 || next.Contains('#', StringComparison.Ordinal))
            return null;
        var isAbsolute = IsAbsolute(next);
        if (WebAddress.Read(isAbsolute ? next : callback + next) is not { } chosen)
            return null;

        // A desktop application listens on any free port of the loopback address (RFC 8252, section 7.3).
        var samePort = chosen.Port == registered.Port
            || (registered.IsDefaultPort
                && IPAddress.TryParse(registered.IdnHost, out var address)
                && IPAddress.IsLoopback(address));
        var sameOrigin = chosen.Scheme == registered.Scheme && chosen.Host == registered.Host && samePort;
        var keepsQuery = isAbsolute || registered.Query.Length == 0 || callback[^1] is '?' or '&' || next[0] == '&';
        var isBelow = sameOrigin && keepsQuery && StaysBelow(registered.AbsolutePath, chosen.AbsolutePath);
        return isBelow && !answers.Any(answer => Names(chosen, answer.Name)) ? chosen : null;
    }

    private static bool HasScheme(string next)
    {
        var colon = next.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && next.AsSpan(0, colon).IndexOfAny("/?&=") < 0;
    }

    /// <summary>
    /// Checks whether a path is the registered one or continues it with whole segments: <c>/~al/photos</c> is below
    /// <c>/~al</c>, but <c>/~alice</c> is not. The paths are resolved already, and the check refuses escapes that
    /// another server might resolve again.
    /// </summary>
    private static bool StaysBelow(string registered, string path)
    {
        var decoded = path;
        while (decoded.Contains("%25", StringComparison.Ordinal))
            decoded = decoded.Replace("%25", "%", StringComparison.Ordinal);
        return !Array.Exists(Resolvable, text => decoded.Contains(text, StringComparison.OrdinalIgnoreCase))
            && (path == registered
                || path.StartsWith(
                    registered.EndsWith('/') ? registered : registered + "/", StringComparison.Ordinal));
    }

    /// <summary>
    /// Checks whether a URL's query contains a parameter, because the application could take the link's token for ours.
    /// Some servers split a query at semicolons as well, and PHP reads <c>auth.token</c> as <c>auth_token</c>.
    /// </summary>
    private static bool Names(Uri chosen, string parameter) => chosen.Query.Split('?', '&', ';').Any(pair =>
        Uri.UnescapeDataString(pair.Split('=')[0].Replace('+', ' '))
            .Trim()
            .Replace('.', '_')
            .Replace(' ', '_')
            .Replace('[', '_')
            .StartsWith(parameter, StringComparison.OrdinalIgnoreCase));
}
