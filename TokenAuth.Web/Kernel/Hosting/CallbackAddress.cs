using System.Net;

namespace TokenAuth.Kernel.Hosting;

/// <summary>
/// Where the browser goes after a person has decided: the registered callback, what the link adds to it, and the token. What a
/// link adds comes from anywhere, so whatever would leave the callback is ignored.
/// </summary>
internal static class CallbackAddress
{
    /// <summary>
    /// <paramref name="added"/> is a suffix of the callback (<c>?id=5</c>, <c>page.php</c>) or, as stock libraries send it, an
    /// absolute URL that is the callback or lies below it.
    /// </summary>
    /// <param name="answers">The parameters that the application reads, such as <c>auth_token</c>; what is added must not name them.</param>
    public static string With(string callback, string? added, params IReadOnlyList<(string Name, string Value)> answers)
    {
        var registered = new Uri(callback);
        var target = Chosen(registered, callback, added, answers) ?? registered;
        var pairs = string.Join('&', answers.Select(answer => $"{answer.Name}={Uri.EscapeDataString(answer.Value)}"));
        return $"{Ascii(target)}{(target.Query.Length == 0 ? "?" : target.Query == "?" ? "" : "&")}{pairs}";
    }

    /// <summary>Whether <see cref="With"/> leads to this whole URL and not to the registered callback.</summary>
    public static bool Accepts(string callback, string url, params IReadOnlyList<string> answers) =>
        IsAbsolute(url)
        && Chosen(new Uri(callback), callback, url, [.. answers.Select(name => (name, ""))]) is not null;

    /// <summary>Whether a text is a whole URL, and not what is added to one.</summary>
    public static bool IsAbsolute(string text) => text.StartsWith("//", StringComparison.Ordinal) || HasScheme(text);

    /// <summary>As a header can carry it: the host's name in its ASCII form.</summary>
    private static string Ascii(Uri url) => url.IdnHost == url.Host ? url.AbsoluteUri : new UriBuilder(url) { Host = url.IdnHost }.Uri.AbsoluteUri;

    private static Uri? Chosen(Uri registered, string callback, string? next, IReadOnlyList<(string Name, string Value)> answers)
    {
        if (string.IsNullOrEmpty(next) || next.Length > 2000 || next.Any(c => char.IsControl(c) || c is '\\' or '#'))
            return null;
        var isAbsolute = IsAbsolute(next);
        if (!Uri.TryCreate(isAbsolute ? next : callback + next, UriKind.Absolute, out var chosen))
            return null;

        // A desktop application listens on whatever port is free (RFC 8252, section 7.3).
        var samePort = chosen.Port == registered.Port || (registered.IsDefaultPort && IPAddress.TryParse(registered.IdnHost, out var address) && IPAddress.IsLoopback(address));
        var sameOrigin = chosen.Scheme == registered.Scheme && chosen.Host == registered.Host && samePort && chosen.UserInfo.Length == 0;
        return sameOrigin && StaysBelow(registered, chosen, isAbsolute) && !answers.Any(answer => Names(chosen, answer.Name)) ? chosen : null;
    }

    private static bool HasScheme(string next)
    {
        var colon = next.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && next.AsSpan(0, colon).IndexOfAny("/?&=") < 0;
    }

    /// <summary>Paths are compared as resolved, and with nothing in them that a server might resolve once more.</summary>
    private static bool StaysBelow(Uri registered, Uri chosen, bool isAbsolute)
    {
        var (from, path) = (registered.AbsolutePath, chosen.AbsolutePath);
        if (path.Contains("%2e", StringComparison.OrdinalIgnoreCase) || path.Contains("%2f", StringComparison.OrdinalIgnoreCase) || path.Contains("%5c", StringComparison.OrdinalIgnoreCase))
            return false;
        return path == from
            || (isAbsolute
                ? path.StartsWith(from.EndsWith('/') ? from : from + "/", StringComparison.Ordinal)
                : path.StartsWith(from, StringComparison.Ordinal));
    }

    /// <summary>A token that a link brings could be taken for ours.</summary>
    private static bool Names(Uri chosen, string parameter) =>
        Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(chosen.Query).Keys.Any(name => name.StartsWith(parameter, StringComparison.OrdinalIgnoreCase));
}
