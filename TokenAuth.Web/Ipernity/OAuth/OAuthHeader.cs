using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Formats;

namespace TokenAuth.Ipernity.OAuth;

/// <summary>
/// Reads the parameters of <c>Authorization: OAuth ...</c> (RFC 5849, section 3.5.1) in one pass, in linear time. It
/// accepts deviations of old clients: values without quotation marks, blanks around <c>=</c>, missing commas, and words
/// that are not parameters, which it skips.
/// </summary>
internal static class OAuthHeader
{
    private const string Scheme = "OAuth ";

    /// <summary>
    /// Returns the parameters without the realm. Returns an empty list for another scheme, an unclosed quotation mark,
    /// or more parameters than <see cref="Call.MaxParameters"/>. Unlike in a form, a plus sign is not a blank.
    /// </summary>
    public static IReadOnlyList<Parameter> Read(string? header)
    {
        if (header?.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) != true)
            return [];

        var parameters = new List<Parameter>();
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

    /// <summary>Returns the index of the first of these characters, or the text's length.</summary>
    private static int EndOf(ReadOnlySpan<char> text, ReadOnlySpan<char> characters) =>
        text.IndexOfAny(characters) is >= 0 and var at ? at : text.Length;
}
