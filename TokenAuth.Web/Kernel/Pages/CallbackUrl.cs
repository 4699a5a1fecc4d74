using System.Net;
using TokenAuth.Kernel.Configuration;

namespace TokenAuth.Kernel.Pages;

/// <summary>
/// Where the browser goes after a person has decided: the registered callback, what the link adds to it, and the token. What a
/// link adds comes from anywhere, so whatever would leave the callback is ignored.
/// </summary>
internal static class CallbackUrl
{
    /// <summary>Escaped dots, slashes and backslashes, and dots with a parameter, which some servers remove.</summary>
    private static readonly string[] Resolvable = ["%2e", "%2f", "%5c", "/..;", "/.;"];

    /// <summary>
    /// <paramref name="added"/> is a suffix of the callback (<c>?id=5</c>, <c>/page.php</c>) or, as stock libraries
    /// send it, an absolute URL that is the callback or lies below it. A suffix begins where a part of the address may
    /// begin: with <c>/</c> or <c>?</c>; with anything where the callback ends in <c>/</c>; with <c>&amp;</c> where the
    /// callback has a query.
    /// </summary>
    /// <param name="answers">The parameters that the application reads, such as <c>auth_token</c>; what is added must not name them.</param>
    public static string With(string callback, string? added, params IReadOnlyList<(string Name, string Value)> answers)
    {
        var registered = new Uri(callback);
        var target = Resolve(registered, callback, added, answers) ?? registered;
        var pairs = string.Join('&', answers.Select(answer => $"{answer.Name}={Uri.EscapeDataString(answer.Value)}"));
        var separator = target.Query.Length == 0 ? "?" : target.Query == "?" ? "" : "&";
        return $"{WebAddress.OriginOf(target)}{target.PathAndQuery}{separator}{pairs}";
    }

    /// <summary>Whether <see cref="With"/> leads to this whole URL and not to the registered callback.</summary>
    public static bool Accepts(string callback, string url, params IReadOnlyList<string> answers) =>
        IsAbsolute(url)
        && Resolve(new Uri(callback), callback, url, [.. answers.Select(name => (name, ""))]) is not null;

    /// <summary>Whether a text is a whole URL, and not what is added to one.</summary>
    public static bool IsAbsolute(string text) => text.StartsWith("//", StringComparison.Ordinal) || HasScheme(text);

    private static Uri? Resolve(Uri registered, string callback, string? next, IReadOnlyList<(string Name, string Value)> answers)
    {
        if (string.IsNullOrEmpty(next) || next.Length > 2000 || next.Contains('#', StringComparison.Ordinal))
            return null;
        var isAbsolute = IsAbsolute(next);
        if (WebAddress.Read(isAbsolute ? next : callback + next) is not { } chosen)
            return null;

        // A desktop application listens on whatever port is free (RFC 8252, section 7.3).
        var samePort = chosen.Port == registered.Port || (registered.IsDefaultPort && IPAddress.TryParse(registered.IdnHost, out var address) && IPAddress.IsLoopback(address));
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
    /// Whether a path is the registered one or continues it with whole segments: below <c>/~al</c> is
    /// <c>/~al/photos</c>, but not <c>/~alice</c>. Paths are compared as resolved, and hold nothing that another server
    /// might resolve once more.
    /// </summary>
    private static bool StaysBelow(string registered, string path)
    {
        var decoded = path;
        while (decoded.Contains("%25", StringComparison.Ordinal))
            decoded = decoded.Replace("%25", "%", StringComparison.Ordinal);
        return !Array.Exists(Resolvable, text => decoded.Contains(text, StringComparison.OrdinalIgnoreCase))
            && (
                path == registered || path.StartsWith(registered.EndsWith('/') ? registered : registered + "/",
                StringComparison.Ordinal));
    }

    /// <summary>
    /// A token that a link brings could be taken for ours. Servers divide a query at semicolons, too, and PHP reads
    /// <c>auth.token</c> as <c>auth_token</c>.
    /// </summary>
    private static bool Names(Uri chosen, string parameter) => chosen.Query.Split('?', '&', ';').Any(pair =>
        Uri.UnescapeDataString(pair.Split('=')[0].Replace('+', ' ')).Trim().Replace('.', '_').Replace(' ', '_').Replace(
            '[', '_')
            .StartsWith(parameter, StringComparison.OrdinalIgnoreCase));
}
