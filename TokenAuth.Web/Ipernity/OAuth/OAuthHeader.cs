using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Formats;

namespace TokenAuth.Ipernity.OAuth;

/// <summary>
/// The parameters of <c>Authorization: OAuth ...</c> (RFC 5849, section 3.5.1), read in one pass, so that the time grows
/// with the header's length and no faster. Old clients' ways are accepted: values without quotation marks, blanks around
/// <c>=</c>, no commas, and words that are no parameter, which are skipped.
/// </summary>
internal static class OAuthHeader
{
    private const string Scheme = "OAuth ";

    /// <summary>
    /// Without the realm. Empty where the header is of another scheme, where a quotation mark has no end, or where there are
    /// more parameters than <see cref="Call.MaxParameters"/>. Unlike in a form, a plus is a plus.
    /// </summary>
    public static IReadOnlyList<Parameter> Read(string? header)
    {
        var parameters = new List<Parameter>();
        if (header?.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) != true)
            return parameters;

        var rest = header.AsSpan(Scheme.Length);
        while ((rest = rest.TrimStart(" \t,=\"")).Length > 0)
        {
            var name = rest[..EndOf(rest, " \t,=\"")];
            rest = rest[name.Length..].TrimStart(" \t");
            if (rest is not ['=', ..])
                continue;

            rest = rest[1..].TrimStart(" \t");
            var isQuoted = rest is ['"', ..];
            rest = isQuoted ? rest[1..] : rest;
            var end = isQuoted ? rest.IndexOf('"') : EndOf(rest, " \t,\"");
            if (end < 0 || parameters.Count == Call.MaxParameters)
                return [];
            if (!name.Equals("realm", StringComparison.OrdinalIgnoreCase))
                parameters.Add(new Parameter(Uri.UnescapeDataString(name), Uri.UnescapeDataString(rest[..end])));
            rest = rest[end..];
        }

        return parameters;
    }

    /// <summary>Where the first of these characters stands, or the text's end.</summary>
    private static int EndOf(ReadOnlySpan<char> text, ReadOnlySpan<char> characters) =>
        text.IndexOfAny(characters) is >= 0 and var at ? at : text.Length;
}
