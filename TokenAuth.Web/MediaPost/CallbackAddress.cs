namespace TokenAuth.MediaPost;

/// <summary>
/// Where the browser goes after a web application was allowed: the registered callback, what the link's <c>next</c> adds
/// to it, and the token. <c>next</c> comes from anywhere, so whatever would leave the callback is ignored.
/// </summary>
internal static class CallbackAddress
{
    private const string TokenName = "auth_token";

    /// <summary>
    /// <paramref name="next"/> is a suffix of the callback (<c>?id=5</c>, <c>page.php</c>) or, as stock libraries send it, an
    /// absolute URL that is the callback or lies below it.
    /// </summary>
    public static string With(string callback, string? next, string token)
    {
        var registered = new Uri(callback);
        var target = Chosen(registered, callback, next) ?? registered;
        return $"{target.AbsoluteUri}{(target.Query.Length == 0 ? "?" : target.Query == "?" ? "" : "&")}{TokenName}={token}";
    }

    private static Uri? Chosen(Uri registered, string callback, string? next)
    {
        if (string.IsNullOrEmpty(next) || next.Length > 2000 || next.Any(c => char.IsControl(c) || c is '\\' or '#'))
            return null;
        var isAbsolute = next.StartsWith("//", StringComparison.Ordinal) || HasScheme(next);
        if (!Uri.TryCreate(isAbsolute ? next : callback + next, UriKind.Absolute, out var chosen))
            return null;

        var sameOrigin = chosen.Scheme == registered.Scheme && chosen.Host == registered.Host && chosen.Port == registered.Port && chosen.UserInfo.Length == 0;
        return sameOrigin && StaysBelow(registered, chosen, isAbsolute) && !NamesToken(chosen) ? chosen : null;
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

    /// <summary>A token that <c>next</c> brings could be taken for ours.</summary>
    private static bool NamesToken(Uri chosen) =>
        Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(chosen.Query).Keys.Any(name => name.StartsWith(TokenName, StringComparison.OrdinalIgnoreCase));
}
